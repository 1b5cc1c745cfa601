use std::collections::BTreeMap;

use jiff::Timestamp;
use ossum_types::{Crc64, ETag, PartNumber};

use super::{Metadata, Piece};

/// A multipart upload that is neither completed nor aborted.
#[derive(Debug, Clone)]
pub(crate) struct Upload {
    /// Fixed when the upload was initiated.
    pub(crate) metadata: Metadata,
    pub(crate) initiated: Timestamp,
    pub(crate) parts: BTreeMap<PartNumber, Part>,
}

/// A part that was received whole, or copied.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    pub(crate) etag: ETag,
    pub(crate) crc64: Crc64,
    pub(crate) size: u64,
    pub(crate) modified: Timestamp,
    pub(crate) pieces: Vec<Piece>,
}
