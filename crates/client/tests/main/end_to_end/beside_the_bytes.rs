//! What objects have beside their bytes: tags, ACLs, targets, encryption, a state in the archive.

use std::time::Duration;

use bytes::Bytes;
use ossum_client::ErrorKind;
use ossum_client::op::{
    DeleteObjectTagging, GetBucketLocation, GetObject, GetObjectAcl, GetObjectMeta,
    GetObjectTagging, GetSymlink, HeadObject, PutObject, PutObjectAcl, PutObjectTagging,
    PutSymlink, RestoreObject, RestoreTier, Restoring,
};
use ossum_devserver as devserver;
use ossum_types::Crc64;

use super::{VERSIONS, client, read, server, server_with, store};
use crate::arrange::{bucket, key};

#[tokio::test]
async fn tags_come_and_go() {
    for version in VERSIONS {
        let server = server();
        let client = client(&server, version);
        store(&client, key("k"), b"x").await;
        let tags = vec![
            ("a b".to_owned(), " c=d ".to_owned()),
            ("empty".to_owned(), String::new()),
            ("é".to_owned(), "中/+".to_owned()),
        ];
        let put = PutObjectTagging::new(bucket(), key("k"), tags.clone());
        client.put_object_tagging(&put).await.unwrap();
        let get = GetObjectTagging::new(bucket(), key("k"));
        assert_eq!(client.get_object_tagging(&get).await.unwrap().tags, tags);
        let head = HeadObject::new(bucket(), key("k"));
        let info = client.head_object(&head).await.unwrap();
        assert_eq!(info.tag_count(), Some(3));

        let delete = DeleteObjectTagging::new(bucket(), key("k"));
        client.delete_object_tagging(&delete).await.unwrap();
        client.delete_object_tagging(&delete).await.unwrap();
        assert_eq!(client.get_object_tagging(&get).await.unwrap().tags, []);
        let nothing = GetObjectTagging::new(bucket(), key("nothing"));
        let error = client.get_object_tagging(&nothing).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NoSuchKey);
    }
}

#[tokio::test]
async fn an_acl_is_set_and_told() {
    let server = server();
    for version in VERSIONS {
        let client = client(&server, version);
        store(&client, key("k"), b"x").await;
        let get = GetObjectAcl::new(bucket(), key("k"));
        assert_eq!(client.get_object_acl(&get).await.unwrap().acl, "default");
        let put = PutObjectAcl::new(bucket(), key("k"), "public-read");
        client.put_object_acl(&put).await.unwrap();
        let told = client.get_object_acl(&get).await.unwrap();
        assert_eq!(told.acl, "public-read");
        assert!(told.owner_id.is_some());
        let unknown = PutObjectAcl::new(bucket(), key("k"), "everyone");
        let error = client.put_object_acl(&unknown).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Refused);
    }
}

/// Cases: 80.
#[tokio::test]
async fn a_link_tells_its_target_and_reads_as_it() {
    let server = server();
    for version in VERSIONS {
        let client = client(&server, version);
        let target = key("dir/a+b %20 中");
        let link = PutSymlink::new(bucket(), key("link"), target.clone());
        client.put_symlink(&link).await.unwrap();
        let get = GetSymlink::new(bucket(), key("link"));
        assert_eq!(client.get_symlink(&get).await.unwrap().target, target);
        store(&client, target, b"hello").await;
        let got = client
            .get_object(&GetObject::new(bucket(), key("link")))
            .await
            .unwrap();
        assert_eq!(got.info.object_type(), Some("Symlink"));
        assert_eq!(read(got.body).await, b"hello");
        let no_link = GetSymlink::new(bucket(), key("dir/a+b %20 中"));
        let error = client.get_symlink(&no_link).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Refused);
    }
}

#[tokio::test]
async fn encryption_is_asked_for_and_told() {
    let server = server();
    for version in VERSIONS {
        let client = client(&server, version);
        let mut put = PutObject::new(bucket(), key("k"), Bytes::from("x"));
        put.headers.encryption = Some("KMS".to_owned());
        put.headers.data_encryption = Some("SM4".to_owned());
        put.headers.encryption_key_id = Some("9468da86-3509".to_owned());
        client.put_object(&put).await.unwrap();
        let head = HeadObject::new(bucket(), key("k"));
        let got = client.get_object(&GetObject::new(bucket(), key("k"))).await;
        for info in [client.head_object(&head).await.unwrap(), got.unwrap().info] {
            assert_eq!(info.encryption().map(str::to_owned), put.headers.encryption);
            assert_eq!(
                info.data_encryption().map(str::to_owned),
                put.headers.data_encryption
            );
            assert_eq!(
                info.encryption_key_id().map(str::to_owned),
                put.headers.encryption_key_id
            );
        }
        store(&client, key("plain"), b"x").await;
        let head = HeadObject::new(bucket(), key("plain"));
        assert_eq!(client.head_object(&head).await.unwrap().encryption(), None);
    }
}

/// Cases: 65.
#[tokio::test]
async fn an_archived_object_is_restored_and_then_read() {
    for version in VERSIONS {
        let server = server_with(devserver::Settings {
            restoring: Duration::ZERO,
            ..devserver::Settings::default()
        });
        let client = client(&server, version);
        let mut put = PutObject::new(bucket(), key("cold"), Bytes::from("x"));
        put.headers.storage_class = Some("ColdArchive".to_owned());
        client.put_object(&put).await.unwrap();
        let get = GetObject::new(bucket(), key("cold"));
        let error = client.get_object(&get).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Archived);

        let mut restore = RestoreObject::new(bucket(), key("cold"), 2);
        restore.tier = Some(RestoreTier::Expedited);
        let restoring = client.restore_object(&restore).await.unwrap();
        assert_eq!(restoring, Restoring::Begun);
        let restoring = client.restore_object(&restore).await.unwrap();
        assert_eq!(restoring, Restoring::Extended);
        let got = client.get_object(&get).await.unwrap();
        let state = got.info.restore().unwrap();
        assert!(state.starts_with("ongoing-request=\"false\""), "{state}");
    }
}

#[tokio::test]
async fn to_restore_twice_is_no_error_and_to_restore_what_is_not_archived_is() {
    for version in VERSIONS {
        let server = server();
        let client = client(&server, version);
        let mut put = PutObject::new(bucket(), key("cold"), Bytes::from("x"));
        put.headers.storage_class = Some("Archive".to_owned());
        client.put_object(&put).await.unwrap();
        let restore = RestoreObject::new(bucket(), key("cold"), 1);
        for restoring in [Restoring::Begun, Restoring::UnderWay] {
            assert_eq!(client.restore_object(&restore).await.unwrap(), restoring);
        }
        store(&client, key("warm"), b"x").await;
        let warm = RestoreObject::new(bucket(), key("warm"), 1);
        let error = client.restore_object(&warm).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Conflict);
    }
}

#[tokio::test]
async fn size_and_region_are_told_cheaply() {
    let server = server();
    for version in VERSIONS {
        let client = client(&server, version);
        store(&client, key("k"), b"hello").await;
        let meta = GetObjectMeta::new(bucket(), key("k"));
        let told = client.get_object_meta(&meta).await.unwrap();
        assert_eq!((told.size, told.crc64), (5, Some(Crc64::of(b"hello"))));
        let location = GetBucketLocation { bucket: bucket() };
        let told = client.get_bucket_location(&location).await.unwrap();
        assert_eq!(told.name, "oss-cn-hangzhou");
        assert_eq!(told.region, Some("cn-hangzhou".parse().unwrap()));
    }
}
