use http::HeaderName;
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_TYPE, EXPIRES};
use ossum_types::Invalid;

use crate::call::Call;
use crate::encode;

/// Whether an object of the same key may be replaced.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Overwrite {
    /// It is replaced.
    #[default]
    Allow,
    /// The request fails with [`ErrorKind::AlreadyExists`](crate::ErrorKind::AlreadyExists).
    ///
    /// OSS ignores this in a bucket whose versioning is or was enabled (documentation of
    /// `x-oss-forbid-overwrite`).
    Forbid,
}

/// What is kept with an object beside its bytes. Given when it is put, or when its upload begins.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ObjectHeaders {
    /// `Content-Type`; absent means `application/octet-stream`.
    pub content_type: Option<String>,
    /// `Cache-Control`
    pub cache_control: Option<String>,
    /// `Content-Disposition`
    pub content_disposition: Option<String>,
    /// `Content-Encoding`: how the bytes are encoded already; nothing encodes them.
    pub content_encoding: Option<String>,
    /// `Expires`, as text.
    pub expires: Option<String>,
    /// The ACL: `private`, `public-read`, `public-read-write` or `default`.
    pub acl: Option<String>,
    /// The storage class: `Standard`, `IA`, `Archive`, `ColdArchive` or `DeepColdArchive`.
    pub storage_class: Option<String>,
    /// Server-side encryption: `AES256`, `KMS` or `SM4`.
    pub encryption: Option<String>,
    /// The algorithm of the data key for `KMS`: `SM4`; absent means AES-256.
    pub data_encryption: Option<String>,
    /// The key for `KMS`; absent means the account's own.
    pub encryption_key_id: Option<String>,
    /// User metadata, without the `x-oss-meta-` before each name.
    pub metadata: Vec<(String, String)>,
    /// Tags; at most 10.
    pub tags: Vec<(String, String)>,
}

const META_PREFIX: &str = "x-oss-meta-";
pub(super) const ENCRYPTION: HeaderName = HeaderName::from_static("x-oss-server-side-encryption");
pub(super) const DATA_ENCRYPTION: HeaderName =
    HeaderName::from_static("x-oss-server-side-data-encryption");
pub(super) const ENCRYPTION_KEY_ID: HeaderName =
    HeaderName::from_static("x-oss-server-side-encryption-key-id");

impl ObjectHeaders {
    /// Whether there is anything of what OSS calls metadata: user metadata, `Content-Type` and its
    /// kin.
    pub(super) fn has_metadata(&self) -> bool {
        let standard = [
            &self.content_type,
            &self.cache_control,
            &self.content_disposition,
            &self.content_encoding,
            &self.expires,
        ];
        !self.metadata.is_empty() || standard.iter().any(|header| header.is_some())
    }

    pub(super) fn apply(&self, mut call: Call) -> Call {
        let named = [
            (CONTENT_TYPE, &self.content_type),
            (CACHE_CONTROL, &self.cache_control),
            (CONTENT_DISPOSITION, &self.content_disposition),
            (CONTENT_ENCODING, &self.content_encoding),
            (EXPIRES, &self.expires),
            (HeaderName::from_static("x-oss-object-acl"), &self.acl),
            (
                HeaderName::from_static("x-oss-storage-class"),
                &self.storage_class,
            ),
            (ENCRYPTION, &self.encryption),
            (DATA_ENCRYPTION, &self.data_encryption),
            (ENCRYPTION_KEY_ID, &self.encryption_key_id),
        ];
        for (name, value) in named {
            if let Some(value) = value {
                call = call.header_text(name, value);
            }
        }
        for (name, value) in &self.metadata {
            call = match metadata_name(name) {
                Ok(name) => call.header_text(name, value),
                Err(invalid) => call.refuse(invalid),
            };
        }
        if !self.tags.is_empty() {
            call = call.header_text(
                HeaderName::from_static("x-oss-tagging"),
                &encode::query(&self.tags),
            );
        }
        call
    }
}

fn metadata_name(name: &str) -> Result<HeaderName, Invalid> {
    format!("{META_PREFIX}{name}")
        .parse()
        .map_err(|_| Invalid::new("metadata name", name, "it has only letters, digits and -"))
}

impl Overwrite {
    pub(super) fn apply(self, call: Call) -> Call {
        match self {
            Self::Allow => call,
            Self::Forbid => call.header(
                HeaderName::from_static("x-oss-forbid-overwrite"),
                http::HeaderValue::from_static("true"),
            ),
        }
    }
}
