use http::Response;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, ETAG, HeaderName, LAST_MODIFIED};
use ossum_types::VersionId;

use crate::answer::{set, set_oss};
use crate::clock::http_date;
use crate::store::{Found, Metadata, Object, ObjectKind};

/// Headers that say how an object is encrypted.
pub(super) const ENCRYPTION: [&str; 3] = [
    "x-oss-server-side-encryption",
    "x-oss-server-side-encryption-key-id",
    "x-oss-server-side-data-encryption",
];

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
    if object.kind == ObjectKind::Appendable {
        let end = object.size.to_string();
        set_oss(response, "x-oss-next-append-position", end);
    }
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

/// Says which version a copy was made of, where versions are kept.
pub(super) fn name_source<B>(response: &mut Response<B>, source: &Found) {
    if let Some(version) = &source.version {
        set_oss(response, "x-oss-copy-source-version-id", version.as_str());
    }
}

/// Says how an object is encrypted, to the client that makes it.
pub(super) fn tell_encryption<B>(response: &mut Response<B>, metadata: &Metadata) {
    for name in ENCRYPTION {
        if let Some(value) = metadata.header(name) {
            set_oss(response, name, value);
        }
    }
}

/// Says how long the object is, also where no body follows.
pub(super) fn measure<B>(response: &mut Response<B>, len: u64) {
    set(response, CONTENT_LENGTH, len.to_string());
}
