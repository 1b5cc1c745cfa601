//! The objects whose keys begin with the same text.

use futures_util::{Stream, TryStreamExt};
use ossum_client::op::{ListObjectsV2, ListedObject, ObjectsEntry};
use ossum_client::{Client, Error};
use ossum_types::{BucketName, Invalid, ObjectKey, ObjectUrl, PrefixUrl};

use crate::failure::Failure;

/// Lists them at any depth, in the order of their keys.
pub(super) fn objects(
    client: &Client,
    what: &PrefixUrl,
) -> impl Stream<Item = Result<ListedObject, Error>> + use<> {
    let entries = client.list_objects_v2(ListObjectsV2 {
        prefix: what.prefix.clone(),
        ..ListObjectsV2::new(what.bucket.clone())
    });
    entries.try_filter_map(async |entry| match entry {
        ObjectsEntry::Object(object) => Ok(Some(object)),
        _ => Ok(None),
    })
}

/// The URL of one of them, unless no request could carry its key.
pub(super) fn url_of(
    bucket: &BucketName,
    key: Result<ObjectKey, Invalid>,
) -> Result<ObjectUrl, Failure> {
    match key {
        Ok(key) => Ok(ObjectUrl {
            bucket: bucket.clone(),
            key,
        }),
        Err(invalid) => Err(Failure::usage(
            invalid.to_string(),
            "only the console can name this object",
        )),
    }
}
