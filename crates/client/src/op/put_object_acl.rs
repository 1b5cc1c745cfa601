use http::{HeaderName, Method};
use ossum_types::{BucketName, ObjectKey, VersionId};

use super::response_headers::{VERSION_ID, value};
use crate::answer::Take;
use crate::call::Call;
use crate::client::Client;
use crate::error::Error;
use crate::operation::Operation;

/// Says who else may use an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PutObjectAcl {
    /// The bucket.
    pub bucket: BucketName,
    /// The object.
    pub key: ObjectKey,
    /// The version; `None` is the current one.
    pub version_id: Option<VersionId>,
    /// The ACL: `private`, `public-read`, `public-read-write`, or `default`, the bucket's.
    pub acl: String,
}

impl PutObjectAcl {
    /// Gives the current version `acl`.
    pub fn new(bucket: BucketName, key: ObjectKey, acl: impl Into<String>) -> Self {
        Self {
            bucket,
            key,
            version_id: None,
            acl: acl.into(),
        }
    }
}

impl Client {
    /// Sets the ACL of an object, and tells which version that is, in a bucket with versioning.
    ///
    /// # Errors
    /// [`ErrorKind::NoSuchKey`](crate::ErrorKind::NoSuchKey) if there is no object, and
    /// [`ErrorKind::Refused`](crate::ErrorKind::Refused) for an ACL that OSS does not know.
    /// # Cancellation
    /// Dropping the future leaves the old ACL or the new one.
    pub async fn put_object_acl(&self, request: &PutObjectAcl) -> Result<Option<VersionId>, Error> {
        let PutObjectAcl { bucket, key, .. } = request;
        let call = Call::object(Operation::PutObjectAcl, Method::PUT, bucket, key)
            .query("acl", "")
            .query_if("versionId", request.version_id.as_ref())
            .header_text(HeaderName::from_static("x-oss-object-acl"), &request.acl);
        self.execute(&call, Take::Document, |answer| {
            value(&answer.headers, &VERSION_ID)
        })
        .await
    }
}
