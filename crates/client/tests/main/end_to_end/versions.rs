//! Buckets that keep what was: every operation on the version it is told.

use bytes::Bytes;
use futures_util::TryStreamExt;
use ossum_client::op::{
    CopyObject, CopySource, DeleteMultipleObjects, DeleteObject, DeleteObjectTagging,
    GetBucketVersioning, GetObject, GetObjectAcl, GetObjectMeta, GetObjectTagging, GetSymlink,
    HeadObject, ListObjectVersions, ObjectToDelete, PutBucketVersioning, PutObject, PutObjectAcl,
    PutObjectTagging, PutSymlink, Versioning, VersionsEntry,
};
use ossum_client::{Client, ErrorKind};
use ossum_types::VersionId;

use super::{VERSIONS, client, read, server};
use crate::arrange::{bucket, key};

async fn enable(client: &Client, versioning: Versioning) {
    let bucket = bucket();
    let put = PutBucketVersioning { bucket, versioning };
    client.put_bucket_versioning(&put).await.unwrap();
}

/// Stores `bytes` as `k`.
async fn put(client: &Client, bytes: &'static str) -> VersionId {
    let request = PutObject::new(bucket(), key("k"), Bytes::from(bytes));
    let output = client.put_object(&request).await.unwrap();
    output.version_id.unwrap()
}

async fn get(client: &Client, version_id: &VersionId) -> Vec<u8> {
    let request = GetObject {
        version_id: Some(version_id.clone()),
        ..GetObject::new(bucket(), key("k"))
    };
    let output = client.get_object(&request).await.unwrap();
    assert_eq!(output.info.version_id.as_ref(), Some(version_id));
    read(output.body).await
}

/// What is there: `k VERSION` or `k (VERSION)` for a delete marker, the latest with a star.
async fn list(client: &Client, page_size: u32) -> Vec<String> {
    let request = ListObjectVersions {
        page_size,
        ..ListObjectVersions::new(bucket())
    };
    let star = |is_latest| if is_latest { "*" } else { "" };
    let told = |entry| match entry {
        VersionsEntry::Version(version) => {
            let (key, id) = (version.key.unwrap(), version.version_id);
            format!("{key} {id}{}", star(version.is_latest))
        }
        VersionsEntry::DeleteMarker(marker) => {
            let (key, id) = (marker.key.unwrap(), marker.version_id);
            format!("{key} ({id}){}", star(marker.is_latest))
        }
        other => panic!("{other:?}"),
    };
    let listing = client.list_object_versions(request);
    listing.map_ok(told).try_collect().await.unwrap()
}

#[tokio::test]
async fn versioning_is_enabled_and_suspended() {
    for version in VERSIONS {
        let server = server();
        let client = client(&server, version);
        let get = GetBucketVersioning { bucket: bucket() };
        assert_eq!(client.get_bucket_versioning(&get).await.unwrap(), None);
        for versioning in [Versioning::Enabled, Versioning::Suspended] {
            enable(&client, versioning).await;
            let told = client.get_bucket_versioning(&get).await.unwrap();
            assert_eq!(told, Some(versioning));
        }
    }
}

#[tokio::test]
async fn what_is_replaced_or_deleted_can_still_be_read_by_its_version() {
    for version in VERSIONS {
        let server = server();
        let client = client(&server, version);
        enable(&client, Versioning::Enabled).await;
        let (first, second) = (put(&client, "1").await, put(&client, "22").await);
        assert_eq!(get(&client, &first).await, b"1");

        let delete = DeleteObject::new(bucket(), key("k"));
        let deleted = client.delete_object(&delete).await.unwrap();
        let marker = deleted.version_id.unwrap();
        assert!(deleted.delete_marker);
        let error = client
            .head_object(&HeadObject::new(bucket(), key("k")))
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NoSuchKey);
        assert!(error.service().unwrap().delete_marker);
        assert_eq!(get(&client, &second).await, b"22");
        let of_marker = HeadObject {
            version_id: Some(marker.clone()),
            ..HeadObject::new(bucket(), key("k"))
        };
        let error = client.head_object(&of_marker).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NoSuchKey);

        for page_size in [1, 2, 1000] {
            let listed = list(&client, page_size).await;
            let expected = [
                format!("k ({marker})*"),
                format!("k {second}"),
                format!("k {first}"),
            ];
            assert_eq!(listed, expected, "pages of {page_size}");
        }

        let undelete = DeleteObject {
            version_id: Some(marker),
            ..delete
        };
        let undeleted = client.delete_object(&undelete).await.unwrap();
        assert_eq!(undeleted.version_id, undelete.version_id);
        assert_eq!(
            list(&client, 1000).await,
            [format!("k {second}*"), format!("k {first}")]
        );
    }
}

