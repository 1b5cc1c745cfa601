use std::time::SystemTime;

use http::{HeaderName, Method};
use ossum_types::{BucketName, ByteRange, ETag, ObjectKey, PartNumber, UploadId, VersionId};

use super::copy_source::{CopySource, copied};
use crate::answer::{Answer, Take};
use crate::call::Call;
use crate::client::Client;
use crate::error::{Error, Fault};
use crate::operation::Operation;

/// Makes one part of a multipart upload of another object's bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadPartCopy {
    /// What is copied.
    pub source: CopySource,
    /// Which of its bytes; `None` is all. The range must lie within the object: OSS copies all of an
    /// object that ends before the range does (official documentation of `UploadPartCopy`).
    pub range: Option<ByteRange>,
    /// The bucket of the upload.
    pub bucket: BucketName,
    /// The object to be.
    pub key: ObjectKey,
    /// The upload.
    pub upload_id: UploadId,
    /// Which part.
    pub part_number: PartNumber,
}

impl UploadPartCopy {
    pub(super) fn call(&self) -> Call {
        let Self { bucket, key, .. } = self;
        let mut call = Call::object(Operation::UploadPartCopy, Method::PUT, bucket, key)
            .query("partNumber", self.part_number.to_string())
            .query("uploadId", self.upload_id.as_str());
        call.part = Some(self.part_number);
        if let Some(range) = self.range {
            call = call.header_text(SOURCE_RANGE, &range.to_header());
        }
        self.source.apply(call)
    }
}

const SOURCE_RANGE: HeaderName = HeaderName::from_static("x-oss-copy-source-range");

/// What OSS says of a part it has copied.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct UploadPartCopyOutput {
    /// The part's ETag, to be given when the upload is completed.
    pub etag: ETag,
    /// When the part was written.
    pub last_modified: Option<SystemTime>,
    /// The version that was copied, from a bucket with versioning.
    pub source_version_id: Option<VersionId>,
}

impl Client {
    /// Copies bytes into a part. Copying a part again replaces it, so a lost answer costs only time.
    ///
    /// The answer tells neither size nor CRC-64 of the part: [`Client::list_parts`] does. To copy
    /// one object in parts, pin every part to its ETag or version. Waits up to five minutes for a
    /// sign of life, since OSS may take long over a large part.
    ///
    /// # Errors
    /// [`ErrorKind::NoSuchUpload`](crate::ErrorKind::NoSuchUpload) if the upload is no more,
    /// [`ErrorKind::NoSuchKey`](crate::ErrorKind::NoSuchKey) if there is no source, and
    /// [`ErrorKind::PreconditionFailed`](crate::ErrorKind::PreconditionFailed) if it is not as
    /// demanded.
    /// # Cancellation
    /// After dropping the future the part may or may not be there.
    pub async fn upload_part_copy(
        &self,
        request: &UploadPartCopy,
    ) -> Result<UploadPartCopyOutput, Error> {
        self.execute(&request.call(), Take::Document, |answer| read(&answer))
            .await
    }
}

fn read(answer: &Answer) -> Result<UploadPartCopyOutput, Fault> {
    let (etag, last_modified) = copied(answer, "CopyPartResult")?;
    Ok(UploadPartCopyOutput {
        etag,
        last_modified,
        source_version_id: CopySource::copied_version(&answer.headers)?,
    })
}
