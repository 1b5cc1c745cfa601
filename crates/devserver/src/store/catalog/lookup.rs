//! Which version a request means, and what the answer is if there is none.

use std::sync::Arc;

use http::{HeaderName, HeaderValue, StatusCode};
use ossum_types::{ObjectKey, VersionId};

use crate::refusal::Refusal;
use crate::store::{Bucket, Object, Version, Versioning};

/// The version of `key` that is asked for, and its object.
pub(super) fn find<'b>(
    bucket: &'b Bucket,
    key: &ObjectKey,
    version: Option<&str>,
) -> Result<(&'b Version, &'b Arc<Object>), Refusal> {
    let no_such_key = || Refusal::no_such_key(key.as_str());
    let versions = bucket.keys.get(key).ok_or_else(no_such_key)?;
    let found = match version {
        None => versions.current().ok_or_else(no_such_key)?,
        Some(id) => versions.find(id).ok_or_else(|| no_such_version(key, id))?,
    };
    match found.object() {
        Some(object) => Ok((found, object)),
        None if version.is_some() => Err(mark(marker_not_allowed(), &found.id)),
        None => Err(mark(no_such_key(), &found.id)),
    }
}

/// What `key` has that may be appended to; a delete marker never is (official documentation of
/// `AppendObject`).
pub(super) fn appended<'b>(
    bucket: &'b Bucket,
    key: &ObjectKey,
) -> Result<Option<&'b Object>, Refusal> {
    match bucket.current(key).map(Version::object) {
        None => Ok(None),
        Some(None) => Err(Refusal::not_appendable()),
        Some(Some(object)) => Ok(Some(object)),
    }
}

/// The version ID that a client is told.
pub(super) fn told(bucket: &Bucket, version: &Version) -> Option<VersionId> {
    (bucket.versioning != Versioning::Never).then(|| version.id.clone())
}

fn no_such_version(key: &ObjectKey, id: &str) -> Refusal {
    let message = "The specified version does not exist.";
    Refusal::new(StatusCode::NOT_FOUND, "NoSuchVersion", message)
        .detail("Key", key.as_str())
        .detail("VersionId", id)
}

fn marker_not_allowed() -> Refusal {
    let message = "The specified method is not allowed against this resource.";
    Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "MethodNotAllowed", message)
}

/// Says that a delete marker is the reason.
fn mark(refusal: Refusal, id: &VersionId) -> Refusal {
    let marker = HeaderName::from_static("x-oss-delete-marker");
    let refusal = refusal.header(marker, HeaderValue::from_static("true"));
    match HeaderValue::from_str(id.as_str()) {
        Ok(id) => refusal.header(HeaderName::from_static("x-oss-version-id"), id),
        Err(_) => refusal,
    }
}
