use http::Response;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, ETAG, HeaderName, LAST_MODIFIED};
use ossum_types::VersionId;

use crate::answer::{set, set_oss};
use crate::clock::http_date;
use crate::store::Object;

/// Says what identifies an object's bytes.
pub(super) fn identify<B>(response: &mut Response<B>, object: &Object) {
    set(response, ETAG, object.etag.quoted());
    set_oss(response, "x-oss-hash-crc64ecma", object.crc64.to_string());
}

/// Says all that is known of an object but its length: what GET and HEAD share.
pub(super) fn describe<B>(response: &mut Response<B>, object: &Object) {
    identify(response, object);
    set(response, LAST_MODIFIED, http_date(object.modified));
    set(response, CONTENT_TYPE, "application/octet-stream");
    set_oss(response, "x-oss-object-type", object.kind.as_str());
    let metadata = &object.metadata;
    set_oss(response, "x-oss-storage-class", &metadata.storage_class);
    if !metadata.tags.is_empty() {
        set_oss(
            response,
            "x-oss-tagging-count",
            metadata.tags.len().to_string(),
        );
    }
    for (name, value) in &metadata.headers {
        if let Ok(name) = HeaderName::try_from(name) {
            set(response, name, value);
        }
    }
}

/// Says which version it is, where versions are kept.
pub(super) fn name_version<B>(response: &mut Response<B>, version: Option<&VersionId>) {
    if let Some(version) = version {
        set_oss(response, "x-oss-version-id", version.as_str());
    }
}

/// Says how long the object is, also where no body follows.
pub(super) fn measure<B>(response: &mut Response<B>, len: u64) {
    set(response, CONTENT_LENGTH, len.to_string());
}
