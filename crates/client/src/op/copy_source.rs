//! What copies are made of, and what OSS says of them: the same for a whole object and for a part.

use std::time::{Duration, SystemTime};

use http::{HeaderMap, HeaderName};
use ossum_types::{BucketName, ETag, ObjectKey, VersionId};
use serde::Deserialize;

use super::Conditions;
use super::response_headers::value;
use crate::answer::Answer;
use crate::call::Call;
use crate::date::{parse_http_date, parse_iso_date};
use crate::encode;
use crate::error::Fault;

/// An object to copy, in a bucket of the same region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopySource {
    /// The bucket.
    pub bucket: BucketName,
    /// The object.
    pub key: ObjectKey,
    /// The version; `None` is the current one.
    pub version_id: Option<VersionId>,
    /// What must hold of it.
    pub conditions: Conditions,
}

/// OSS copies gigabytes before it says a word.
pub(super) const PATIENCE: Duration = Duration::from_mins(5);

const COPY_SOURCE: HeaderName = HeaderName::from_static("x-oss-copy-source");
const SOURCE_VERSION_ID: HeaderName = HeaderName::from_static("x-oss-copy-source-version-id");

impl CopySource {
    /// The current version of an object, unconditionally.
    pub fn new(bucket: BucketName, key: ObjectKey) -> Self {
        Self {
            bucket,
            key,
            version_id: None,
            conditions: Conditions::default(),
        }
    }

    pub(super) fn apply(&self, call: Call) -> Call {
        let mut source = format!("/{}/{}", self.bucket, encode::path(self.key.as_str()));
        if let Some(version_id) = &self.version_id {
            source.push('?');
            source.push_str(&encode::query(&[("versionId", version_id.as_str())]));
        }
        let mut call = call.header_text(COPY_SOURCE, &source);
        call.patience = Some(PATIENCE);
        self.conditions.apply_to_source(call)
    }

    /// The version that was copied, in a bucket with versioning.
    pub(super) fn copied_version(headers: &HeaderMap) -> Result<Option<VersionId>, Fault> {
        value(headers, &SOURCE_VERSION_ID)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Document {
    #[serde(rename = "ETag")]
    etag: String,
    last_modified: Option<String>,
}

/// ETag and date of a copy, from a document with the root element `root`.
pub(super) fn copied(
    answer: &Answer,
    root: &'static str,
) -> Result<(ETag, Option<SystemTime>), Fault> {
    let document: Document = answer.document(root)?;
    let malformed = |_| Fault::Malformed("the answer's ETag is damaged".to_owned());
    let date = document.last_modified.as_deref();
    // The official documentation writes it in either form.
    let date = date.and_then(|text| parse_iso_date(text).or_else(|| parse_http_date(text)));
    Ok((document.etag.parse().map_err(malformed)?, date))
}
