//! The manifest of a shard: which objects, or ranges of objects, it moves.
//!
//! CSV with a header, as RFC 4180 has it, compressed. An empty field is a value that is not there.

mod read;
mod write;

use std::time::SystemTime;

use ossum_types::{ByteRange, Crc64, ETag, UploadId, VersionId};

pub use self::read::{BadRow, Rows};
pub use self::write::ShardWriter;

/// No shard has more text, in bytes, before it is compressed: it is read as a whole.
pub(crate) const MAX_BYTES: u64 = 256 << 20;

/// What the columns are called, in their order.
pub(crate) const COLUMNS: [&str; 13] = [
    "row",
    "kind",
    "key",
    "size",
    "etag",
    "modified",
    "crc64",
    "version",
    "offset",
    "length",
    "part_size",
    "upload",
    "source",
];

/// A row of a shard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its number within the shard, from 0.
    pub row: u64,
    /// What the listing of the source has.
    pub listed: Listed,
    /// How much of the object it is.
    pub piece: Piece,
}

/// What the listing of a source has of an object.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Listed {
    /// Its key, below source and destination both.
    pub key: String,
    /// Its size in bytes; `None` where a list of names does not tell it.
    pub size: Option<u64>,
    /// Its ETag.
    pub etag: Option<ETag>,
    /// When it was last modified; of a file to the nanosecond, and that is what tells its bytes from others.
    pub modified: Option<SystemTime>,
    /// The CRC-64 of its bytes.
    pub crc64: Option<Crc64>,
    /// Which version is meant.
    pub version: Option<VersionId>,
    /// Where it is, if its key does not tell.
    pub address: Option<String>,
}

/// How much of an object a row is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// All of it.
    Object,
    /// Some parts of it, for an upload that is open.
    Range {
        /// Which bytes: it begins with a part, and ends with one or with the object.
        range: ByteRange,
        /// The size of every part but the last of the object, in bytes.
        part_size: u64,
        /// The upload, which all ranges of the object share.
        upload: UploadId,
    },
}

impl Row {
    /// How many bytes it moves; `None` where that is not known before.
    pub fn len(&self) -> Option<u64> {
        match &self.piece {
            Piece::Object => self.listed.size,
            Piece::Range { range, .. } => Some(range.len()),
        }
    }

    /// Whether it has no bytes.
    pub fn is_empty(&self) -> bool {
        self.len() == Some(0)
    }
}
