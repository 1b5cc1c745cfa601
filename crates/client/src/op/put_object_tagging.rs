use http::Method;
use ossum_types::{BucketName, ObjectKey, VersionId};
use serde::Serialize;

use super::response_headers::{VERSION_ID, value};
use crate::answer::Take;
use crate::call::Call;
use crate::client::Client;
use crate::error::Error;
use crate::operation::Operation;
use crate::xml;

/// Gives an object tags in place of those it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PutObjectTagging {
    /// The bucket.
    pub bucket: BucketName,
    /// The object.
    pub key: ObjectKey,
    /// The version; `None` is the current one.
    pub version_id: Option<VersionId>,
    /// The tags by name; at most 10.
    pub tags: Vec<(String, String)>,
}

impl PutObjectTagging {
    /// Tags the current version.
    pub fn new(bucket: BucketName, key: ObjectKey, tags: Vec<(String, String)>) -> Self {
        Self {
            bucket,
            key,
            version_id: None,
            tags,
        }
    }

    pub(super) fn call(&self) -> Call {
        let Self { bucket, key, .. } = self;
        let tag = |(key, value): &(String, String)| TagElement {
            key: key.clone(),
            value: value.clone(),
        };
        let tagging = Tagging {
            tag_set: TagSet {
                tag: self.tags.iter().map(tag).collect(),
            },
        };
        Call::object(Operation::PutObjectTagging, Method::PUT, bucket, key)
            .query("tagging", "")
            .query_if("versionId", self.version_id.as_ref())
            .document(xml::write("Tagging", &tagging))
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Tagging {
    tag_set: TagSet,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct TagSet {
    tag: Vec<TagElement>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct TagElement {
    key: String,
    value: String,
}

impl Client {
    /// Tags an object, and tells which version that is, in a bucket with versioning.
    ///
    /// # Errors
    /// [`ErrorKind::NoSuchKey`](crate::ErrorKind::NoSuchKey) if there is no object, and
    /// [`ErrorKind::Refused`](crate::ErrorKind::Refused) for tags that OSS does not allow.
    /// # Cancellation
    /// Dropping the future leaves the old tags or the new ones.
    pub async fn put_object_tagging(
        &self,
        request: &PutObjectTagging,
    ) -> Result<Option<VersionId>, Error> {
        self.execute(&request.call(), Take::Document, |answer| {
            value(&answer.headers, &VERSION_ID)
        })
        .await
    }
}
