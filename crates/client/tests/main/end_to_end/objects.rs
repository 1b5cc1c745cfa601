//! Objects that are put, looked up, read and deleted.

use bytes::Bytes;
use ossum_client::ErrorKind;
use ossum_client::op::{DeleteObject, GetObject, HeadObject, Overwrite, PutObject};
use ossum_types::{ByteRange, Crc64};

use super::{VERSIONS, client, read, server};
use crate::arrange::{bucket, key};

#[tokio::test]
async fn an_object_comes_and_goes() {
    let server = server();
    for version in VERSIONS {
        let client = client(&server, version);
        let mut put = PutObject::new(bucket(), key("dir/a+b 中.txt"), Bytes::from("hello, world"));
        put.headers.content_type = Some("text/plain".to_owned());
        put.headers.metadata = vec![("Owner".to_owned(), "me".to_owned())];
        put.overwrite = Overwrite::Forbid;
        client.put_object(&put).await.unwrap();
        let error = client.put_object(&put).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::AlreadyExists);

        let head = HeadObject::new(bucket(), put.key.clone());
        let info = client.head_object(&head).await.unwrap();
        assert_eq!(
            (info.size, info.crc64),
            (12, Some(Crc64::of(b"hello, world")))
        );
        assert_eq!(info.content_type(), Some("text/plain"));
        assert_eq!(info.metadata(), [("owner".to_owned(), "me".to_owned())]);

        let mut get = GetObject::new(bucket(), put.key.clone());
        let whole = client.get_object(&get).await.unwrap();
        assert_eq!(
            (read(whole.body).await, whole.info.etag),
            (b"hello, world".to_vec(), info.etag)
        );
        get.range = ByteRange::new(7, 99);
        let part = client.get_object(&get).await.unwrap();
        assert_eq!((part.range, part.info.size), (ByteRange::new(7, 12), 12));
        assert_eq!(read(part.body).await, b"world");
        get.range = ByteRange::new(12, 13);
        let error = client.get_object(&get).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRange);

        let delete = DeleteObject::new(bucket(), put.key.clone());
        client.delete_object(&delete).await.unwrap();
        client.delete_object(&delete).await.unwrap();
        let error = client.head_object(&head).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NoSuchKey);
        assert_eq!(client.meter().retries(), 0);
    }
}
