use std::io;
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use ossum_types::{Crc64, ObjectKey, UploadId, VersionId};
use serde::{Deserialize, Serialize};

use crate::store::version::{is_null, null_version};
use crate::store::{self, Blob, Metadata, ObjectKind, Restored, Versioning};

/// A bucket, in `bucket.json`.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Bucket {
    created_ms: i64,
    storage_class: String,
    acl: String,
    #[serde(default)]
    versioning: Versioning,
}

/// A version of an object, in a file named for its key and its ID.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Version {
    pub(super) key: String,
    /// `None` is `null`.
    #[serde(default, rename = "version")]
    id: Option<String>,
    #[serde(default)]
    order: u64,
    modified_ms: i64,
    #[serde(flatten)]
    content: Content,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum Content {
    Object(Box<Object>),
    Marker { delete_marker: bool },
}

#[derive(Debug, Serialize, Deserialize)]
struct Object {
    metadata: Metadata,
    etag: String,
    crc64: u64,
    kind: ObjectKind,
    pieces: Vec<Piece>,
    #[serde(default)]
    restored: Option<Restored>,
    /// The upload it was made of.
    upload: Option<String>,
}

/// A run of a blob.
#[derive(Debug, Serialize, Deserialize)]
struct Piece {
    blob: String,
    len: u64,
    #[serde(default)]
    start: u64,
    /// How long the blob is, unless the run is all of it.
    #[serde(default)]
    of: Option<u64>,
}

/// An upload, in `upload.json`.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Upload {
    pub(super) key: String,
    metadata: Metadata,
    initiated_ms: i64,
}

/// A part, in a file named for its number.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Part {
    /// The one blob of a part in format 1.
    #[serde(default, skip_serializing)]
    blob: Option<String>,
    len: u64,
    etag: String,
    crc64: u64,
    modified_ms: i64,
    #[serde(default)]
    pieces: Vec<Piece>,
}

/// Finds the blob of a name and a length.
pub(super) type FindBlob<'f> = &'f mut dyn FnMut(&str, u64) -> io::Result<Arc<Blob>>;

impl Bucket {
    pub(super) fn of(bucket: &store::Bucket) -> Self {
        Self {
            created_ms: bucket.created.as_millisecond(),
            storage_class: bucket.storage_class.clone(),
            acl: bucket.acl.clone(),
            versioning: bucket.versioning,
        }
    }

    pub(super) fn revive(self) -> io::Result<store::Bucket> {
        let created = time(self.created_ms)?;
        let mut bucket = store::Bucket::new(created, &self.storage_class, &self.acl);
        bucket.versioning = self.versioning;
        Ok(bucket)
    }
}

impl Version {
    pub(super) fn of(
        key: &ObjectKey,
        version: &store::Version,
        upload: Option<&UploadId>,
    ) -> io::Result<Self> {
        let content = match &version.content {
            store::Content::Object(object) => {
                Content::Object(Box::new(Object::of(object, upload)?))
            }
            store::Content::DeleteMarker => Content::Marker {
                delete_marker: true,
            },
        };
        Ok(Self {
            key: key.as_str().to_owned(),
            id: (!is_null(&version.id)).then(|| version.id.to_string()),
            order: version.order,
            modified_ms: version.modified.as_millisecond(),
            content,
        })
    }

    /// The upload it was made of.
    pub(super) fn upload(&self) -> Option<&str> {
        match &self.content {
            Content::Object(object) => object.upload.as_deref(),
            Content::Marker { .. } => None,
        }
    }

    pub(super) fn revive(self, find: FindBlob<'_>) -> io::Result<store::Version> {
        let modified = time(self.modified_ms)?;
        let content = match self.content {
            Content::Object(object) => {
                store::Content::Object(Arc::new(object.revive(modified, find)?))
            }
            Content::Marker { .. } => store::Content::DeleteMarker,
        };
        Ok(store::Version {
            id: self
                .id
                .as_deref()
                .map_or_else(|| Ok(null_version()), version_id)?,
            order: self.order,
            modified,
            content,
        })
    }
}

