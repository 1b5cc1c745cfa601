use std::time::SystemTime;

use http::header::LAST_MODIFIED;
use http::{HeaderName, Method};
use ossum_types::{BucketName, Crc64, ETag, ObjectKey, VersionId};

use super::object_info::content_length;
use super::response_headers::{CRC64, VERSION_ID, etag, text, value};
use crate::answer::{Answer, Take};
use crate::call::Call;
use crate::client::Client;
use crate::date::parse_http_date;
use crate::error::{Error, Fault};
use crate::operation::Operation;

/// Asks what of an object can be told cheaply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GetObjectMeta {
    /// The bucket.
    pub bucket: BucketName,
    /// The object.
    pub key: ObjectKey,
    /// The version; `None` is the current one.
    pub version_id: Option<VersionId>,
}

/// What of an object can be told cheaply.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ObjectMeta {
    /// The size of the object in bytes.
    pub size: u64,
    /// The ETag.
    pub etag: ETag,
    /// The CRC-64 of the object, if OSS tells.
    pub crc64: Option<Crc64>,
    /// The version, in a bucket with versioning.
    pub version_id: Option<VersionId>,
    /// When the object was last written, to the second.
    pub last_modified: Option<SystemTime>,
    /// When it was last read, to the second, in a bucket that keeps track of that.
    pub last_accessed: Option<SystemTime>,
}

impl GetObjectMeta {
    /// Asks for the current version.
    pub fn new(bucket: BucketName, key: ObjectKey) -> Self {
        Self {
            bucket,
            key,
            version_id: None,
        }
    }
}

const LAST_ACCESS_TIME: HeaderName = HeaderName::from_static("x-oss-last-access-time");

impl Client {
    /// Looks up size, ETag and dates of an object; [`Client::head_object`] tells all else.
    ///
    /// # Errors
    /// [`ErrorKind::NoSuchKey`](crate::ErrorKind::NoSuchKey) if there is none.
    pub async fn get_object_meta(&self, request: &GetObjectMeta) -> Result<ObjectMeta, Error> {
        let GetObjectMeta { bucket, key, .. } = request;
        let call = Call::object(Operation::GetObjectMeta, Method::HEAD, bucket, key)
            .query("objectMeta", "")
            .query_if("versionId", request.version_id.as_ref());
        self.execute(&call, Take::Document, |answer| read(&answer))
            .await
    }
}

fn read(answer: &Answer) -> Result<ObjectMeta, Fault> {
    let headers = &answer.headers;
    let time = |name| text(headers, &name).and_then(parse_http_date);
    Ok(ObjectMeta {
        size: content_length(headers)?,
        etag: etag(headers)?,
        crc64: value(headers, &CRC64)?,
        version_id: value(headers, &VERSION_ID)?,
        last_modified: time(LAST_MODIFIED),
        last_accessed: time(LAST_ACCESS_TIME),
    })
}
