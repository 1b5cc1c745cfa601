use std::time::SystemTime;

use http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, DATE,
    EXPIRES, LAST_MODIFIED,
};
use http::{HeaderMap, HeaderName};
use ossum_types::{Crc64, ETag, VersionId};

use super::object_headers::{DATA_ENCRYPTION, ENCRYPTION, ENCRYPTION_KEY_ID};
use super::response_headers::{CRC64, NEXT_APPEND_POSITION, VERSION_ID, etag, text, value};
use crate::date::parse_http_date;
use crate::error::Fault;

/// What OSS tells of an object in the headers of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ObjectInfo {
    /// The size of the whole object in bytes.
    pub size: u64,
    /// The ETag.
    pub etag: ETag,
    /// The CRC-64 of the whole object; very old objects have none.
    pub crc64: Option<Crc64>,
    /// The version, in a bucket with versioning.
    pub version_id: Option<VersionId>,
    /// When the object was last written, by the service's clock and to the second.
    pub last_modified: Option<SystemTime>,
    /// When this was told, by the same clock: how old the object is needs no clock of ours.
    pub told_at: Option<SystemTime>,
    /// `Content-Type`
    pub content_type: Option<String>,
    /// `Cache-Control`
    pub cache_control: Option<String>,
    /// `Content-Disposition`
    pub content_disposition: Option<String>,
    /// `Content-Encoding`: how the bytes were encoded when they were put.
    pub content_encoding: Option<String>,
    /// `Expires`, as text.
    pub expires: Option<String>,
    /// The storage class, such as `Standard`.
    pub storage_class: Option<String>,
    /// `Normal`, `Multipart`, `Appendable` or `Symlink`.
    pub object_type: Option<String>,
    /// Where the next append begins, of an object of the type `Appendable`.
    pub next_append_position: Option<u64>,
    /// The state of a restored archive, as the header `x-oss-restore` has it.
    pub restore: Option<String>,
    /// Server-side encryption: `AES256`, `KMS` or `SM4`; absent if OSS does not encrypt it.
    pub encryption: Option<String>,
    /// The algorithm of the data key of `KMS`: `SM4`; absent means AES-256.
    pub data_encryption: Option<String>,
    /// The key of `KMS`.
    pub encryption_key_id: Option<String>,
    /// How many tags it has, if OSS tells; [`GetObjectTagging`](super::GetObjectTagging) tells which.
    pub tag_count: Option<u32>,
    /// User metadata by name, without `x-oss-meta-`, in the order of names.
    pub metadata: Vec<(String, String)>,
    /// The headers as they came.
    pub headers: HeaderMap,
}

const META_PREFIX: &str = "x-oss-meta-";

impl ObjectInfo {
    /// Reads the headers of an answer about an object of `size` bytes.
    pub(super) fn read(headers: &HeaderMap, size: u64) -> Result<Self, Fault> {
        let owned = |name| text(headers, &name).map(str::to_owned);
        let time = |name| text(headers, &name).and_then(parse_http_date);
        Ok(Self {
            size,
            etag: etag(headers)?,
            crc64: value::<Crc64>(headers, &CRC64)?,
            version_id: value(headers, &VERSION_ID)?,
            last_modified: time(LAST_MODIFIED),
            told_at: time(DATE),
            content_type: owned(CONTENT_TYPE),
            cache_control: owned(CACHE_CONTROL),
            content_disposition: owned(CONTENT_DISPOSITION),
            content_encoding: owned(CONTENT_ENCODING),
            expires: owned(EXPIRES),
            storage_class: owned(HeaderName::from_static("x-oss-storage-class")),
            object_type: owned(HeaderName::from_static("x-oss-object-type")),
            next_append_position: value(headers, &NEXT_APPEND_POSITION)?,
            restore: owned(HeaderName::from_static("x-oss-restore")),
            encryption: owned(ENCRYPTION),
            data_encryption: owned(DATA_ENCRYPTION),
            encryption_key_id: owned(ENCRYPTION_KEY_ID),
            tag_count: value(headers, &HeaderName::from_static("x-oss-tagging-count"))?,
            metadata: metadata(headers),
            headers: headers.clone(),
        })
    }
}

fn metadata(headers: &HeaderMap) -> Vec<(String, String)> {
    let mut found: Vec<_> = headers
        .keys()
        .filter_map(|name| {
            let bare = name.as_str().strip_prefix(META_PREFIX)?;
            Some((bare.to_owned(), text(headers, name)?.to_owned()))
        })
        .collect();
    found.sort();
    found
}

/// The length of the answer's body, which OSS always announces.
pub(super) fn content_length(headers: &HeaderMap) -> Result<u64, Fault> {
    value(headers, &CONTENT_LENGTH)?
        .ok_or_else(|| Fault::Malformed("the answer does not tell its length".to_owned()))
}
