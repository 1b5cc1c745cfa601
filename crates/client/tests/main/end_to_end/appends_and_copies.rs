//! Objects that grow, and objects that are made of others.

use bytes::Bytes;
use ossum_client::ErrorKind;
use ossum_client::op::{
    AppendObject, CompleteMultipartUpload, CompletedPart, CopyDirective, CopyObject, CopySource,
    GetObject, HeadObject, InitiateMultipartUpload, Overwrite, PutObject, UploadPartCopy,
};
use ossum_types::{ByteRange, Crc64, ETag, PartNumber};

use super::{VERSIONS, client, read, server, store};
use crate::arrange::{bucket, key};

#[tokio::test]
async fn an_object_grows_by_what_is_appended() {
    for version in VERSIONS {
        let server = server();
        let client = client(&server, version);
        let mut append = AppendObject::new(bucket(), key("a+b 中"), 0, Bytes::from("hello, "));
        append.headers.content_type = Some("text/plain".to_owned());
        let first = client.append_object(&append).await.unwrap();
        assert_eq!(first.next_position, 7);

        append.position = first.next_position;
        append.crc64_before = first.crc64;
        append.payload = Bytes::from("world").into();
        let second = client.append_object(&append).await.unwrap();
        assert_eq!(second.crc64, Some(Crc64::of(b"hello, world")));

        let error = client.append_object(&append).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Conflict);
        assert_eq!(error.service().unwrap().next_append_position, Some(12));
        assert!(!error.may_have_been_done());

        let head = HeadObject::new(bucket(), append.key.clone());
        let info = client.head_object(&head).await.unwrap();
        assert_eq!((info.size, info.next_append_position()), (12, Some(12)));
        assert_eq!(info.object_type(), Some("Appendable"));
        assert_eq!(info.content_type(), Some("text/plain"));

        store(&client, key("normal"), b"x").await;
        let normal = AppendObject::new(bucket(), key("normal"), 1, Bytes::from("y"));
        let error = client.append_object(&normal).await.unwrap_err();
        let service = error.service().unwrap();
        assert_eq!(service.code.as_deref(), Some("ObjectNotAppendable"));
    }
}

#[tokio::test]
async fn a_copy_takes_metadata_and_tags_along_or_has_its_own() {
    for version in VERSIONS {
        let server = server();
        let client = client(&server, version);
        let mut put = PutObject::new(bucket(), key("dir/a+b 中?"), Bytes::from("hello"));
        put.headers.metadata = vec![("owner".to_owned(), "me".to_owned())];
        put.headers.tags = vec![("a b".to_owned(), "c=d".to_owned())];
        client.put_object(&put).await.unwrap();

        let source = CopySource::new(bucket(), put.key.clone());
        let mut copy = CopyObject::new(source, bucket(), key("copy"));
        copy.overwrite = Overwrite::Forbid;
        let output = client.copy_object(&copy).await.unwrap();
        assert_eq!(output.crc64, Some(Crc64::of(b"hello")));
        let error = client.copy_object(&copy).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::AlreadyExists);
        let head = HeadObject::new(bucket(), key("copy"));
        let info = client.head_object(&head).await.unwrap();
        assert_eq!((info.size, &info.etag), (5, &output.etag));
        assert_eq!(info.metadata(), [("owner".to_owned(), "me".to_owned())]);
        assert_eq!(info.tag_count(), Some(1));

        copy.overwrite = Overwrite::Allow;
        copy.metadata_directive = CopyDirective::Replace;
        copy.tagging_directive = CopyDirective::Replace;
        copy.headers.content_type = Some("text/plain".to_owned());
        client.copy_object(&copy).await.unwrap();
        let info = client.head_object(&head).await.unwrap();
        assert_eq!(info.content_type(), Some("text/plain"));
        assert!(info.metadata().is_empty() && info.tag_count().is_none());
    }
}

#[tokio::test]
async fn a_source_that_is_not_as_demanded_is_not_copied() {
    let server = server();
    for version in VERSIONS {
        let client = client(&server, version);
        store(&client, key("source"), b"hello").await;
        let other: ETag = "AA".parse().unwrap();
        let mut source = CopySource::new(bucket(), key("source"));
        source.conditions.if_match = Some(other.clone());
        let mut copy = CopyObject::new(source, bucket(), key("copy"));
        let error = client.copy_object(&copy).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::PreconditionFailed);

        copy.source.conditions.if_match = None;
        copy.source.conditions.if_none_match = Some(other);
        client.copy_object(&copy).await.unwrap();
        copy.source.key = key("nothing");
        let error = client.copy_object(&copy).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NoSuchKey);
    }
}

#[tokio::test]
async fn an_object_is_made_of_copied_parts() {
    let server = server();
    for version in VERSIONS {
        let client = client(&server, version);
        let bytes: &'static [u8] = vec![7; 204_800].leak();
        store(&client, key("source"), bytes).await;
        let initiate = InitiateMultipartUpload::new(bucket(), key("copy"));
        let upload_id = client.initiate_multipart_upload(&initiate).await.unwrap();
        let mut parts = Vec::new();
        for (number, range) in [(1, ByteRange::new(0, 102_400)), (2, ByteRange::new(5, 9))] {
            let request = UploadPartCopy {
                source: CopySource::new(bucket(), key("source")),
                range,
                bucket: bucket(),
                key: key("copy"),
                upload_id: upload_id.clone(),
                part_number: PartNumber::new(number).unwrap(),
            };
            let etag = client.upload_part_copy(&request).await.unwrap().etag;
            let number = request.part_number;
            parts.push(CompletedPart { number, etag });
        }
        let complete = CompleteMultipartUpload::new(bucket(), key("copy"), upload_id, parts);
        let output = client.complete_multipart_upload(&complete).await.unwrap();
        assert_eq!(output.crc64, Some(Crc64::of(&bytes[..102_404])));
        let get = GetObject::new(bucket(), key("copy"));
        let got = client.get_object(&get).await.unwrap();
        assert_eq!(read(got.body).await, &bytes[..102_404]);
    }
}
