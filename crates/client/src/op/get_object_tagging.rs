use http::Method;
use ossum_types::{BucketName, ObjectKey, VersionId};
use serde::Deserialize;

use super::response_headers::{VERSION_ID, value};
use crate::answer::{Answer, Take};
use crate::call::Call;
use crate::client::Client;
use crate::error::{Error, Fault};
use crate::operation::Operation;

/// Asks for the tags of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GetObjectTagging {
    /// The bucket.
    pub bucket: BucketName,
    /// The object.
    pub key: ObjectKey,
    /// The version; `None` is the current one.
    pub version_id: Option<VersionId>,
}

/// The tags of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ObjectTags {
    /// The tags by name, as OSS orders them; none if the object has none.
    pub tags: Vec<(String, String)>,
    /// The object's version, in a bucket with versioning.
    pub version_id: Option<VersionId>,
}

impl GetObjectTagging {
    /// Asks for those of the current version.
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
    tag_set: TagSet,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct TagSet {
    #[serde(default)]
    tag: Vec<TagElement>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct TagElement {
    key: String,
    #[serde(default)]
    value: String,
}

impl Client {
    /// Tells the tags of an object.
    ///
    /// # Errors
    /// [`ErrorKind::NoSuchKey`](crate::ErrorKind::NoSuchKey) if there is no object.
    pub async fn get_object_tagging(
        &self,
        request: &GetObjectTagging,
    ) -> Result<ObjectTags, Error> {
        let GetObjectTagging { bucket, key, .. } = request;
        let call = Call::object(Operation::GetObjectTagging, Method::GET, bucket, key)
            .query("tagging", "")
            .query_if("versionId", request.version_id.as_ref());
        self.execute(&call, Take::Document, |answer| read(&answer))
            .await
    }
}

fn read(answer: &Answer) -> Result<ObjectTags, Fault> {
    let document: Document = answer.document("Tagging")?;
    let tags = document.tag_set.tag.into_iter();
    Ok(ObjectTags {
        tags: tags.map(|tag| (tag.key, tag.value)).collect(),
        version_id: value(&answer.headers, &VERSION_ID)?,
    })
}