#[tokio::test]
async fn a_copy_of_an_older_version_brings_it_back() {
    for version in VERSIONS {
        let server = server();
        let client = client(&server, version);
        enable(&client, Versioning::Enabled).await;
        let (first, _) = (put(&client, "1").await, put(&client, "22").await);
        let source = CopySource {
            version_id: Some(first.clone()),
            ..CopySource::new(bucket(), key("k"))
        };
        let copy = CopyObject::new(source, bucket(), key("k"));
        let output = client.copy_object(&copy).await.unwrap();
        assert_eq!(output.source_version_id, Some(first));
        assert_eq!(get(&client, &output.version_id.unwrap()).await, b"1");
    }
}

#[tokio::test]
async fn what_is_beside_the_bytes_belongs_to_a_version() {
    for version in VERSIONS {
        let server = server();
        let client = client(&server, version);
        enable(&client, Versioning::Enabled).await;
        let (first, second) = (put(&client, "1").await, put(&client, "22").await);
        let older = Some(first.clone());

        let tags = vec![("a".to_owned(), "b".to_owned())];
        let mut tag = PutObjectTagging::new(bucket(), key("k"), tags.clone());
        tag.version_id = older.clone();
        assert_eq!(client.put_object_tagging(&tag).await.unwrap(), older);
        let mut tagging = GetObjectTagging::new(bucket(), key("k"));
        assert_eq!(client.get_object_tagging(&tagging).await.unwrap().tags, []);
        tagging.version_id = older.clone();
        let told = client.get_object_tagging(&tagging).await.unwrap();
        assert_eq!((told.tags, told.version_id), (tags, older.clone()));
        let mut untag = DeleteObjectTagging::new(bucket(), key("k"));
        untag.version_id = older.clone();
        assert_eq!(client.delete_object_tagging(&untag).await.unwrap(), older);

        let mut put_acl = PutObjectAcl::new(bucket(), key("k"), "private");
        put_acl.version_id = older.clone();
        assert_eq!(client.put_object_acl(&put_acl).await.unwrap(), older);
        let mut acl = GetObjectAcl::new(bucket(), key("k"));
        assert_eq!(client.get_object_acl(&acl).await.unwrap().acl, "default");
        acl.version_id = older.clone();
        assert_eq!(client.get_object_acl(&acl).await.unwrap().acl, "private");

        let mut meta = GetObjectMeta::new(bucket(), key("k"));
        assert_eq!(
            client.get_object_meta(&meta).await.unwrap().version_id,
            Some(second)
        );
        meta.version_id = older;
        assert_eq!(client.get_object_meta(&meta).await.unwrap().size, 1);

        let link = PutSymlink::new(bucket(), key("k"), key("target"));
        let version_id = client.put_symlink(&link).await.unwrap();
        put(&client, "no link").await;
        let mut link = GetSymlink::new(bucket(), key("k"));
        link.version_id = version_id.clone();
        let told = client.get_symlink(&link).await.unwrap();
        assert_eq!((told.target, told.version_id), (key("target"), version_id));
    }
}

#[tokio::test]
async fn many_are_deleted_at_once_whatever_their_names() {
    let names = ["a", "a b+c%", "e\u{1}\r\n", " é ", "中<&>\"'", "never/was"];
    for version in VERSIONS {
        let server = server();
        let client = client(&server, version);
        for name in &names[..5] {
            let request = PutObject::new(bucket(), key(name), Bytes::from("x"));
            client.put_object(&request).await.unwrap();
        }
        let request = DeleteMultipleObjects::new(bucket(), names.map(key));
        let output = client.delete_multiple_objects(&request).await.unwrap();
        assert_eq!(output.unconfirmed, []);
        let deleted = output.deleted.into_iter().map(|deleted| deleted.key);
        let deleted: Vec<_> = deleted.collect();
        assert_eq!(deleted, names.map(|name| Ok(key(name))));
        assert!(list(&client, 1000).await.is_empty());
    }
}

#[tokio::test]
async fn many_versions_are_deleted_at_once() {
    for version in VERSIONS {
        let server = server();
        let client = client(&server, version);
        put_before_versioning(&client).await;
        enable(&client, Versioning::Enabled).await;
        let second = put(&client, "22").await;
        let request = DeleteMultipleObjects::new(bucket(), [key("k")]);
        let output = client.delete_multiple_objects(&request).await.unwrap();
        let marker = output.deleted[0].delete_marker.clone().unwrap();
        let null: VersionId = "null".parse().unwrap();
        let all = [marker.clone(), second, null];
        let objects = all.iter().map(|version_id| ObjectToDelete {
            key: key("k"),
            version_id: Some(version_id.clone()),
        });
        let request = DeleteMultipleObjects {
            objects: objects.collect(),
            ..request
        };
        let output = client.delete_multiple_objects(&request).await.unwrap();
        assert_eq!(output.unconfirmed, []);
        assert_eq!(output.deleted[0].delete_marker, Some(marker));
        assert!(list(&client, 1000).await.is_empty());
    }
}

async fn put_before_versioning(client: &Client) {
    let request = PutObject::new(bucket(), key("k"), Bytes::from("1"));
    let output = client.put_object(&request).await.unwrap();
    assert_eq!(output.version_id, None);
}
