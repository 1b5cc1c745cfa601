use std::collections::HashSet;

use bytes::Bytes;
use http::Method;
use ossum_types::limits::MAX_PAGE;
use ossum_types::{BucketName, Invalid, ObjectKey, VersionId};
use serde::{Deserialize, Serialize};

use super::paging::Spelling;
use super::put_object::{CONTENT_MD5, content_md5};
use crate::answer::{Answer, Take};
use crate::call::Call;
use crate::client::Client;
use crate::error::{Error, Fault};
use crate::operation::Operation;
use crate::xml;

/// Deletes up to 1,000 objects, or versions of them, in one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeleteMultipleObjects {
    /// The bucket.
    pub bucket: BucketName,
    /// What to delete: 1 to 1,000.
    pub objects: Vec<ObjectToDelete>,
    /// What OSS tells of it.
    pub report: DeleteReport,
}

/// An object, or one version of it, as it is named to be deleted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectToDelete {
    /// The object.
    pub key: ObjectKey,
    /// The version to delete for ever; `None` deletes the current one, of which a bucket with
    /// versioning keeps what there was.
    pub version_id: Option<VersionId>,
}

impl From<ObjectKey> for ObjectToDelete {
    fn from(key: ObjectKey) -> Self {
        Self {
            key,
            version_id: None,
        }
    }
}

/// What OSS tells of objects it was asked to delete.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum DeleteReport {
    /// Every object that is deleted by now.
    #[default]
    Verbose,
    /// Nothing: then success says only that OSS accepted the request.
    Quiet,
}

/// What OSS says it has deleted, and what it does not say.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeleteMultipleObjectsOutput {
    /// What OSS says is deleted; whether it was there before plays no part.
    pub deleted: Vec<DeletedObject>,
    /// What was asked to be deleted and OSS does not say it did: with [`DeleteReport::Quiet`], all.
    pub unconfirmed: Vec<ObjectToDelete>,
}

/// An object that OSS says is deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeletedObject {
    /// The object; an error for a name that no request could carry.
    pub key: Result<ObjectKey, Invalid>,
    /// The version that was asked to be deleted.
    pub version_id: Option<VersionId>,
    /// The delete marker that was made, or deleted.
    pub delete_marker: Option<VersionId>,
}

impl DeleteMultipleObjects {
    /// Deletes the current versions of `keys`, and has every one reported.
    pub fn new(bucket: BucketName, keys: impl IntoIterator<Item = ObjectKey>) -> Self {
        Self {
            bucket,
            objects: keys.into_iter().map(ObjectToDelete::from).collect(),
            report: DeleteReport::default(),
        }
    }

    pub(super) fn call(&self) -> Call {
        let document = Bytes::from(self.document());
        let operation = Operation::DeleteMultipleObjects;
        let call = Call::bucket(operation, Method::POST, &self.bucket)
            .query("delete", "")
            .query("encoding-type", "url")
            .header_text(CONTENT_MD5, &content_md5(&document))
            .document(document);
        let count = self.objects.len();
        if (1..=MAX_PAGE as usize).contains(&count) {
            return call;
        }
        let reason = "one request deletes 1 to 1000";
        call.refuse(Invalid::new(
            "number of objects",
            &count.to_string(),
            reason,
        ))
    }

    fn document(&self) -> String {
        let object = |object: &ObjectToDelete| ObjectElement {
            key: object.key.as_str().to_owned(),
            version_id: object.version_id.as_ref().map(ToString::to_string),
        };
        let delete = DeleteElement {
            quiet: self.report == DeleteReport::Quiet,
            object: self.objects.iter().map(object).collect(),
        };
        xml::write("Delete", &delete)
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct DeleteElement {
    quiet: bool,
    object: Vec<ObjectElement>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ObjectElement {
    key: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    version_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Document {
    encoding_type: Option<String>,
    #[serde(default)]
    deleted: Vec<DeletedElement>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DeletedElement {
    key: String,
    version_id: Option<String>,
    delete_marker_version_id: Option<String>,
}

impl Client {
    /// Deletes many objects at once. Deleting one that is not there is a success too.
    ///
    /// The MD5 of the list goes with it, so a damaged one deletes nothing.
    ///
    /// # Errors
    /// [`ErrorKind::Settings`](crate::ErrorKind::Settings) for no objects and for more than 1,000.
    /// After an error with [`Error::may_have_been_done`] any of them may be deleted. To ask again is
    /// harmless, but in a bucket with versioning, where every attempt can leave a delete marker.
    /// # Cancellation
    /// After dropping the future any of the objects may be deleted.
    pub async fn delete_multiple_objects(
        &self,
        request: &DeleteMultipleObjects,
    ) -> Result<DeleteMultipleObjectsOutput, Error> {
        self.execute(&request.call(), Take::Document, |answer| {
            read(&answer, request)
        })
        .await
    }
}

fn read(
    answer: &Answer,
    request: &DeleteMultipleObjects,
) -> Result<DeleteMultipleObjectsOutput, Fault> {
    let deleted = match request.report {
        DeleteReport::Quiet => Vec::new(),
        DeleteReport::Verbose => deleted(answer)?,
    };
    let named: HashSet<_> = deleted
        .iter()
        .filter_map(|deleted| Some((deleted.key.as_ref().ok()?, deleted.version_id.as_ref())))
        .collect();
    let is_named =
        |object: &ObjectToDelete| named.contains(&(&object.key, object.version_id.as_ref()));
    let unconfirmed = request.objects.iter().filter(|object| !is_named(object));
    Ok(DeleteMultipleObjectsOutput {
        unconfirmed: unconfirmed.cloned().collect(),
        deleted,
    })
}

fn deleted(answer: &Answer) -> Result<Vec<DeletedObject>, Fault> {
    let document: Document = answer.document("DeleteResult")?;
    let spelling = Spelling::of(document.encoding_type.as_deref());
    let elements = document.deleted.into_iter();
    elements.map(|element| element.read(spelling)).collect()
}

impl DeletedElement {
    fn read(self, spelling: Spelling) -> Result<DeletedObject, Fault> {
        Ok(DeletedObject {
            key: spelling.key(&self.key),
            version_id: version(self.version_id.as_deref())?,
            delete_marker: version(self.delete_marker_version_id.as_deref())?,
        })
    }
}

fn version(text: Option<&str>) -> Result<Option<VersionId>, Fault> {
    let malformed = |_| Fault::Malformed("the answer has a version ID that is damaged".to_owned());
    let text = text.filter(|text| !text.is_empty());
    text.map(|text| text.parse().map_err(malformed)).transpose()
}
