//! What an unfinished upload has at OSS.

use std::pin::pin;
use std::time::{Duration, SystemTime};

use futures_util::{Stream, TryStreamExt};
use ossum_client::op::{ListMultipartUploads, ListParts, ListedUpload};
use ossum_client::{Client, Error, ErrorKind};
use ossum_types::{BucketName, Invalid, ObjectKey, PrefixUrl, UploadId};

/// So many uploads are looked at, or aborted, at a time.
pub(super) const AT_A_TIME: usize = 8;

/// An upload that is neither completed nor aborted.
#[derive(Debug, Clone)]
pub(crate) struct Unfinished {
    pub(crate) key: Result<ObjectKey, Invalid>,
    pub(crate) upload_id: UploadId,
    /// Unknown of one that was named.
    pub(crate) initiated: Option<SystemTime>,
    /// By the clock of OSS, if that is known.
    pub(crate) age: Option<Duration>,
    /// Unknown where its key is one that no request could carry.
    pub(crate) held: Option<Held>,
}

/// What is billed of it.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Held {
    pub(crate) parts: u64,
    pub(crate) bytes: u64,
}

/// The uploads of keys that begin as `what` says.
pub(super) fn uploads(
    client: &Client,
    what: &PrefixUrl,
) -> impl Stream<Item = Result<ListedUpload, Error>> + use<> {
    client.list_multipart_uploads(ListMultipartUploads {
        prefix: what.prefix.clone(),
        ..ListMultipartUploads::new(what.bucket.clone())
    })
}

/// Adds up what a listed upload has; `None` if it is no more.
pub(super) async fn at(
    client: &Client,
    bucket: &BucketName,
    listed: &ListedUpload,
) -> Result<Option<Unfinished>, Error> {
    let held = match &listed.key {
        Ok(key) => match held(client, bucket, key, &listed.upload_id).await {
            Err(error) if error.kind() == ErrorKind::NoSuchUpload => return Ok(None),
            held => Some(held?),
        },
        Err(_) => None,
    };
    Ok(Some(Unfinished {
        key: listed.key.clone(),
        upload_id: listed.upload_id.clone(),
        initiated: Some(listed.initiated),
        age: age(client, listed.initiated),
        held,
    }))
}

/// How old what began at `initiated` is: by the clock of OSS, as both times are then.
pub(in crate::command) fn age(client: &Client, initiated: SystemTime) -> Option<Duration> {
    let now = client.service_time()?;
    // What began this very second is not older than that.
    Some(now.duration_since(initiated).unwrap_or_default())
}

/// Adds up the parts of an upload.
pub(super) async fn held(
    client: &Client,
    bucket: &BucketName,
    key: &ObjectKey,
    upload_id: &UploadId,
) -> Result<Held, Error> {
    let request = ListParts::new(bucket.clone(), key.clone(), upload_id.clone());
    let mut parts = pin!(client.list_parts(request));
    let mut held = Held::default();
    while let Some(part) = parts.try_next().await? {
        held.parts += 1;
        held.bytes = held.bytes.saturating_add(part.size);
    }
    Ok(held)
}
