//! One line of a plan.

use serde::{Deserialize, Serialize};

use crate::item::Item;

/// What is to be done with one name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::sync) struct Line {
    pub(in crate::sync) action: Action,
    /// The name below source and destination.
    pub(in crate::sync) key: String,
    /// Of what is copied, or of what is deleted.
    pub(in crate::sync) size: u64,
    /// The size of what stands at the destination, if there is anything.
    pub(in crate::sync) destination_size: Option<u64>,
    pub(in crate::sync) why: Why,
    /// Which bytes the source has, as far as that can be told without reading them.
    pub(in crate::sync) source_version: Option<String>,
    /// Which bytes the destination has.
    pub(in crate::sync) destination_version: Option<String>,
    /// Where the bytes are at the destination already, if they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::sync) from: Option<Origin>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::sync) enum Action {
    Copy,
    /// From another object of the destination, which has the bytes.
    CopyFrom,
    Delete,
}

/// Why something is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::sync) enum Why {
    /// The destination does not have it.
    Missing,
    /// It has another size there.
    Size,
    /// It was modified at another time.
    Modified,
    /// Its bytes have another CRC-64.
    Checksum,
    /// OSS tells no CRC-64 of it, so that it cannot be compared.
    NoChecksum,
    /// The source does not have it.
    NotInSource,
    /// The destination has its bytes, by size and CRC-64, under a name that the source does not have.
    Renamed,
}

/// An object of the destination that has the bytes of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Origin {
    /// Its name below the destination.
    pub(crate) key: String,
    pub(crate) etag: String,
    pub(crate) crc64: String,
    /// Which file had that CRC-64, and when it was last changed in any way.
    pub(crate) file: String,
}

impl Line {
    pub(in crate::sync) fn copy(source: &Item, there: Option<&Item>, why: Why) -> Self {
        Self {
            action: Action::Copy,
            key: source.name.clone(),
            size: source.size,
            destination_size: there.map(|there| there.size),
            why,
            source_version: Some(source.version.clone()),
            destination_version: there.map(|there| there.version.clone()),
            from: None,
        }
    }

    pub(in crate::sync) fn delete(there: &Item) -> Self {
        Self {
            action: Action::Delete,
            key: there.name.clone(),
            size: there.size,
            destination_size: Some(there.size),
            why: Why::NotInSource,
            source_version: None,
            destination_version: Some(there.version.clone()),
            from: None,
        }
    }

    /// The same name made of an object that has its bytes.
    pub(in crate::sync) fn made_from(self, from: Origin) -> Self {
        Self {
            action: Action::CopyFrom,
            why: Why::Renamed,
            from: Some(from),
            ..self
        }
    }
}
