use std::sync::Arc;

use jiff::Timestamp;
use ossum_types::{Crc64, ETag};
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
}

/// A run of an object's bytes.
#[derive(Debug, Clone)]
pub(crate) struct Piece {
    pub(crate) len: u64,
    pub(crate) blob: Arc<Blob>,
}

/// How an object came to be, as `x-oss-object-type` says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum ObjectKind {
    Normal,
    Multipart,
}

impl ObjectKind {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Normal => "Normal",
            Self::Multipart => "Multipart",
        }
    }
}

/// What a client said about an object when it made it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Metadata {
    /// Headers that are given back as they came: names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) storage_class: String,
    pub(crate) acl: Option<String>,
    pub(crate) tags: Vec<(String, String)>,
}
