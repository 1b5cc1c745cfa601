use clap::Subcommand;

const EXAMPLES: &str = "\
Examples:
  ossum jobs ls                              what is not finished
  ossum jobs show 8eb3e78f                   all about one: what is done, why it stopped
  ossum jobs resume --all                    go on with everything
  ossum jobs rm 8eb3e78f                     give it up, here and at OSS";

/// Look after the unfinished transfers and runs of this user on this machine
///
/// A transfer, or a run of many (cp -r), is unfinished from its beginning to its success: it runs,
/// was interrupted, or some of it failed. The same command again goes on with it, as does resume.
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES)]
pub(crate) struct JobsArgs {
    #[command(subcommand)]
    pub(crate) what: JobsCommand,
}

/// What is done about them.
#[derive(Debug, Subcommand)]
pub(crate) enum JobsCommand {
    Ls(JobsLsArgs),
    Show(JobsShowArgs),
    Resume(JobsResumeArgs),
    Rm(JobsRmArgs),
}

const LS_EXAMPLES: &str = "\
Examples:
  ossum jobs ls                              what is not finished
  ossum jobs ls --json                       one JSON object a line";

/// List them, the oldest first, and after each run its transfers that are half done
#[derive(Debug, clap::Args)]
#[command(before_help = LS_EXAMPLES)]
pub(crate) struct JobsLsArgs {}

const SHOW_EXAMPLES: &str = "\
Examples:
  ossum jobs show 8eb3e78f                   all about this one";

/// Show all that is known of one
#[derive(Debug, clap::Args)]
#[command(before_help = SHOW_EXAMPLES)]
pub(crate) struct JobsShowArgs {
    /// As `ossum jobs ls` shows it, or its first digits
    pub(crate) id: String,
}

const RESUME_EXAMPLES: &str = "\
Examples:
  ossum jobs resume 8eb3e78f                 run its command again, where it was given
  ossum jobs resume --all                    all that do not run, one after the other";

/// Run the command of one again, in its directory
///
/// With the environment and the configuration of now. A run leaves out what is done, and goes on
/// with its transfers. The exit code is that of the command; with --all it is 1 if any failed.
#[derive(Debug, clap::Args)]
#[command(before_help = RESUME_EXAMPLES)]
pub(crate) struct JobsResumeArgs {
    #[command(flatten)]
    pub(crate) which: Which,
}

const RM_EXAMPLES: &str = "\
Examples:
  ossum jobs rm 8eb3e78f                     abort its upload, remove its files
  ossum jobs rm --all --dry-run              what would be given up";

/// Give one up: abort its upload, remove its checkpoint and the bytes so far
///
/// The local file of an upload and an object are never touched. If the upload cannot be aborted,
/// nothing is removed. A run is given up with all transfers that are its own; what it has copied
/// stays where it is.
#[derive(Debug, clap::Args)]
#[command(before_help = RM_EXAMPLES)]
pub(crate) struct JobsRmArgs {
    #[command(flatten)]
    pub(crate) which: Which,

    /// Remove what is here even if the upload cannot be aborted: its parts stay with OSS, billed
    #[arg(short, long)]
    pub(crate) force: bool,

    /// Say what would be given up, and do nothing
    #[arg(short = 'n', long)]
    pub(crate) dry_run: bool,
}

/// One of them, or all.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Which {
    /// As `ossum jobs ls` shows it, or its first digits
    pub(crate) id: Option<String>,

    /// All that do not run
    #[arg(long)]
    pub(crate) all: bool,
}
