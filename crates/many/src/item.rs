use std::time::SystemTime;

use ossum_types::ETag;

use crate::sync::plan::Origin;

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

impl Item {
    /// The ETag of an object; `None` for a file.
    pub fn etag(&self) -> Option<ETag> {
        // A file's version is more than two words.
        let (_, etag) = self.version.split_once(' ')?;
        etag.parse().ok()
    }

    /// Which file it is, and when it was last changed in any way.
    pub(crate) fn identity(&self) -> String {
        let changed = self.changed.and_then(|changed| {
            let since = changed.duration_since(SystemTime::UNIX_EPOCH).ok()?;
            Some(since.as_nanos())
        });
        format!("{} {}", self.version, changed.unwrap_or_default())
    }
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
    /// Where the bytes are at the destination already, if they are.
    pub(crate) from: Option<Box<Origin>>,
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
            from: None,
        }
    }
}

/// Which bytes an object has.
pub(crate) fn object_version(size: u64, etag: &ETag) -> String {
    format!("{size} {etag}")
}
