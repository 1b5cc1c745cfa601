use ossum_types::{PrefixUrl, VersionId};

const EXAMPLES: &str = "\
Examples:
  ossum stat oss://bucket/dir/big.iso        size, ETag, CRC-64, time, class, ACL, metadata
  ossum stat oss://bucket                    region, class and ACL of a bucket
  ossum stat --json oss://bucket/a oss://bucket/b";

/// Show objects and buckets
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES)]
pub(crate) struct StatArgs {
    /// oss://bucket/key or oss://bucket
    #[arg(required = true, value_name = "URL")]
    pub(crate) what: Vec<PrefixUrl>,

    /// This version of the object
    #[arg(long, value_name = "ID")]
    pub(crate) version_id: Option<VersionId>,
}
