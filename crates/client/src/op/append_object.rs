use http::Method;
use ossum_types::{BucketName, Crc64, ETag, ObjectKey, VersionId};

use super::ObjectHeaders;
use super::put_object::{CONTENT_MD5, content_md5};
use super::response_headers::{CRC64, NEXT_APPEND_POSITION, VERSION_ID, value};
use super::upload_part::received;
use crate::answer::{Answer, Take};
use crate::call::Call;
use crate::client::Client;
use crate::error::{Error, Fault};
use crate::operation::Operation;
use crate::payload::Payload;
use crate::retry::RetryBudget;

/// Adds bytes to the end of an object that was made this way, or makes one; at most 5 GiB in all.
#[derive(Debug, Clone)]
pub struct AppendObject {
    /// The bucket.
    pub bucket: BucketName,
    /// The object.
    pub key: ObjectKey,
    /// Where the object ends now, in bytes; 0 makes it.
    pub position: u64,
    /// The CRC-64 of the bytes before `position`, if it is known: with it the whole object is
    /// verified. At position 0 that needs no telling.
    pub crc64_before: Option<Crc64>,
    /// The bytes to add.
    pub payload: Payload,
    /// What is kept beside the object's bytes. Its place is the call that makes the object.
    pub headers: ObjectHeaders,
}

impl AppendObject {
    /// Adds `payload` at `position`, with no metadata.
    pub fn new(
        bucket: BucketName,
        key: ObjectKey,
        position: u64,
        payload: impl Into<Payload>,
    ) -> Self {
        Self {
            bucket,
            key,
            position,
            crc64_before: None,
            payload: payload.into(),
            headers: ObjectHeaders::default(),
        }
    }

    fn call(&self) -> Call {
        let Self { bucket, key, .. } = self;
        let call = Call::object(Operation::AppendObject, Method::POST, bucket, key)
            .query("append", "")
            .query("position", self.position.to_string())
            .payload(self.payload.clone());
        let call = self.headers.apply(call);
        match &self.payload {
            Payload::Bytes(bytes) => call.header_text(CONTENT_MD5, &content_md5(bytes)),
            _ => call,
        }
    }

    /// The CRC-64 that the object must have once `sent` is at its end; `None` if nothing tells.
    fn crc64_after(&self, sent: Crc64) -> Option<Crc64> {
        let before = match self.position {
            0 => Some(Crc64::EMPTY),
            _ => self.crc64_before,
        };
        before.map(|before| before.combine(sent, self.payload.len()))
    }
}

/// What OSS says of an object that has grown.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AppendObjectOutput {
    /// Where the object ends now: the position to append at next.
    pub next_position: u64,
    /// The CRC-64 of the whole object, to be given with the next append.
    pub crc64: Option<Crc64>,
    /// The object's ETag, another one after each append.
    pub etag: Option<ETag>,
    /// The version, in a bucket with versioning; appending makes no new one.
    pub version_id: Option<VersionId>,
}

impl Client {
    /// Adds bytes to the end of an object.
    ///
    /// No bytes are added twice: an attempt whose answer was lost is repeated at the same position,
    /// and OSS refuses that if the object has grown. A payload in memory goes with its MD5, so that
    /// OSS refuses damaged bytes. The CRC-64 in the answer is that of the whole object: it must be
    /// that of the bytes before and the bytes sent, where the former is known.
    ///
    /// # Errors
    /// [`ErrorKind::Conflict`](crate::ErrorKind::Conflict) if the object ends elsewhere: then
    /// [`ServiceError::next_append_position`](crate::ServiceError::next_append_position) tells
    /// where. If also [`Error::may_have_been_done`] and that is behind the payload, look the object
    /// up: with the CRC-64 of the old bytes and the new ones it was this very call that added them,
    /// with another one somebody else's did.
    ///
    /// [`ErrorKind::Integrity`](crate::ErrorKind::Integrity) if the object's CRC-64 is another one
    /// than it must be. What was appended stays, and nothing is sent again.
    /// # Cancellation
    /// Dropping the future leaves the old object, or the one with all bytes added.
    pub async fn append_object(&self, request: &AppendObject) -> Result<AppendObjectOutput, Error> {
        let call = request.call();
        let mut budget = RetryBudget::new(self.retry_policy());
        let answer = self
            .execute_within(&mut budget, &call, Take::Document, Ok)
            .await?;
        // What OSS says it has added is added, whatever else it says: to send it again is no remedy.
        read(&answer, request).map_err(|fault| Error::new(&call, &budget, false, fault))
    }
}

fn read(answer: &Answer, request: &AppendObject) -> Result<AppendObjectOutput, Fault> {
    let headers = &answer.headers;
    let end = request.position.checked_add(request.payload.len());
    let next_position = value(headers, &NEXT_APPEND_POSITION)?
        .filter(|next| Some(*next) == end)
        .ok_or_else(|| {
            Fault::Malformed("the object does not end where the append did".to_owned())
        })?;
    let crc64 = value(headers, &CRC64)?;
    let crc64 = match request.crc64_after(answer.sent_crc64) {
        Some(expected) => received(crc64, expected)?,
        None => crc64,
    };
    Ok(AppendObjectOutput {
        next_position,
        crc64,
        etag: value(headers, &http::header::ETAG)?,
        version_id: value(headers, &VERSION_ID)?,
    })
}
