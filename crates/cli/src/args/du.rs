use clap::ValueEnum;
use ossum_types::PrefixUrl;

const EXAMPLES: &str = "\
Examples:
  ossum du oss://bucket                      each directory of the first level, and all of it
  ossum du oss://bucket/logs/ --depth 2 --by class
  ossum du oss://bucket --depth 0 --all-versions --parts --json";

/// Add up objects and bytes by prefix and storage class
///
/// A directory is what keys have in common as far as a /; the total comes last. Nothing is
/// remembered but the directories above the key that is being looked at.
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES)]
pub(crate) struct DuArgs {
    /// oss://bucket or oss://bucket/prefix
    pub(crate) what: PrefixUrl,

    /// Show directories down to this level; 0 shows the total alone
    #[arg(
        short,
        long,
        value_name = "N",
        default_value_t = 1,
        alias = "max-depth"
    )]
    pub(crate) depth: usize,

    /// Show each storage class by itself
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(crate) by: Option<By>,

    /// Add up earlier versions as well, which are billed like objects
    #[arg(long)]
    pub(crate) all_versions: bool,

    /// Add up the parts of unfinished uploads as well, which are billed too
    #[arg(long)]
    pub(crate) parts: bool,
}

/// What is shown by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum By {
    /// Each storage class
    Class,
}
