use http::Method;
use ossum_types::{BucketName, ObjectKey, VersionId};

use super::response_headers::{VERSION_ID, value};
use crate::answer::Take;
use crate::call::Call;
use crate::client::Client;
use crate::error::Error;
use crate::operation::Operation;

/// Removes all tags of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeleteObjectTagging {
    /// The bucket.
    pub bucket: BucketName,
    /// The object.
    pub key: ObjectKey,
    /// The version; `None` is the current one.
    pub version_id: Option<VersionId>,
}

impl DeleteObjectTagging {
    /// Removes those of the current version.
    pub fn new(bucket: BucketName, key: ObjectKey) -> Self {
        Self {
            bucket,
            key,
            version_id: None,
        }
    }
}

impl Client {
    /// Removes the tags of an object, and tells which version that is, in a bucket with versioning.
    /// An object without tags is a success too.
    ///
    /// # Errors
    /// [`ErrorKind::NoSuchKey`](crate::ErrorKind::NoSuchKey) if there is no object.
    /// # Cancellation
    /// Dropping the future leaves all tags or none.
    pub async fn delete_object_tagging(
        &self,
        request: &DeleteObjectTagging,
    ) -> Result<Option<VersionId>, Error> {
        let DeleteObjectTagging { bucket, key, .. } = request;
        let call = Call::object(Operation::DeleteObjectTagging, Method::DELETE, bucket, key)
            .query("tagging", "")
            .query_if("versionId", request.version_id.as_ref());
        self.execute(&call, Take::Document, |answer| {
            value(&answer.headers, &VERSION_ID)
        })
        .await
    }
}
