use super::WorkArgs;

const EXAMPLES: &str = "\
Examples:
  ossum migrate status --work oss://new-work/m1
  ossum migrate status --work /mnt/work --json          the same for scripts";

/// Tell how far a migration is, and how long it takes
///
/// By the markers and ledgers in the work place, from any machine. How fast it goes is that of the last
/// ten minutes.
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES)]
pub(crate) struct MigrateStatusArgs {
    #[command(flatten)]
    pub(crate) work: WorkArgs,
}
