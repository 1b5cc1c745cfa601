//! Buckets, and what is in them.

use bytes::Bytes;
use futures_util::TryStreamExt;
use ossum_client::ErrorKind;
use ossum_client::op::{
    DeleteBucket, DeleteObject, GetBucketInfo, ListBuckets, ListObjectsV2, ObjectsEntry, PutBucket,
    PutObject,
};
use ossum_types::BucketName;

use super::{VERSIONS, client, server, store};
use crate::arrange::{bucket, key};

#[tokio::test]
async fn objects_are_listed_by_page_prefix_and_directory() {
    let server = server();
    let names = ["a", "a b+c", "a/1", "a/2", "a/b/3", "e\u{1}", "é", "中"];
    for version in VERSIONS {
        let client = client(&server, version);
        for name in names {
            store(&client, key(name), b"x").await;
        }
        let list = async |request: ListObjectsV2| -> Vec<String> {
            let name = |entry| match entry {
                ObjectsEntry::Object(object) => object.key.unwrap().to_string(),
                ObjectsEntry::CommonPrefix(prefix) => prefix,
                other => panic!("{other:?}"),
            };
            client
                .list_objects_v2(request)
                .map_ok(name)
                .try_collect()
                .await
                .unwrap()
        };
        for page_size in [1, 3, 1000] {
            let all = ListObjectsV2 {
                page_size,
                ..ListObjectsV2::new(bucket())
            };
            assert_eq!(list(all.clone()).await, names);
            let directory = ListObjectsV2 {
                prefix: "a".to_owned(),
                delimiter: Some("/".to_owned()),
                ..all.clone()
            };
            assert_eq!(list(directory).await, ["a", "a b+c", "a/"]);
            let later = ListObjectsV2 {
                start_after: Some("a/b/3".to_owned()),
                ..all
            };
            assert_eq!(list(later).await, names[5..]);
        }
    }
}

#[tokio::test]
async fn a_bucket_comes_and_goes() {
    let server = server();
    for version in VERSIONS {
        let client = client(&server, version);
        let another: BucketName = "another-bucket".parse().unwrap();
        let mut put = PutBucket::new(another.clone());
        put.storage_class = Some("IA".to_owned());
        client.put_bucket(&put).await.unwrap();
        let get = GetBucketInfo {
            bucket: another.clone(),
        };
        let info = client.get_bucket_info(&get).await.unwrap();
        assert_eq!(info.region, Some("cn-hangzhou".parse().unwrap()));

        let listing = ListBuckets {
            page_size: 1,
            ..ListBuckets::default()
        };
        let listed: Vec<_> = client.list_buckets(listing).try_collect().await.unwrap();
        let names: Vec<_> = listed
            .into_iter()
            .map(|bucket| bucket.name.unwrap())
            .collect();
        assert_eq!(names, [another.clone(), bucket()]);

        let object = PutObject::new(another.clone(), key("k"), Bytes::from("x"));
        client.put_object(&object).await.unwrap();
        let delete = DeleteBucket {
            bucket: another.clone(),
        };
        assert_eq!(
            client.delete_bucket(&delete).await.unwrap_err().kind(),
            ErrorKind::Conflict
        );
        client
            .delete_object(&DeleteObject::new(another, key("k")))
            .await
            .unwrap();
        client.delete_bucket(&delete).await.unwrap();
        assert_eq!(
            client.get_bucket_info(&get).await.unwrap_err().kind(),
            ErrorKind::NoSuchBucket
        );
    }
}
