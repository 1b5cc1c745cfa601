use std::num::NonZeroU64;
use std::path::PathBuf;
use std::str::FromStr;

use ossum_migrate::Source;
use ossum_transfer::PartSizeWish;
use ossum_types::{ByteSize, Invalid, PrefixUrl};

use super::WorkArgs;
use crate::args::cp::LinkArgs;
use crate::args::{FilterArgs, Place};

const EXAMPLES: &str = "\
Examples:
  ossum migrate plan oss://old/data oss://new/data --work oss://new-work/m1
                                             from another prefix
  ossum migrate plan oss://old/data oss://new/data --source-region cn-beijing \\
    --source-profile old --work oss://new-work/m1
                                             of another account, in another region
  ossum migrate plan s3://bucket/data oss://new/data --work oss://new-work/m1
                                             from Amazon S3, with AWS_ACCESS_KEY_ID and its kin
  ossum migrate plan /mnt/share oss://new/data --work /mnt/work
                                             from a directory that all machines share
  ossum migrate plan oss://old/data oss://new/data --work oss://new-work/m1 \
    --inventory oss://old/inventory/2026-11-27T00-00Z/manifest.json
                                             without listing anything
  ossum migrate plan --urls addresses.txt oss://new/data --work oss://new-work/m1
                                             from anywhere that speaks HTTP";

/// List a source, and divide what is in it into shards
///
/// A shard has at most 10,000 objects or 100 GiB, and is carried out by one machine at a time. Objects
/// larger than --split are divided into ranges, for which an upload is begun now; `finish` completes
/// them. The same source gives the same shards.
///
/// A planning that was interrupted is begun again by the same command. One that is whole stays as it is:
/// another needs another work place. What cannot be migrated, for its name or its size, is told, and
/// makes the exit code 1; the rest can be carried out.
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES)]
pub(crate) struct MigratePlanArgs {
    /// oss://bucket/prefix, s3://bucket/prefix, or a directory; with --urls a file
    #[arg(value_parser = Source::parse)]
    pub(crate) source: Source,

    /// oss://bucket/prefix
    pub(crate) destination: PrefixUrl,

    #[command(flatten)]
    pub(crate) work: WorkArgs,

    /// Take the objects that a file names, one a line, below the source; how large they are is not asked
    #[arg(long, value_name = "FILE", conflicts_with_all = ["inventory", "urls"])]
    pub(crate) list: Option<PathBuf>,

    /// Take the objects that an inventory has: its manifest.json, a file or in OSS
    #[arg(long, value_name = "FILE|URL", value_parser = Place::parser(), conflicts_with = "urls")]
    pub(crate) inventory: Option<Place>,

    /// The source is a file with an address on each line: URL, or URL,KEY; without one the key is the
    /// address's path
    #[arg(long)]
    pub(crate) urls: bool,

    /// The most objects of a shard
    #[arg(long, value_name = "N", default_value = "10000")]
    pub(crate) shard_objects: NonZeroU64,

    /// The most bytes of a shard
    #[arg(long, value_name = "SIZE", default_value = "100G", value_parser = some_bytes)]
    pub(crate) shard_size: ByteSize,

    /// Divide objects larger than this into ranges of about this size
    #[arg(long, value_name = "SIZE", default_value = "10G", value_parser = some_bytes)]
    pub(crate) split: ByteSize,

    /// Size of the parts of those
    #[arg(long, value_name = "SIZE", default_value = "auto")]
    pub(crate) part_size: PartSizeWish,

    #[command(flatten, next_help_heading = "Choosing what is migrated")]
    pub(crate) filter: FilterArgs,

    #[command(flatten)]
    pub(crate) links: LinkArgs,

    #[command(flatten, next_help_heading = "Source")]
    pub(crate) source_is: SourceArgs,
}

/// How the source is reached, if not as the destination is.
#[derive(Debug, clap::Args)]
#[allow(clippy::struct_field_names)] // as the options are called
pub(crate) struct SourceArgs {
    /// Address of the source's service
    #[arg(long, value_name = "URL")]
    pub(crate) source_endpoint: Option<String>,

    /// Region of the source
    #[arg(long, value_name = "REGION")]
    pub(crate) source_region: Option<String>,

    /// Profile whose credentials and settings the source is read with
    #[arg(long, value_name = "NAME")]
    pub(crate) source_profile: Option<String>,
}

fn some_bytes(text: &str) -> Result<ByteSize, Invalid> {
    let size = ByteSize::from_str(text)?;
    if size.get() == 0 {
        return Err(Invalid::new("size", text, "it is at least 1 B"));
    }
    Ok(size)
}
