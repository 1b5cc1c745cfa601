use std::sync::Arc;

use jiff::Timestamp;
use ossum_types::{ByteRange, Crc64, ETag};
use serde::{Deserialize, Serialize};

use super::Blob;

/// An object as it stands: never changed, only replaced.
#[derive(Debug, Clone)]
pub(crate) struct Object {
    pub(crate) metadata: Metadata,
    pub(crate) etag: ETag,
    pub(crate) crc64: Crc64,
    pub(crate) size: u64,
    pub(crate) modified: Timestamp,
    pub(crate) kind: ObjectKind,
    /// The bytes in order; those of a multipart upload keep the parts they came in.
    pub(crate) pieces: Vec<Piece>,
    /// The copy of an archived object that can be read for a while.
    pub(crate) restored: Option<Restored>,
}

impl Object {
    /// The runs that hold `range` of the object.
    pub(crate) fn pieces_in(&self, range: ByteRange) -> Vec<Piece> {
        let mut offset = 0;
        let mut within = Vec::new();
        for piece in &self.pieces {
            let (first, end) = (
                range.start().max(offset),
                range.end().min(offset + piece.len),
            );
            if first < end {
                within.push(Piece {
                    start: piece.start + (first - offset),
                    len: end - first,
                    blob: Arc::clone(&piece.blob),
                });
            }
            offset += piece.len;
        }
        within
    }
}

/// A run of an object's bytes: so many of a blob, which other objects may share.
#[derive(Debug, Clone)]
pub(crate) struct Piece {
    /// Where in the blob it begins.
    pub(crate) start: u64,
    pub(crate) len: u64,
    pub(crate) blob: Arc<Blob>,
}

impl Piece {
    /// The whole of `blob`.
    pub(crate) fn whole(blob: Arc<Blob>) -> Self {
        Self {
            start: 0,
            len: blob.len(),
            blob,
        }
    }
}

/// How an object came to be, as `x-oss-object-type` says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum ObjectKind {
    Normal,
    Multipart,
    Appendable,
    Symlink,
}

impl ObjectKind {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Normal => "Normal",
            Self::Multipart => "Multipart",
            Self::Appendable => "Appendable",
            Self::Symlink => "Symlink",
        }
    }
}

/// When an archived object can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Restored {
    pub(crate) from_ms: i64,
    pub(crate) until_ms: i64,
}

/// What a client said about an object when it made it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Metadata {
    /// Headers that are given back as they came: names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) storage_class: String,
    pub(crate) acl: Option<String>,
    pub(crate) tags: Vec<(String, String)>,
    /// The key that a symbolic link leads to.
    #[serde(default)]
    pub(crate) link_to: Option<String>,
}

impl Metadata {
    /// The value of a kept header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers.find(|(found, _)| found == name).map(|(_, v)| &**v)
    }
}
