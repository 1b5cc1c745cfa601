use std::time::SystemTime;

use http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, DATE,
    EXPIRES, LAST_MODIFIED,
};
use http::{HeaderMap, HeaderName};
use ossum_types::{Crc64, ETag, VersionId};

use super::ObjectHeaders;
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
    /// The headers as they came: they tell the rest.
    pub headers: HeaderMap,
}

const META_PREFIX: &str = "x-oss-meta-";

impl ObjectInfo {
    /// Reads the headers of an answer about an object of `size` bytes.
    pub(super) fn read(headers: HeaderMap, size: u64) -> Result<Self, Fault> {
        Ok(Self {
            size,
            etag: etag(&headers)?,
            crc64: value::<Crc64>(&headers, &CRC64)?,
            version_id: value(&headers, &VERSION_ID)?,
            last_modified: text(&headers, &LAST_MODIFIED).and_then(parse_http_date),
            headers,
        })
    }

    /// When this was told, by the same clock as [`last_modified`](Self::last_modified): how old the
    /// object is needs no clock of ours.
    pub fn told_at(&self) -> Option<SystemTime> {
        self.text(&DATE).and_then(parse_http_date)
    }

    /// `Content-Type`
    pub fn content_type(&self) -> Option<&str> {
        self.text(&CONTENT_TYPE)
    }

    /// `Cache-Control`
    pub fn cache_control(&self) -> Option<&str> {
        self.text(&CACHE_CONTROL)
    }

    /// `Content-Disposition`
    pub fn content_disposition(&self) -> Option<&str> {
        self.text(&CONTENT_DISPOSITION)
    }

    /// `Content-Encoding`: how the bytes were encoded when they were put.
    pub fn content_encoding(&self) -> Option<&str> {
        self.text(&CONTENT_ENCODING)
    }

    /// `Expires`, as text.
    pub fn expires(&self) -> Option<&str> {
        self.text(&EXPIRES)
    }

    /// The storage class, such as `Standard`.
    pub fn storage_class(&self) -> Option<&str> {
        self.text(&HeaderName::from_static("x-oss-storage-class"))
    }

    /// `Normal`, `Multipart`, `Appendable` or `Symlink`.
    pub fn object_type(&self) -> Option<&str> {
        self.text(&HeaderName::from_static("x-oss-object-type"))
    }

    /// Where the next append begins, of an object of the type `Appendable`.
    pub fn next_append_position(&self) -> Option<u64> {
        self.text(&NEXT_APPEND_POSITION)?.parse().ok()
    }

    /// The state of a restored archive, as the header `x-oss-restore` has it.
    pub fn restore(&self) -> Option<&str> {
        self.text(&HeaderName::from_static("x-oss-restore"))
    }

    /// Server-side encryption: `AES256`, `KMS` or `SM4`; absent if OSS does not encrypt it.
    pub fn encryption(&self) -> Option<&str> {
        self.text(&ENCRYPTION)
    }

    /// The algorithm of the data key of `KMS`: `SM4`; absent means AES-256.
    pub fn data_encryption(&self) -> Option<&str> {
        self.text(&DATA_ENCRYPTION)
    }

    /// The key of `KMS`.
    pub fn encryption_key_id(&self) -> Option<&str> {
        self.text(&ENCRYPTION_KEY_ID)
    }

    /// How many tags it has, if OSS tells; [`GetObjectTagging`](super::GetObjectTagging) tells which.
    pub fn tag_count(&self) -> Option<u32> {
        let name = HeaderName::from_static("x-oss-tagging-count");
        self.text(&name)?.parse().ok()
    }

    /// User metadata by name, without `x-oss-meta-`, in the order of names.
    pub fn metadata(&self) -> Vec<(String, String)> {
        let of_name = |name: &HeaderName| {
            let bare = name.as_str().strip_prefix(META_PREFIX)?;
            Some((bare.to_owned(), self.text(name)?.to_owned()))
        };
        let mut found: Vec<_> = self.headers.keys().filter_map(of_name).collect();
        found.sort();
        found
    }

    /// What is kept beside its bytes, for another object that is made of it. Tags, of which only the
    /// number is told, are not among it; ACL, storage class and encryption are the other one's own.
    pub fn kept_with(&self) -> ObjectHeaders {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        ObjectHeaders {
            content_type: owned(self.content_type()),
            cache_control: owned(self.cache_control()),
            content_disposition: owned(self.content_disposition()),
            content_encoding: owned(self.content_encoding()),
            expires: owned(self.expires()),
            metadata: self.metadata(),
            ..ObjectHeaders::default()
        }
    }

    /// The user metadata `name`, in any case, without `x-oss-meta-`.
    pub fn metadata_value(&self, name: &str) -> Option<&str> {
        let name = format!("{META_PREFIX}{name}").parse().ok()?;
        self.text(&name)
    }

    fn text(&self, name: &HeaderName) -> Option<&str> {
        text(&self.headers, name)
    }
}

/// The length of the answer's body, which OSS always announces.
pub(super) fn content_length(headers: &HeaderMap) -> Result<u64, Fault> {
    value(headers, &CONTENT_LENGTH)?
        .ok_or_else(|| Fault::Malformed("the answer does not tell its length".to_owned()))
}