impl Object {
    fn of(object: &store::Object, upload: Option<&UploadId>) -> io::Result<Self> {
        Ok(Self {
            metadata: object.metadata.clone(),
            etag: object.etag.as_str().to_owned(),
            crc64: object.crc64.get(),
            kind: object.kind,
            pieces: save_pieces(&object.pieces)?,
            restored: object.restored,
            upload: upload.map(|id| id.as_str().to_owned()),
        })
    }

    fn revive(self, modified: Timestamp, find: FindBlob<'_>) -> io::Result<store::Object> {
        let pieces = revive_pieces(&self.pieces, find)?;
        Ok(store::Object {
            metadata: self.metadata,
            etag: self.etag.parse().map_err(io::Error::other)?,
            crc64: Crc64::new(self.crc64),
            size: pieces.iter().map(|piece| piece.len).sum(),
            modified,
            kind: self.kind,
            pieces,
            restored: self.restored,
        })
    }
}

impl Piece {
    fn of(piece: &store::Piece) -> io::Result<Self> {
        let of = piece.blob.len();
        Ok(Self {
            blob: name_of(&piece.blob)?,
            len: piece.len,
            start: piece.start,
            of: (of != piece.len).then_some(of),
        })
    }

    fn revive(&self, find: FindBlob<'_>) -> io::Result<store::Piece> {
        let of = self.of.unwrap_or(self.len);
        if self.start.checked_add(self.len).is_none_or(|end| end > of) {
            return Err(io::Error::other("a run leaves its blob"));
        }
        Ok(store::Piece {
            start: self.start,
            len: self.len,
            blob: find(&self.blob, of)?,
        })
    }
}

fn save_pieces(pieces: &[store::Piece]) -> io::Result<Vec<Piece>> {
    pieces.iter().map(Piece::of).collect()
}

fn revive_pieces(pieces: &[Piece], find: FindBlob<'_>) -> io::Result<Vec<store::Piece>> {
    pieces.iter().map(|piece| piece.revive(find)).collect()
}

impl Upload {
    pub(super) fn of(key: &ObjectKey, upload: &store::Upload) -> Self {
        Self {
            key: key.as_str().to_owned(),
            metadata: upload.metadata.clone(),
            initiated_ms: upload.initiated.as_millisecond(),
        }
    }

    pub(super) fn revive(self) -> io::Result<store::Upload> {
        Ok(store::Upload {
            metadata: self.metadata,
            initiated: time(self.initiated_ms)?,
            parts: std::collections::BTreeMap::new(),
        })
    }
}

impl Part {
    pub(super) fn of(part: &store::Part) -> io::Result<Self> {
        Ok(Self {
            blob: None,
            len: part.size,
            etag: part.etag.as_str().to_owned(),
            crc64: part.crc64.get(),
            modified_ms: part.modified.as_millisecond(),
            pieces: save_pieces(&part.pieces)?,
        })
    }

    pub(super) fn revive(self, find: FindBlob<'_>) -> io::Result<store::Part> {
        let mut pieces = revive_pieces(&self.pieces, find)?;
        if let Some(blob) = &self.blob {
            pieces.push(store::Piece::whole(find(blob, self.len)?));
        }
        Ok(store::Part {
            etag: self.etag.parse().map_err(io::Error::other)?,
            crc64: Crc64::new(self.crc64),
            size: self.len,
            modified: time(self.modified_ms)?,
            pieces,
        })
    }
}

/// Reads a version ID, of which a file's name is made.
fn version_id(text: &str) -> io::Result<VersionId> {
    if !text.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Err(io::Error::other("a version ID is not one of this server"));
    }
    text.parse().map_err(io::Error::other)
}

fn time(millisecond: i64) -> io::Result<Timestamp> {
    Timestamp::from_millisecond(millisecond).map_err(io::Error::other)
}

/// The name under which a record finds a blob again.
fn name_of(blob: &Blob) -> io::Result<String> {
    let Blob::File(file) = blob else {
        return Err(io::Error::other("a blob in memory has no name"));
    };
    let name = file
        .path()
        .file_name()
        .and_then(|name| Path::new(name).to_str());
    name.map(str::to_owned)
        .ok_or_else(|| io::Error::other("a blob has no name"))
}
