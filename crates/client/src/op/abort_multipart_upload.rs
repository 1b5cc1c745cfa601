use http::Method;
use ossum_types::{BucketName, ObjectKey, UploadId};

use crate::answer::Take;
use crate::call::Call;
use crate::client::Client;
use crate::error::Error;
use crate::operation::Operation;

/// Ends a multipart upload and throws its parts away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AbortMultipartUpload {
    /// The bucket.
    pub bucket: BucketName,
    /// The object that was to be.
    pub key: ObjectKey,
    /// The upload.
    pub upload_id: UploadId,
}

impl AbortMultipartUpload {
    fn call(&self) -> Call {
        let Self { bucket, key, .. } = self;
        let operation = Operation::AbortMultipartUpload;
        Call::object(operation, Method::DELETE, bucket, key)
            .query("uploadId", self.upload_id.as_str())
    }
}

impl Client {
    /// Ends an upload and throws its parts away. A part that is on its way meanwhile may survive
    /// (official documentation of `AbortMultipartUpload`): then abort again.
    ///
    /// # Errors
    /// [`ErrorKind::NoSuchUpload`](crate::ErrorKind::NoSuchUpload) if it was completed or aborted
    /// before; also by this very call, if [`Error::may_have_been_done`].
    /// # Cancellation
    /// After dropping the future the upload may or may not be there.
    pub async fn abort_multipart_upload(
        &self,
        request: &AbortMultipartUpload,
    ) -> Result<(), Error> {
        self.execute(&request.call(), Take::Document, |_| Ok(()))
            .await
    }
}
