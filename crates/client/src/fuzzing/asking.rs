//! What is asked.

use bytes::Bytes;
use futures_util::{Stream, TryStreamExt};
use ossum_types::{BucketName, ByteRange, ObjectKey, PartNumber, UploadId};

use crate::client::Client;
use crate::error::Error;
use crate::op::{
    AppendObject, CompleteMultipartUpload, CompletedPart, CopyObject, CopySource,
    DeleteMultipleObjects, DeleteObject, GetBucketInfo, GetBucketLocation, GetBucketVersioning,
    GetObject, GetObjectAcl, GetObjectMeta, GetObjectTagging, GetSymlink, HeadObject,
    InitiateMultipartUpload, ListBuckets, ListMultipartUploads, ListObjectVersions, ListObjectsV2,
    ListParts, PutObject, UploadPart, UploadPartCopy,
};
use crate::transport::BoxFuture;

/// Asks, and takes all that comes.
pub(super) type Operation = fn(&Client) -> BoxFuture<'_, Result<(), Error>>;

/// What is answered with a document.
pub(super) const DOCUMENTS: &[Operation] = &[
    |client| {
        Box::pin(drain(client.list_parts(ListParts::new(
            bucket(),
            key(),
            upload(),
        ))))
    },
    |client| {
        Box::pin(drain(
            client.list_multipart_uploads(ListMultipartUploads::new(bucket())),
        ))
    },
    |client| Box::pin(drain(client.list_objects_v2(ListObjectsV2::new(bucket())))),
    |client| {
        Box::pin(drain(
            client.list_object_versions(ListObjectVersions::new(bucket())),
        ))
    },
    |client| Box::pin(drain(client.list_buckets(ListBuckets::default()))),
    |client| Box::pin(delete_many(client)),
    |client| Box::pin(initiate(client)),
    |client| Box::pin(complete(client)),
    |client| Box::pin(copy(client)),
    |client| Box::pin(copy_part(client)),
    |client| Box::pin(bucket_info(client)),
    |client| Box::pin(bucket_location(client)),
    |client| Box::pin(bucket_versioning(client)),
    |client| Box::pin(tagging(client)),
    |client| Box::pin(acl(client)),
];

/// What is answered with headers, or with an object.
pub(super) const OBJECTS: &[Operation] = &[
    |client| Box::pin(head(client)),
    |client| Box::pin(read(client, None)),
    |client| Box::pin(read(client, ByteRange::new(1, 3))),
    |client| Box::pin(meta(client)),
    |client| Box::pin(link(client)),
    |client| Box::pin(append(client)),
    |client| Box::pin(put(client)),
    |client| Box::pin(part(client)),
    |client| Box::pin(delete(client)),
];

/// Takes all of a listing, and no more than there can be of one page that repeats.
async fn drain<T>(listing: impl Stream<Item = Result<T, Error>>) -> Result<(), Error> {
    listing.try_for_each(async |_| Ok(())).await
}

async fn delete_many(client: &Client) -> Result<(), Error> {
    let delete = DeleteMultipleObjects::new(bucket(), [key()]);
    client.delete_multiple_objects(&delete).await.map(drop)
}

async fn initiate(client: &Client) -> Result<(), Error> {
    let initiate = InitiateMultipartUpload::new(bucket(), key());
    client.initiate_multipart_upload(&initiate).await.map(drop)
}

async fn complete(client: &Client) -> Result<(), Error> {
    let parts = vec![CompletedPart {
        number: PartNumber::FIRST,
        etag: "5D41".parse().expect("an ETag"),
    }];
    let complete = CompleteMultipartUpload::new(bucket(), key(), upload(), parts);
    client.complete_multipart_upload(&complete).await.map(drop)
}

async fn copy(client: &Client) -> Result<(), Error> {
    let copy = CopyObject::new(source(), bucket(), key());
    client.copy_object(&copy).await.map(drop)
}

async fn copy_part(client: &Client) -> Result<(), Error> {
    let copy = UploadPartCopy {
        source: source(),
        range: None,
        bucket: bucket(),
        key: key(),
        upload_id: upload(),
        part_number: PartNumber::FIRST,
    };
    client.upload_part_copy(&copy).await.map(drop)
}

async fn bucket_info(client: &Client) -> Result<(), Error> {
    let request = GetBucketInfo { bucket: bucket() };
    client.get_bucket_info(&request).await.map(drop)
}

async fn bucket_location(client: &Client) -> Result<(), Error> {
    let request = GetBucketLocation { bucket: bucket() };
    client.get_bucket_location(&request).await.map(drop)
}

async fn bucket_versioning(client: &Client) -> Result<(), Error> {
    let request = GetBucketVersioning { bucket: bucket() };
    client.get_bucket_versioning(&request).await.map(drop)
}

async fn tagging(client: &Client) -> Result<(), Error> {
    let request = GetObjectTagging::new(bucket(), key());
    client.get_object_tagging(&request).await.map(drop)
}

async fn acl(client: &Client) -> Result<(), Error> {
    let request = GetObjectAcl::new(bucket(), key());
    client.get_object_acl(&request).await.map(drop)
}

async fn head(client: &Client) -> Result<(), Error> {
    let head = HeadObject::new(bucket(), key());
    client.head_object(&head).await.map(drop)
}

/// A success is as many bytes as were promised.
async fn read(client: &Client, range: Option<ByteRange>) -> Result<(), Error> {
    let mut get = GetObject::new(bucket(), key());
    get.range = range;
    let mut reader = client.read_object(get).await?;
    let mut came = 0;
    while let Some(chunk) = reader.chunk().await? {
        came += chunk.len() as u64;
    }
    assert_eq!(came, reader.range().map_or(0, ByteRange::len));
    Ok(())
}

async fn meta(client: &Client) -> Result<(), Error> {
    let request = GetObjectMeta::new(bucket(), key());
    client.get_object_meta(&request).await.map(drop)
}

async fn link(client: &Client) -> Result<(), Error> {
    let request = GetSymlink::new(bucket(), key());
    client.get_symlink(&request).await.map(drop)
}

async fn append(client: &Client) -> Result<(), Error> {
    let append = AppendObject::new(bucket(), key(), 0, Bytes::from_static(b"hello"));
    client.append_object(&append).await.map(drop)
}

async fn put(client: &Client) -> Result<(), Error> {
    let put = PutObject::new(bucket(), key(), Bytes::from_static(b"hello"));
    client.put_object(&put).await.map(drop)
}

async fn part(client: &Client) -> Result<(), Error> {
    let part = UploadPart {
        bucket: bucket(),
        key: key(),
        upload_id: upload(),
        part_number: PartNumber::FIRST,
        payload: Bytes::from_static(b"hello").into(),
    };
    client.upload_part(&part).await.map(drop)
}

async fn delete(client: &Client) -> Result<(), Error> {
    let delete = DeleteObject::new(bucket(), key());
    client.delete_object(&delete).await.map(drop)
}

fn bucket() -> BucketName {
    "bucket".parse().expect("a bucket's name")
}

fn key() -> ObjectKey {
    "key".parse().expect("a key")
}

fn source() -> CopySource {
    CopySource::new(bucket(), key())
}

fn upload() -> UploadId {
    "id".parse().expect("an upload ID")
}
