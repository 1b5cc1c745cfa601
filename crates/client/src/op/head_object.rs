use http::Method;
use ossum_types::{BucketName, ObjectKey, VersionId};

use super::object_info::content_length;
use super::{Conditions, ObjectInfo};
use crate::call::Call;
use crate::client::Client;
use crate::error::Error;
use crate::execute::Take;
use crate::operation::Operation;

/// Asks for an object's size, ETag, CRC-64 and metadata.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeadObject {
    /// The bucket.
    pub bucket: BucketName,
    /// The object.
    pub key: ObjectKey,
    /// The version; `None` is the current one.
    pub version_id: Option<VersionId>,
    /// What must hold.
    pub conditions: Conditions,
}

impl HeadObject {
    /// Asks for the current version, unconditionally.
    pub fn new(bucket: BucketName, key: ObjectKey) -> Self {
        Self {
            bucket,
            key,
            version_id: None,
            conditions: Conditions::default(),
        }
    }
}

impl Client {
    /// Looks an object up.
    ///
    /// # Errors
    /// [`ErrorKind::NoSuchKey`](crate::ErrorKind::NoSuchKey) if there is none.
    pub async fn head_object(&self, request: &HeadObject) -> Result<ObjectInfo, Error> {
        let HeadObject { bucket, key, .. } = request;
        let call = Call::object(Operation::HeadObject, Method::HEAD, bucket, key)
            .query_if("versionId", request.version_id.as_ref());
        let call = self.prepared(call, |call| request.conditions.apply(call))?;
        self.execute(&call, Take::Document, |answer| {
            ObjectInfo::read(&answer.headers, content_length(&answer.headers)?)
        })
        .await
    }
}
