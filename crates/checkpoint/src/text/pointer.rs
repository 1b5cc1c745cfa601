use std::path::PathBuf;

use ossum_types::PartSize;
use serde::{Deserialize, Serialize};

use super::transfer::TransferText;
use super::{crc64_from, from_seconds, hex, json, optional, seconds};
use crate::{Pointer, path_text, sealed};

/// The format of pointers that this version writes and reads.
const FORMAT: u64 = 1;

#[derive(Debug, Serialize, Deserialize)]
struct PointerText {
    ossum: String,
    format: u64,
    transfer: TransferText,
    #[serde(skip_serializing_if = "Option::is_none")]
    checkpoint: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    partial: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    upload_id: Option<String>,
    size: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    part_size: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    headers: Option<String>,
    began: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    directory: Option<String>,
    command: Vec<String>,
}

pub(crate) fn pointer_line(pointer: &Pointer) -> Vec<u8> {
    let path = |path: &Option<PathBuf>| path.as_deref().map(path_text::encode);
    let text = PointerText {
        ossum: "pointer".to_owned(),
        format: FORMAT,
        transfer: (&pointer.transfer).into(),
        checkpoint: path(&pointer.checkpoint),
        partial: path(&pointer.partial),
        upload_id: pointer.upload_id.as_ref().map(ToString::to_string),
        size: pointer.size,
        part_size: pointer.part_size.map(PartSize::get),
        headers: pointer.headers.map(|headers| hex(headers.get())),
        began: seconds(pointer.began),
        directory: path(&pointer.directory),
        command: pointer.command.clone(),
    };
    sealed::seal(&json(&text), b"")
}

/// Reads a pointer; `None` if it is damaged, of a later format, or none at all.
pub(crate) fn read_pointer(bytes: &[u8]) -> Option<Pointer> {
    let line = bytes.strip_suffix(b"\n")?;
    if !sealed::is_whole(line, b"") {
        return None;
    }
    let text: PointerText = serde_json::from_slice(line).ok()?;
    if text.ossum != "pointer" || text.format != FORMAT {
        return None;
    }
    let path = |text: Option<String>| optional(text, |text| path_text::decode(&text));
    Some(Pointer {
        transfer: text.transfer.read()?,
        checkpoint: path(text.checkpoint)?,
        partial: path(text.partial)?,
        upload_id: optional(text.upload_id, |id| id.parse().ok())?,
        size: text.size,
        part_size: optional(text.part_size, |bytes| PartSize::new(bytes).ok())?,
        headers: crc64_from(text.headers)?,
        began: from_seconds(text.began)?,
        directory: path(text.directory)?,
        command: text.command,
    })
}
