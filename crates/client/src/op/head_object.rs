use http::Method;
use ossum_types::{BucketName, ObjectKey, VersionId};

use super::object_info::content_length;
use super::{Conditions, ObjectInfo};
use crate::answer::Take;
use crate::call::Call;
use crate::client::Client;
use crate::error::Error;
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

    pub(crate) fn call(&self) -> Call {
        let call = Call::object(Operation::HeadObject, Method::HEAD, &self.bucket, &self.key)
            .query_if("versionId", self.version_id.as_ref());
        self.conditions.apply(call)
    }
}

impl Client {
    /// Looks an object up.
    ///
    /// # Errors
    /// [`ErrorKind::NoSuchKey`](crate::ErrorKind::NoSuchKey) if there is none.
    pub async fn head_object(&self, request: &HeadObject) -> Result<ObjectInfo, Error> {
        self.execute(&request.call(), Take::Document, |answer| {
            let size = content_length(&answer.headers)?;
            ObjectInfo::read(answer.headers, size)
        })
        .await
    }
}
