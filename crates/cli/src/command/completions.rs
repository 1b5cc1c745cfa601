use std::io::Write;

use clap::CommandFactory;

use crate::args::{Args, CompletionsArgs};
use crate::failure::Failure;

/// Prints the completions for a shell.
pub(super) fn run(args: CompletionsArgs) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Args::command(), "ossum", &mut script);
    let written = std::io::stdout().lock().write_all(&script);
    written.map_err(Failure::Output)
}
