use ossum_types::ByteSize;

const EXAMPLES: &str = "\
Example:
  ossum demo --size 1G";

/// Show the whole way, up and down, killed half-way each time, on an embedded local OSS
///
/// Makes a file, uploads it to a server in this very process and downloads it, each first by a
/// process that is killed half-way and then again, and compares both by SHA-256. Needs no account
/// and no network, and leaves nothing behind.
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES)]
pub(crate) struct DemoArgs {
    /// How much data; twice as much is needed in the directory for temporary files
    #[arg(long, value_name = "SIZE", default_value = "256M")]
    pub(crate) size: ByteSize,
}
