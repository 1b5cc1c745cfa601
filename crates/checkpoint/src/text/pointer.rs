use std::path::PathBuf;

use ossum_types::PartSize;
use serde::{Deserialize, Serialize};

use super::transfer::TransferText;
use super::{Unreadable, crc64_from, from_seconds, hex, json, parsed, seconds};
use crate::{End, Pointer, path_text, sealed};

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
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<End>,
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
        end: pointer.end.clone(),
    };
    sealed::seal(&json(&text), b"")
}

/// Reads a whole pointer, of this format.
pub(crate) fn read_pointer(bytes: &[u8]) -> Result<Pointer, Unreadable> {
    let line = bytes.strip_suffix(b"\n").ok_or(Unreadable)?;
    if !sealed::is_whole(line, b"") {
        return Err(Unreadable);
    }
    let text: PointerText = serde_json::from_slice(line)?;
    if text.ossum != "pointer" || text.format != FORMAT {
        return Err(Unreadable);
    }
    let path = |text: Option<String>| text.map(|text| path_text::decode(&text)).transpose();
    Ok(Pointer {
        transfer: text.transfer.read()?,
        checkpoint: path(text.checkpoint)?,
        partial: path(text.partial)?,
        upload_id: parsed(text.upload_id)?,
        size: text.size,
        part_size: text.part_size.map(PartSize::new).transpose()?,
        headers: crc64_from(text.headers)?,
        began: from_seconds(text.began)?,
        directory: path(text.directory)?,
        command: text.command,
        end: text.end,
    })
}
