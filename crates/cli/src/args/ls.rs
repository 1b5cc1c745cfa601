use std::num::NonZeroU64;
use std::str::FromStr;

use ossum_types::{Invalid, PrefixUrl};

const EXAMPLES: &str = "\
Examples:
  ossum ls oss://                            all buckets
  ossum ls oss://bucket/logs/                one level
  ossum ls -r --json oss://bucket            every object, one JSON object a line
  ossum ls -r --max-items 10 oss://bucket    the first ten
  ossum ls -r --all-versions oss://bucket    what versioning has kept as well";

/// List buckets, or the objects whose keys begin with a prefix
///
/// Without -r what follows the next / is shown as a directory. Times are UTC.
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES)]
pub(crate) struct LsArgs {
    /// oss:// for the buckets, oss://bucket or oss://bucket/prefix
    #[arg(default_value = "oss://")]
    pub(crate) what: Listing,

    /// Every object, at any depth
    #[arg(short, long)]
    pub(crate) recursive: bool,

    /// Every version and delete marker as well, from new to old
    #[arg(long, alias = "versions")]
    pub(crate) all_versions: bool,

    /// Stop after so many lines, and ask OSS for no more
    #[arg(long, value_name = "N", alias = "limited-num")]
    pub(crate) max_items: Option<NonZeroU64>,
}

/// What is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Listing {
    /// All buckets.
    Buckets,
    /// The objects whose keys begin with this.
    Objects(PrefixUrl),
}

impl FromStr for Listing {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        if text.eq_ignore_ascii_case("oss://") {
            return Ok(Self::Buckets);
        }
        text.parse().map(Self::Objects)
    }
}
