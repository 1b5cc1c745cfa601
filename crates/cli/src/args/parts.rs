use clap::Subcommand;
use ossum_types::{PrefixUrl, Span, UploadId};

const EXAMPLES: &str = "\
Examples:
  ossum parts ls oss://bucket                what is billed and belongs to no object
  ossum parts abort oss://bucket --older-than 7d           what would be aborted
  ossum parts abort oss://bucket --older-than 7d --force   abort it";

/// Look after unfinished multipart uploads at OSS, whose parts are billed
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES)]
pub(crate) struct PartsArgs {
    #[command(subcommand)]
    pub(crate) what: PartsCommand,
}

/// What is done about them.
#[derive(Debug, Subcommand)]
pub(crate) enum PartsCommand {
    Ls(PartsLsArgs),
    Abort(PartsAbortArgs),
}

const LS_EXAMPLES: &str = "\
Examples:
  ossum parts ls oss://bucket                all of a bucket
  ossum parts ls oss://bucket/logs/ --json   one JSON object a line";

/// List unfinished uploads with age, parts and bytes, and the job of this machine they belong to
///
/// Ages are by the clock of OSS.
#[derive(Debug, clap::Args)]
#[command(before_help = LS_EXAMPLES)]
pub(crate) struct PartsLsArgs {
    /// oss://bucket or oss://bucket/prefix
    pub(crate) what: PrefixUrl,
}

const ABORT_EXAMPLES: &str = "\
Examples:
  ossum parts abort oss://bucket --older-than 7d           what would be aborted
  ossum parts abort oss://bucket --older-than 7d --force   abort it
  ossum parts abort oss://bucket/key --upload-id 0004B9 --force";

/// Abort unfinished uploads; without --force only show which
///
/// Uploads that an unfinished transfer of this user on this machine goes on with (`ossum jobs ls`) are
/// left alone. Whether one is in use by another machine nobody can tell: choose an age that is out
/// of doubt.
#[derive(Debug, clap::Args)]
#[command(before_help = ABORT_EXAMPLES)]
pub(crate) struct PartsAbortArgs {
    /// oss://bucket or oss://bucket/prefix; with --upload-id oss://bucket/key
    pub(crate) what: PrefixUrl,

    /// Those that began longer ago, by the clock of OSS: 7d, 36h
    #[arg(
        long,
        value_name = "DURATION",
        required_unless_present = "upload_id",
        conflicts_with = "upload_id"
    )]
    pub(crate) older_than: Option<Span>,

    /// This one
    #[arg(long, value_name = "ID")]
    pub(crate) upload_id: Option<UploadId>,

    /// Abort them
    #[arg(short, long)]
    pub(crate) force: bool,

    /// Also those that a stopped job of this machine could go on with
    #[arg(long)]
    pub(crate) include_jobs: bool,
}
