//! What stands in the lines: JSON forms of our values, and the way back.
//!
//! Numbers that a JSON reader may round (a CRC-64, a device, an inode) are hexadecimal text, times
//! finer than a second decimal text. Whatever is read is checked; `None` means that it is none of
//! what this version writes.

mod header;
mod pointer;
mod record;
mod source;
mod transfer;

use std::time::{Duration, SystemTime};

use ossum_durable::FileId;
use ossum_types::Crc64;
use serde::{Deserialize, Serialize};

pub(crate) use header::{Format, LineOne, format_of, line_one, read_line_one};
pub(crate) use pointer::{pointer_line, read_pointer};
pub(crate) use record::{read_record, record_line};

/// Digits of a number below 2^64, always 16 of them.
pub(crate) fn hex(number: u64) -> String {
    format!("{number:016x}")
}

pub(crate) fn from_hex(text: &str) -> Option<u64> {
    let digits = text.len() == 16 && text.bytes().all(|b| b.is_ascii_hexdigit());
    digits.then(|| u64::from_str_radix(text, 16).ok())?
}

/// Whole seconds since 1970. What is earlier is 1970: nothing here happened then.
pub(crate) fn seconds(time: SystemTime) -> u64 {
    time.duration_since(SystemTime::UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}

/// `None` for a time that the system's clock cannot say.
pub(crate) fn from_seconds(seconds: u64) -> Option<SystemTime> {
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds))
}

/// Reads what may be absent: absent is fine, present and wrong is not.
pub(crate) fn optional<T, U>(
    value: Option<T>,
    read: impl FnOnce(T) -> Option<U>,
) -> Option<Option<U>> {
    match value {
        Some(value) => read(value).map(Some),
        None => Some(None),
    }
}

pub(crate) fn crc64_from(text: Option<String>) -> Option<Option<Crc64>> {
    optional(text, |text| from_hex(&text).map(Crc64::new))
}

/// Serialises what cannot fail to: structures of text and numbers.
pub(crate) fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("structures of text and numbers are JSON")
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct FileIdText {
    device: String,
    inode: String,
}

impl From<FileId> for FileIdText {
    fn from(id: FileId) -> Self {
        Self {
            device: hex(id.device),
            inode: hex(id.inode),
        }
    }
}

impl FileIdText {
    pub(crate) fn read(&self) -> Option<FileId> {
        Some(FileId {
            device: from_hex(&self.device)?,
            inode: from_hex(&self.inode)?,
        })
    }
}
