//! What stands in the lines: JSON forms of our values, and the way back.
//!
//! Numbers that a JSON reader may round (a CRC-64, a device, an inode) are hexadecimal text, times
//! finer than a second decimal text. Whatever is read is checked.

mod header;
mod pointer;
mod record;
mod source;
mod transfer;

use std::str::FromStr;
use std::time::{Duration, SystemTime};

use ossum_durable::FileId;
use ossum_types::{Crc64, Invalid};
use serde::{Deserialize, Serialize};

pub use header::is_checkpoint;
pub(crate) use header::{Format, LineOne, format_of, line_one, read_line_one};
pub(crate) use pointer::{pointer_line, read_pointer};
pub(crate) use record::{read_record, record_line};

/// Something stands there that no version of this format writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unreadable;

impl From<Invalid> for Unreadable {
    fn from(_: Invalid) -> Self {
        Self
    }
}

impl From<serde_json::Error> for Unreadable {
    fn from(_: serde_json::Error) -> Self {
        Self
    }
}

/// Digits of a number below 2^64, always 16 of them.
pub(crate) fn hex(number: u64) -> String {
    format!("{number:016x}")
}

pub(crate) fn from_hex(text: &str) -> Result<u64, Unreadable> {
    let digits = text.len() == 16 && text.bytes().all(|b| b.is_ascii_hexdigit());
    let number = u64::from_str_radix(text, 16).ok();
    number.filter(|_| digits).ok_or(Unreadable)
}

/// Whole seconds since 1970. What is earlier is 1970: nothing here happened then.
pub(crate) fn seconds(time: SystemTime) -> u64 {
    time.duration_since(SystemTime::UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}

pub(crate) fn from_seconds(seconds: u64) -> Result<SystemTime, Unreadable> {
    let since = Duration::from_secs(seconds);
    // The system's clock may have fewer years than a number has.
    SystemTime::UNIX_EPOCH.checked_add(since).ok_or(Unreadable)
}

pub(crate) fn crc64_from(text: Option<String>) -> Result<Option<Crc64>, Unreadable> {
    text.map(|text| from_hex(&text).map(Crc64::new)).transpose()
}

/// Reads what may be absent: absent is fine, present and wrong is not.
pub(crate) fn parsed<T: FromStr>(text: Option<String>) -> Result<Option<T>, Unreadable> {
    let parsed = text.map(|text| text.parse()).transpose();
    parsed.map_err(|_| Unreadable)
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
    pub(crate) fn read(&self) -> Result<FileId, Unreadable> {
        Ok(FileId {
            device: from_hex(&self.device)?,
            inode: from_hex(&self.inode)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_16_hexadecimal_digits_and_nothing_else() {
        for number in [0, 0xfd01, u64::MAX] {
            assert_eq!(from_hex(&hex(number)), Ok(number));
        }
        for bad in [
            "",
            "0",
            "+000000000000001",
            "00000000000000001",
            "000000000000000g",
        ] {
            assert_eq!(from_hex(bad), Err(Unreadable), "{bad}");
        }
    }
}
