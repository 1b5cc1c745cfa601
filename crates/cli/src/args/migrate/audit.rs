use super::WorkArgs;

const EXAMPLES: &str = "\
Examples:
  ossum migrate audit --work oss://new-work/m1          what is not as it should be
  ossum migrate audit --work oss://new-work/m1 --all    and a line for all else in report.csv";

/// Hold the plan against the ledgers and against what is at the destination
///
/// An object is sound if it is at the destination with the size and the ETag of which a line of a ledger
/// says that OSS has confirmed its CRC-64. Everything else is a finding, and makes the exit code 1. The
/// work place gets a report for people (report.html: totals, throughput over time, failures by cause) and
/// one for programs (report.csv).
///
/// It changes nothing else, and may be made at any time.
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES)]
pub(crate) struct MigrateAuditArgs {
    #[command(flatten)]
    pub(crate) work: WorkArgs,

    /// Have a line in report.csv for each object, and not for findings alone
    #[arg(long)]
    pub(crate) all: bool,
}
