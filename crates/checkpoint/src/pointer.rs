use std::path::PathBuf;
use std::time::SystemTime;

use ossum_types::{Crc64, PartSize, UploadId};
use serde::{Deserialize, Serialize};

use crate::Transfer;

/// What leads to an unfinished transfer: where its checkpoint is, and how to continue.
///
/// Kept apart from the checkpoint, so that a torn one does not leave an upload behind that nobody
/// knows of. Like the checkpoint it is a hint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pointer {
    /// Which transfer it is.
    pub transfer: Transfer,
    /// Where the checkpoint is, if it is in a file.
    pub checkpoint: Option<PathBuf>,
    /// Of a download, where the bytes are until they are published.
    pub partial: Option<PathBuf>,
    /// The ID of the multipart upload, if one began.
    pub upload_id: Option<UploadId>,
    /// How many bytes are moved.
    pub size: u64,
    /// How large the parts are, if the transfer has parts.
    pub part_size: Option<PartSize>,
    /// Of an upload or copy, a digest of what is kept with the object.
    pub headers: Option<Crc64>,
    /// When it began, in whole seconds.
    pub began: SystemTime,
    /// In which directory the command was given.
    pub directory: Option<PathBuf>,
    /// The command that continues it, program first. Whoever puts it in has taken secrets out.
    pub command: Vec<String>,
    /// How the last run ended, if it lived to say so.
    pub end: Option<End>,
}

/// Why a run ended that did not succeed: for whoever looks later. Without secrets, as the command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct End {
    /// When, in whole seconds.
    #[serde(with = "crate::unix_seconds")]
    pub time: SystemTime,
    /// Which kind of failure it was, in one word.
    pub kind: String,
    /// What failed and why.
    pub message: String,
    /// What can be done about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}
