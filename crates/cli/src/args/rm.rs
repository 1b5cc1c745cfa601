use ossum_types::{PrefixUrl, VersionId};

const EXAMPLES: &str = "\
Examples:
  ossum rm oss://bucket/dir/big.iso          one object
  ossum rm -r --dry-run oss://bucket/logs/   what would be deleted
  ossum rm -r --force oss://bucket/logs/     all of it, without asking";

/// Delete an object, or all whose keys begin with a prefix
///
/// OSS does not tell whether there was an object: deleting one that does not exist succeeds. In a
/// bucket with versioning what is deleted becomes an earlier version.
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES)]
pub(crate) struct RmArgs {
    /// oss://bucket/key; with -r oss://bucket or oss://bucket/prefix
    pub(crate) what: PrefixUrl,

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
}
