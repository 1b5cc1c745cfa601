use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  ossum man | man -l -                       read the manual
  ossum man --directory /usr/share/man/man1  a page for ossum and one for each command";

/// Print the manual page, or write those of all commands
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES)]
pub(crate) struct ManArgs {
    /// Write ossum.1, ossum-cp.1 and so on into this directory, in place of older ones
    #[arg(short, long, value_name = "DIR")]
    pub(crate) directory: Option<PathBuf>,
}
