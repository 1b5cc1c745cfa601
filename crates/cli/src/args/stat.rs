use ossum_types::{PrefixUrl, VersionId};

const EXAMPLES: &str = "\
Examples:
  ossum stat oss://bucket/dir/big.iso        size, ETag, CRC-64, time, class, metadata
  ossum stat oss://bucket                    region, class and ACL of a bucket";

/// Show one object or bucket
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES)]
pub(crate) struct StatArgs {
    /// oss://bucket/key or oss://bucket
    pub(crate) what: PrefixUrl,

    /// This version of the object
    #[arg(long, value_name = "ID")]
    pub(crate) version_id: Option<VersionId>,
}
