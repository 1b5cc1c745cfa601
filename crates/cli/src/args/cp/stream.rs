use std::path::PathBuf;

use ossum_types::ByteSize;

/// What only an upload of standard input has.
#[derive(Debug, Default, clap::Args)]
#[command(next_help_heading = "Standard input")]
pub(crate) struct StreamArgs {
    /// About how much will come: makes parts that suit; more is no error
    #[arg(long, value_name = "SIZE")]
    pub(crate) expected_size: Option<ByteSize>,

    /// Hold parts in this directory until they are sent, in files without a name, and not in memory
    #[arg(long, value_name = "DIR")]
    pub(crate) spool: Option<PathBuf>,
}

impl StreamArgs {
    /// An option that was given, if one was.
    pub(crate) fn first_given(&self) -> Option<&'static str> {
        super::first([
            ("--expected-size", self.expected_size.is_some()),
            ("--spool", self.spool.is_some()),
        ])
    }
}
