use std::time::SystemTime;

use ossum_types::ETag;

/// One file or object of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its name below the source, with `/` between the parts.
    pub name: String,
    /// Its size in bytes.
    pub size: u64,
    /// Which bytes it has, as far as that can be told without reading them.
    pub version: String,
    /// When a file was modified.
    pub modified: Option<SystemTime>,
    /// When it came to be as it is, whatever its bytes' age: a file by the clock of its file system,
    /// an object by that of OSS.
    pub changed: Option<SystemTime>,
}

/// What stands at the destination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Existing {
    /// Which bytes it has, as far as that can be told without reading them.
    pub(crate) version: String,
    /// When a file was modified.
    pub(crate) modified: Option<SystemTime>,
}

/// An item on its way to a worker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Job {
    pub(crate) item: Item,
    /// What the listing of the destination has there; absent also where it was not asked.
    pub(crate) existing: Option<Existing>,
    /// Whether it is copied whatever an earlier run has noted: both sides were compared.
    pub(crate) is_compared: bool,
    /// What a plan says of both sides, where that has to hold still.
    pub(crate) planned: Option<Planned>,
}

/// What a plan was made for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Planned {
    /// Which bytes the destination had; `None` if there was none.
    pub(crate) destination: Option<String>,
}

impl Job {
    /// An item of which nothing is decided.
    pub(crate) fn of(item: Item, existing: Option<Existing>) -> Self {
        Self {
            item,
            existing,
            is_compared: false,
            planned: None,
        }
    }
}

/// Which bytes an object has.
pub(crate) fn object_version(size: u64, etag: &ETag) -> String {
    format!("{size} {etag}")
}
