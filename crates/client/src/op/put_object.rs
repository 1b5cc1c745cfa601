use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use http::{HeaderName, Method};
use md5::{Digest, Md5};
use ossum_types::{BucketName, Crc64, ETag, ObjectKey, VersionId};

use super::response_headers::{CRC64, VERSION_ID, etag, value};
use super::upload_part::received;
use super::{Answered, Callback, ObjectHeaders, Overwrite};
use crate::answer::Take;
use crate::call::Call;
use crate::client::Client;
use crate::error::Error;
use crate::operation::Operation;
use crate::payload::Payload;

pub(super) const CONTENT_MD5: HeaderName = HeaderName::from_static("content-md5");

/// Stores an object in one request; at most 5 GiB.
#[derive(Debug, Clone)]
pub struct PutObject {
    /// The bucket.
    pub bucket: BucketName,
    /// The object.
    pub key: ObjectKey,
    /// Its bytes.
    pub payload: Payload,
    /// What is kept beside them.
    pub headers: ObjectHeaders,
    /// Whether an object of this key may be replaced.
    pub overwrite: Overwrite,
    /// Whom OSS tells of the object.
    pub callback: Option<Callback>,
}

impl PutObject {
    /// Stores `payload` with no metadata, replacing what is there.
    pub fn new(bucket: BucketName, key: ObjectKey, payload: impl Into<Payload>) -> Self {
        Self {
            bucket,
            key,
            payload: payload.into(),
            headers: ObjectHeaders::default(),
            overwrite: Overwrite::default(),
            callback: None,
        }
    }

    pub(crate) fn call(&self) -> Call {
        let call = Call::object(Operation::PutObject, Method::PUT, &self.bucket, &self.key)
            .payload(self.payload.clone());
        let call = self.headers.apply(self.overwrite.apply(call));
        match &self.callback {
            Some(callback) => callback.apply(call),
            None => call,
        }
    }
}

/// What OSS says of an object it has stored.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PutObjectOutput {
    /// The object's ETag.
    pub etag: ETag,
    /// The CRC-64 of what OSS received, equal to that of what was sent.
    pub crc64: Option<Crc64>,
    /// The version, in a bucket with versioning.
    pub version_id: Option<VersionId>,
    /// The answer as it came. After a callback its body is what the server said that was called
    /// back.
    pub answered: Answered,
}

impl Client {
    /// Stores an object in one request.
    ///
    /// A payload in memory goes with its MD5, so that OSS refuses damaged bytes instead of storing
    /// them. The CRC-64 in the answer must be that of what was sent.
    ///
    /// # Errors
    /// [`ErrorKind::AlreadyExists`](crate::ErrorKind::AlreadyExists) if overwriting is forbidden
    /// and there is one: then, if [`Error::may_have_been_done`], it can be the one just sent.
    /// # Cancellation
    /// Dropping the future leaves the old object, or the new one; never a mixture.
    pub async fn put_object(&self, request: &PutObject) -> Result<PutObjectOutput, Error> {
        let call = match &request.payload {
            Payload::Bytes(bytes) => request.call().header_text(CONTENT_MD5, &content_md5(bytes)),
            _ => request.call(),
        };
        self.execute(&call, Take::Document, |answer| {
            Ok(PutObjectOutput {
                etag: etag(&answer.headers)?,
                crc64: received(value(&answer.headers, &CRC64)?, answer.sent_crc64)?,
                version_id: value(&answer.headers, &VERSION_ID)?,
                answered: answer.answered(),
            })
        })
        .await
    }
}

/// The value of `Content-MD5` for `bytes`.
pub(super) fn content_md5(bytes: &Bytes) -> String {
    BASE64.encode(Md5::digest(bytes))
}
