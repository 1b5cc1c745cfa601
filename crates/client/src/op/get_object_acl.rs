use http::Method;
use ossum_types::{BucketName, ObjectKey, VersionId};
use serde::Deserialize;

use super::response_headers::{VERSION_ID, value};
use crate::answer::{Answer, Take};
use crate::call::Call;
use crate::client::Client;
use crate::error::{Error, Fault};
use crate::operation::Operation;

/// Asks who else may use an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GetObjectAcl {
    /// The bucket.
    pub bucket: BucketName,
    /// The object.
    pub key: ObjectKey,
    /// The version; `None` is the current one.
    pub version_id: Option<VersionId>,
}

/// Who may use an object.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ObjectAcl {
    /// The ACL: `private`, `public-read`, `public-read-write`, or `default`, the bucket's.
    pub acl: String,
    /// The account that owns the object.
    pub owner_id: Option<String>,
    /// The name of that account.
    pub owner_name: Option<String>,
    /// The object's version, in a bucket with versioning.
    pub version_id: Option<VersionId>,
}

impl GetObjectAcl {
    /// Asks about the current version.
    pub fn new(bucket: BucketName, key: ObjectKey) -> Self {
        Self {
            bucket,
            key,
            version_id: None,
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Document {
    owner: Option<OwnerElement>,
    access_control_list: AccessControlList,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase")]
struct OwnerElement {
    #[serde(rename = "ID")]
    id: Option<String>,
    display_name: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct AccessControlList {
    grant: String,
}

impl Client {
    /// Tells the ACL of an object.
    ///
    /// # Errors
    /// [`ErrorKind::NoSuchKey`](crate::ErrorKind::NoSuchKey) if there is no object.
    pub async fn get_object_acl(&self, request: &GetObjectAcl) -> Result<ObjectAcl, Error> {
        let GetObjectAcl { bucket, key, .. } = request;
        let call = Call::object(Operation::GetObjectAcl, Method::GET, bucket, key)
            .query("acl", "")
            .query_if("versionId", request.version_id.as_ref());
        self.execute(&call, Take::Document, |answer| read(&answer))
            .await
    }
}

fn read(answer: &Answer) -> Result<ObjectAcl, Fault> {
    let document: Document = answer.document("AccessControlPolicy")?;
    let owner = document.owner.unwrap_or_default();
    Ok(ObjectAcl {
        acl: document.access_control_list.grant,
        owner_id: owner.id,
        owner_name: owner.display_name,
        version_id: value(&answer.headers, &VERSION_ID)?,
    })
}
