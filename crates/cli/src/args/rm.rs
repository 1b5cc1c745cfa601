use ossum_types::{PrefixUrl, VersionId};

use super::FilterArgs;

const EXAMPLES: &str = "\
Examples:
  ossum rm oss://bucket/a oss://bucket/b     these objects
  ossum rm -r --dry-run oss://bucket/logs/   what would be deleted
  ossum rm -r --force oss://bucket/logs/     all of it, without asking
  ossum rm -r --exclude '*.gz' oss://bucket/logs/
                                             all but what ends in .gz
  ossum rm -r --all-versions oss://bucket/   what versioning has kept as well, for good";

/// Delete objects, or all whose keys begin with a prefix
///
/// What fails is told key by key and does not keep the others from being deleted.
///
/// OSS does not tell whether there was an object: deleting one that does not exist succeeds. In a
/// bucket with versioning what is deleted becomes an earlier version.
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES)]
#[allow(clippy::struct_excessive_bools)] // each is a switch that may be typed
pub(crate) struct RmArgs {
    /// oss://bucket/key; with -r oss://bucket or oss://bucket/prefix
    #[arg(required = true, value_name = "URL")]
    pub(crate) what: Vec<PrefixUrl>,

    /// Every object whose key begins with this
    #[arg(short, long)]
    pub(crate) recursive: bool,

    /// Do not ask; needed with -r where there is no terminal to ask at
    #[arg(short, long)]
    pub(crate) force: bool,

    /// Say what would be deleted, and delete nothing
    #[arg(short = 'n', long)]
    pub(crate) dry_run: bool,

    /// This version of the object, for good
    #[arg(long, value_name = "ID", conflicts_with = "recursive")]
    pub(crate) version_id: Option<VersionId>,

    /// With -r: every version and delete marker, for good, and not the current versions alone
    #[arg(long, requires = "recursive")]
    all_versions: bool,

    #[command(flatten, next_help_heading = "Choosing what is deleted, with -r")]
    pub(crate) filter: FilterArgs,
}

/// What of an object is deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// The current version; with versioning it becomes an earlier one.
    Current,
    /// All versions and delete markers.
    AllVersions,
}

impl RmArgs {
    pub(crate) fn reach(&self) -> Reach {
        if self.all_versions {
            Reach::AllVersions
        } else {
            Reach::Current
        }
    }
}
