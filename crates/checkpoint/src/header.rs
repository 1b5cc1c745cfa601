use std::time::SystemTime;

use ossum_durable::FileId;
use ossum_types::{Crc64, PartSize};

use crate::{SourceIdentity, Transfer};

/// What is fixed when a session begins: line 1 of a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Which transfer it is.
    pub transfer: Transfer,
    /// Which bytes are moved.
    pub source: SourceIdentity,
    /// How many bytes are moved.
    pub size: u64,
    /// How large the parts are; the last is what remains.
    pub part_size: PartSize,
    /// Of a download, the file the bytes are written to until they are published.
    pub partial: Option<FileId>,
    /// Of an upload or copy, a digest of what is kept with the object, which is fixed when the
    /// upload begins.
    pub headers: Option<Crc64>,
    /// When the session began, in whole seconds.
    pub began: SystemTime,
}
