use http::Method;
use ossum_types::{BucketName, Crc64, ETag, ObjectKey, PartNumber, UploadId};

use super::response_headers::{CRC64, etag, value};
use crate::answer::Take;
use crate::call::Call;
use crate::client::Client;
use crate::error::{Error, Fault};
use crate::operation::Operation;
use crate::payload::Payload;

/// Sends one part of a multipart upload.
#[derive(Debug, Clone)]
pub struct UploadPart {
    /// The bucket.
    pub bucket: BucketName,
    /// The object.
    pub key: ObjectKey,
    /// The upload.
    pub upload_id: UploadId,
    /// Which part.
    pub part_number: PartNumber,
    /// Its bytes: 100 KiB to 5 GiB, the last part any number from 1.
    pub payload: Payload,
}

impl UploadPart {
    pub(crate) fn call(&self) -> Call {
        let mut call = Call::object(Operation::UploadPart, Method::PUT, &self.bucket, &self.key)
            .query("partNumber", self.part_number.to_string())
            .query("uploadId", self.upload_id.as_str())
            .payload(self.payload.clone());
        call.part = Some(self.part_number);
        call
    }
}

/// What OSS says of a part it has received.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct UploadPartOutput {
    /// The part's ETag, to be given when the upload is completed.
    pub etag: ETag,
    /// The CRC-64 of the bytes that were sent.
    pub sent_crc64: Crc64,
    /// The CRC-64 of the bytes that OSS received, equal to the other; absent if it did not say.
    pub received_crc64: Option<Crc64>,
}

impl Client {
    /// Sends one part. Sending a part again replaces it, so a lost answer costs only the time.
    ///
    /// The CRC-64 in the answer must be that of what was sent; otherwise the part is sent again.
    ///
    /// # Errors
    /// [`ErrorKind::NoSuchUpload`](crate::ErrorKind::NoSuchUpload) if the upload is no more.
    /// # Cancellation
    /// After dropping the future the part may or may not be there.
    pub async fn upload_part(&self, request: &UploadPart) -> Result<UploadPartOutput, Error> {
        self.execute(&request.call(), Take::Document, |answer| {
            Ok(UploadPartOutput {
                etag: etag(&answer.headers)?,
                sent_crc64: answer.sent_crc64,
                received_crc64: received(value(&answer.headers, &CRC64)?, answer.sent_crc64)?,
            })
        })
        .await
    }
}

/// Finds that OSS received what was sent, where it says what it received.
pub(super) fn received(received: Option<Crc64>, sent: Crc64) -> Result<Option<Crc64>, Fault> {
    match received {
        Some(received) if received != sent => Err(Fault::Corrupted { sent, received }),
        agreed => Ok(agreed),
    }
}
