//! Reads a page of `ListObjectVersions`.

use std::time::SystemTime;

use ossum_types::{ETag, Invalid, ObjectKey, VersionId};
use serde::Deserialize;

use super::list_object_versions::{ListObjectVersionsPage, VersionsCursor, VersionsEntry};
use super::paging::{Spelling, astray, date};
use crate::answer::Answer;
use crate::error::Fault;

/// A version of an object in a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListedVersion {
    /// The key; an error for a name that no request could carry.
    pub key: Result<ObjectKey, Invalid>,
    /// The version; `null` for what was written while there was no versioning.
    pub version_id: VersionId,
    /// Whether it is the current version.
    pub is_latest: bool,
    /// The size in bytes.
    pub size: u64,
    /// The ETag.
    pub etag: ETag,
    /// When the version was written.
    pub last_modified: SystemTime,
    /// The storage class, such as `Standard`.
    pub storage_class: Option<String>,
}

/// A delete marker in a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListedDeleteMarker {
    /// The key; an error for a name that no request could carry.
    pub key: Result<ObjectKey, Invalid>,
    /// The version that the marker is.
    pub version_id: VersionId,
    /// Whether it is the current version: then the object is deleted.
    pub is_latest: bool,
    /// When the object was deleted.
    pub last_modified: SystemTime,
}

/// Versions and delete markers take turns, so all children of the root are one list.
#[derive(Deserialize)]
struct Document {
    #[serde(rename = "$value", default)]
    children: Vec<Child>,
}

#[derive(Deserialize)]
enum Child {
    IsTruncated(bool),
    EncodingType(Option<String>),
    NextKeyMarker(Option<String>),
    NextVersionIdMarker(Option<String>),
    Version(VersionElement),
    DeleteMarker(DeleteMarkerElement),
    CommonPrefixes(PrefixElement),
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct VersionElement {
    key: String,
    version_id: String,
    is_latest: bool,
    last_modified: String,
    #[serde(rename = "ETag")]
    etag: String,
    size: u64,
    storage_class: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DeleteMarkerElement {
    key: String,
    version_id: String,
    is_latest: bool,
    last_modified: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PrefixElement {
    prefix: String,
}

/// What a page says of itself.
#[derive(Default)]
struct Frame {
    is_truncated: Option<bool>,
    encoding_type: Option<String>,
    next_key: Option<String>,
    next_version_id: Option<String>,
}

/// Reads the page that was asked for at `after`.
pub(super) fn read(
    answer: &Answer,
    after: Option<&VersionsCursor>,
) -> Result<ListObjectVersionsPage, Fault> {
    let document: Document = answer.document("ListVersionsResult")?;
    let mut frame = Frame::default();
    let mut listed = Vec::new();
    for child in document.children {
        match child {
            Child::IsTruncated(is_truncated) => frame.is_truncated = Some(is_truncated),
            Child::EncodingType(encoding_type) => frame.encoding_type = encoding_type,
            Child::NextKeyMarker(key) => frame.next_key = key,
            Child::NextVersionIdMarker(version_id) => frame.next_version_id = version_id,
            Child::Other => {}
            entry => listed.push(entry),
        }
    }
    let spelling = Spelling::of(frame.encoding_type.as_deref());
    let mut named = Vec::new();
    for child in listed {
        named.extend(child.read(spelling)?);
    }
    // Stable: the versions of one key stay in the order they came in.
    named.sort_by(|(a, _), (b, _)| a.cmp(b));
    Ok(ListObjectVersionsPage {
        entries: named.into_iter().map(|(_, entry)| entry).collect(),
        next: frame.next(spelling, after)?,
    })
}

impl Frame {
    fn next(
        self,
        spelling: Spelling,
        after: Option<&VersionsCursor>,
    ) -> Result<Option<VersionsCursor>, Fault> {
        let is_truncated = self.is_truncated.ok_or_else(|| astray("has no end"))?;
        match self.next_key.filter(|key| !key.is_empty()) {
            _ if !is_truncated => Ok(None),
            None => Err(astray("is cut off without a marker")),
            Some(key) => {
                let version_id = self.next_version_id.filter(|id| !id.is_empty());
                let version_id = version_id.as_deref().map(version).transpose()?;
                let next = VersionsCursor::new(spelling.exact(&key)?, version_id);
                next.behind(after).map(Some)
            }
        }
    }
}

impl VersionsCursor {
    /// The same cursor as that of the page after `before`, if it leads further.
    ///
    /// Keys ascend; the IDs of versions have no order that we know. So of one key only circles can be
    /// found out: the landmark is moved after 1, 2, 4, 8 pages, and any circle comes back to one.
    fn behind(self, before: Option<&Self>) -> Result<Self, Fault> {
        let Some(before) = before else {
            return Ok(self);
        };
        let goes_back = self.key < before.key;
        let repeats = before.is_at(&self.key, self.version_id.as_ref());
        let circles = before
            .landmark
            .as_ref()
            .is_some_and(|(key, version_id)| self.is_at(key, version_id.as_ref()));
        if goes_back || repeats || circles {
            return Err(astray("of versions does not go on"));
        }
        let pages = before.pages + 1;
        let landmark = if pages.is_power_of_two() {
            Some((self.key.clone(), self.version_id.clone()))
        } else {
            before.landmark.clone()
        };
        Ok(Self {
            pages,
            landmark,
            ..self
        })
    }

    fn is_at(&self, key: &str, version_id: Option<&VersionId>) -> bool {
        self.key == key && self.version_id.as_ref() == version_id
    }
}

impl Child {
    /// The entry with the name it is sorted by; `None` if it is none.
    fn read(self, spelling: Spelling) -> Result<Option<(Vec<u8>, VersionsEntry)>, Fault> {
        Ok(Some(match self {
            Self::Version(element) => {
                let name = spelling.bytes(&element.key);
                (name, VersionsEntry::Version(element.read(spelling)?))
            }
            Self::DeleteMarker(element) => {
                let name = spelling.bytes(&element.key);
                (name, VersionsEntry::DeleteMarker(element.read(spelling)?))
            }
            Self::CommonPrefixes(element) => {
                let prefix = spelling.exact(&element.prefix)?;
                (
                    prefix.clone().into_bytes(),
                    VersionsEntry::CommonPrefix(prefix),
                )
            }
            _ => return Ok(None),
        }))
    }
}

impl VersionElement {
    fn read(self, spelling: Spelling) -> Result<ListedVersion, Fault> {
        let damaged = |_| astray("has an ETag that is damaged");
        Ok(ListedVersion {
            key: spelling.key(&self.key),
            version_id: version(&self.version_id)?,
            is_latest: self.is_latest,
            size: self.size,
            etag: self.etag.parse().map_err(damaged)?,
            last_modified: date(&self.last_modified)?,
            storage_class: self.storage_class,
        })
    }
}

impl DeleteMarkerElement {
    fn read(self, spelling: Spelling) -> Result<ListedDeleteMarker, Fault> {
        Ok(ListedDeleteMarker {
            key: spelling.key(&self.key),
            version_id: version(&self.version_id)?,
            is_latest: self.is_latest,
            last_modified: date(&self.last_modified)?,
        })
    }
}

fn version(text: &str) -> Result<VersionId, Fault> {
    text.parse()
        .map_err(|_| astray("has a version ID that is damaged"))
}
