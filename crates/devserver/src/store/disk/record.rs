use std::io;
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use ossum_types::{Crc64, ObjectKey, UploadId};
use serde::{Deserialize, Serialize};

use crate::store::{self, Blob, Metadata, ObjectKind};

/// A bucket, in `bucket.json`.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Bucket {
    created_ms: i64,
    storage_class: String,
    acl: String,
}

/// An object, in a file named for its key.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Object {
    pub(super) key: String,
    metadata: Metadata,
    etag: String,
    crc64: u64,
    modified_ms: i64,
    kind: ObjectKind,
    pieces: Vec<Piece>,
    /// The upload it was made of.
    pub(super) upload: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Piece {
    blob: String,
    len: u64,
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
    blob: String,
    len: u64,
    etag: String,
    crc64: u64,
    modified_ms: i64,
}

/// Finds the blob of a name and a length.
pub(super) type FindBlob<'f> = &'f mut dyn FnMut(&str, u64) -> io::Result<Arc<Blob>>;

impl Bucket {
    pub(super) fn of(bucket: &store::Bucket) -> Self {
        Self {
            created_ms: bucket.created.as_millisecond(),
            storage_class: bucket.storage_class.clone(),
            acl: bucket.acl.clone(),
        }
    }

    pub(super) fn revive(self) -> io::Result<store::Bucket> {
        let created = time(self.created_ms)?;
        Ok(store::Bucket::new(created, &self.storage_class, &self.acl))
    }
}

impl Object {
    pub(super) fn of(
        key: &ObjectKey,
        object: &store::Object,
        upload: Option<&UploadId>,
    ) -> io::Result<Self> {
        let piece = |piece: &store::Piece| {
            let blob = name_of(&piece.blob)?;
            let len = piece.len;
            Ok(Piece { blob, len })
        };
        Ok(Self {
            key: key.as_str().to_owned(),
            metadata: object.metadata.clone(),
            etag: object.etag.as_str().to_owned(),
            crc64: object.crc64.get(),
            modified_ms: object.modified.as_millisecond(),
            kind: object.kind,
            pieces: object.pieces.iter().map(piece).collect::<io::Result<_>>()?,
            upload: upload.map(|id| id.as_str().to_owned()),
        })
    }

    pub(super) fn revive(self, find: FindBlob<'_>) -> io::Result<store::Object> {
        let piece = |piece: &Piece| {
            let blob = find(&piece.blob, piece.len)?;
            let len = piece.len;
            Ok(store::Piece { len, blob })
        };
        Ok(store::Object {
            metadata: self.metadata,
            etag: self.etag.parse().map_err(io::Error::other)?,
            crc64: Crc64::new(self.crc64),
            size: self.pieces.iter().map(|piece| piece.len).sum(),
            modified: time(self.modified_ms)?,
            kind: self.kind,
            pieces: self.pieces.iter().map(piece).collect::<io::Result<_>>()?,
        })
    }
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
            blob: name_of(&part.blob)?,
            len: part.size,
            etag: part.etag.as_str().to_owned(),
            crc64: part.crc64.get(),
            modified_ms: part.modified.as_millisecond(),
        })
    }

    pub(super) fn revive(self, find: FindBlob<'_>) -> io::Result<store::Part> {
        Ok(store::Part {
            etag: self.etag.parse().map_err(io::Error::other)?,
            crc64: Crc64::new(self.crc64),
            size: self.len,
            modified: time(self.modified_ms)?,
            blob: find(&self.blob, self.len)?,
        })
    }
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
