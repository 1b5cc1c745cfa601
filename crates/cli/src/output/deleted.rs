//! What `rm` has to say.

use ossum_types::{ByteSize, ObjectUrl, VersionId};
use serde::Serialize;

use super::Event;
use super::listed::counted;

/// An object that is gone, or would be.
#[derive(Debug, Serialize)]
pub(crate) struct Deleted {
    pub(crate) object: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) version_id: Option<String>,
    /// Where a copy of it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) moved_to: Option<String>,
    pub(crate) dry_run: bool,
}

impl Deleted {
    pub(crate) fn of(url: &ObjectUrl, version_id: Option<&VersionId>, dry_run: bool) -> Self {
        Self {
            object: url.to_string(),
            version_id: version_id.map(ToString::to_string),
            moved_to: None,
            dry_run,
        }
    }
}

impl Event for Deleted {
    const NAME: &'static str = "deleted";

    fn for_people(&self) -> Vec<String> {
        let what = what(self.dry_run);
        let version = self.version_id.as_ref();
        let version = version.map_or_else(String::new, |id| format!("  version {id}"));
        let moved_to = self.moved_to.as_ref();
        let moved_to = moved_to.map_or_else(String::new, |to| format!(", and keep it as {to}"));
        vec![format!("{what} {}{version}{moved_to}", self.object)]
    }
}

/// A file that is gone, or would be.
#[derive(Debug, Serialize)]
pub(crate) struct DeletedFile {
    pub(crate) file: String,
    pub(crate) dry_run: bool,
}

impl Event for DeletedFile {
    const NAME: &'static str = "deleted";

    fn for_people(&self) -> Vec<String> {
        let what = what(self.dry_run);
        vec![format!("{what} {}", self.file)]
    }
}

/// The end of deleting many.
#[derive(Debug, Default, Serialize)]
pub(crate) struct DeletedTotal {
    pub(crate) objects: u64,
    pub(crate) bytes: u64,
    pub(crate) failed: u64,
    pub(crate) dry_run: bool,
}

impl Event for DeletedTotal {
    const NAME: &'static str = "total";

    fn for_people(&self) -> Vec<String> {
        let what = what(self.dry_run);
        let objects = counted(self.objects, "object");
        let size = ByteSize::new(self.bytes);
        vec![match self.failed {
            0 => format!("{what} {objects}, {size}"),
            failed => format!("{what} {objects}, {size}; {failed} failed"),
        }]
    }
}

fn what(dry_run: bool) -> &'static str {
    if dry_run { "would delete" } else { "deleted" }
}
