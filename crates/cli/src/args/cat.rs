use ossum_types::{ByteRange, ByteSize, Limit, ObjectUrl, VersionId};

use super::moving::Concurrency;

const EXAMPLES: &str = "\
Examples:
  ossum cat oss://bucket/log.gz | zcat       the bytes of an object, and nothing else
  ossum cat oss://bucket/a oss://bucket/b    one after the other
  ossum cat --range 0-1023 oss://bucket/a    the first 1024 bytes";

/// Write objects to standard output, fetched with several requests at a time
///
/// The CRC-64 of a whole object is compared when its last byte is out: exit code 6 means that what
/// was written is wrong. In a pipe, a shell tells the exit code of the last command only; bash tells
/// of the others with `set -o pipefail`.
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES)]
pub(crate) struct CatArgs {
    /// oss://bucket/key; may be repeated
    #[arg(required = true, value_name = "OBJECT")]
    pub(crate) objects: Vec<ObjectUrl>,

    /// Only these bytes of each, first and last included: 0-499
    #[arg(long, value_name = "FIRST-LAST", allow_hyphen_values = true)]
    pub(crate) range: Option<ByteRange>,

    /// This version of the object
    #[arg(long, value_name = "ID")]
    pub(crate) version_id: Option<VersionId>,

    /// Take an object whose checksum the service does not tell
    #[arg(long)]
    pub(crate) allow_unverified: bool,

    /// How many requests are under way at a time, or auto
    #[arg(long, alias = "parallel", value_name = "N", default_value = "auto")]
    pub(crate) concurrency: Concurrency,

    /// Bytes a second, of all requests together: 10M, off, or by local time "08:00,1M 20:00,off"
    #[arg(long, value_name = "RATE|TIMETABLE")]
    pub(crate) limit: Option<Limit>,

    /// Hard cap for all buffers together
    #[arg(long, value_name = "SIZE", default_value = "256M")]
    pub(crate) memory: ByteSize,
}
