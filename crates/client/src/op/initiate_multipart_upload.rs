use http::Method;
use ossum_types::{BucketName, ObjectKey, UploadId};
use serde::Deserialize;

use super::{ObjectHeaders, Overwrite};
use crate::answer::{Answer, Take};
use crate::call::Call;
use crate::client::Client;
use crate::error::{Error, Fault};
use crate::operation::Operation;

/// Begins a multipart upload. What is kept with the object is told here, not at the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InitiateMultipartUpload {
    /// The bucket.
    pub bucket: BucketName,
    /// The object to be.
    pub key: ObjectKey,
    /// What is kept beside its bytes.
    pub headers: ObjectHeaders,
    /// Whether an object of this key may be replaced. OSS looks now, and again when the upload is
    /// completed if it is told so there too.
    pub overwrite: Overwrite,
}

impl InitiateMultipartUpload {
    /// Begins an upload with no metadata that replaces what is there.
    pub fn new(bucket: BucketName, key: ObjectKey) -> Self {
        Self {
            bucket,
            key,
            headers: ObjectHeaders::default(),
            overwrite: Overwrite::default(),
        }
    }

    fn call(&self) -> Call {
        let Self { bucket, key, .. } = self;
        let operation = Operation::InitiateMultipartUpload;
        let call = Call::object(operation, Method::POST, bucket, key)
            .query("uploads", "")
            .query("encoding-type", "url");
        self.headers.apply(self.overwrite.apply(call))
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Document {
    upload_id: String,
}

impl Client {
    /// Begins a multipart upload and tells its ID.
    ///
    /// # Errors
    /// [`ErrorKind::AlreadyExists`](crate::ErrorKind::AlreadyExists) if overwriting is forbidden and
    /// there is an object.
    /// # Cancellation
    /// After dropping the future, and after an error that
    /// [may hide a success](Error::may_have_been_done), there can be an upload without parts whose
    /// ID nobody knows. [`Client::list_multipart_uploads`] finds it.
    pub async fn initiate_multipart_upload(
        &self,
        request: &InitiateMultipartUpload,
    ) -> Result<UploadId, Error> {
        self.execute(&request.call(), Take::Document, |answer| read(&answer))
            .await
    }
}

fn read(answer: &Answer) -> Result<UploadId, Fault> {
    let document: Document = answer.document("InitiateMultipartUploadResult")?;
    let malformed = |_| Fault::Malformed("the answer's upload ID is damaged".to_owned());
    document.upload_id.parse().map_err(malformed)
}
