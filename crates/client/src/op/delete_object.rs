use http::{HeaderName, Method};
use ossum_types::{BucketName, ObjectKey, VersionId};

use super::response_headers::{VERSION_ID, text, value};
use crate::answer::Take;
use crate::call::Call;
use crate::client::Client;
use crate::error::Error;
use crate::operation::Operation;

/// Deletes an object, or one version of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeleteObject {
    /// The bucket.
    pub bucket: BucketName,
    /// The object.
    pub key: ObjectKey,
    /// The version to delete for ever; `None` deletes the current one, of which a bucket with
    /// versioning keeps what there was.
    pub version_id: Option<VersionId>,
}

impl DeleteObject {
    /// Deletes the current version.
    pub fn new(bucket: BucketName, key: ObjectKey) -> Self {
        Self {
            bucket,
            key,
            version_id: None,
        }
    }

    pub(crate) fn call(&self) -> Call {
        let Self { bucket, key, .. } = self;
        Call::object(Operation::DeleteObject, Method::DELETE, bucket, key)
            .query_if("versionId", self.version_id.as_ref())
    }
}

/// What OSS says of an object it has deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeleteObjectOutput {
    /// Whether a delete marker was made, or deleted.
    pub delete_marker: bool,
    /// The version that was deleted, or that the delete marker is.
    pub version_id: Option<VersionId>,
}

const DELETE_MARKER: HeaderName = HeaderName::from_static("x-oss-delete-marker");

impl Client {
    /// Deletes an object. Deleting one that is not there is a success too, so a lost answer costs
    /// only time; in a bucket with versioning, every attempt can leave a delete marker.
    ///
    /// # Errors
    /// [`ErrorKind::Denied`](crate::ErrorKind::Denied) also for an object that a retention policy
    /// protects.
    /// # Cancellation
    /// After dropping the future the object may or may not be there.
    pub async fn delete_object(&self, request: &DeleteObject) -> Result<DeleteObjectOutput, Error> {
        self.execute(&request.call(), Take::Document, |answer| {
            Ok(DeleteObjectOutput {
                delete_marker: text(&answer.headers, &DELETE_MARKER) == Some("true"),
                version_id: value(&answer.headers, &VERSION_ID)?,
            })
        })
        .await
    }
}
