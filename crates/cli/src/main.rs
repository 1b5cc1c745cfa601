//! The command line of ossum: what was typed becomes meaning here, and results become words.
//!
//! Takes no decisions about bytes. `args` is what may be typed, `command` has one file per command,
//! and `exit.rs` is the one place that gives an error its exit code. Nothing else in the workspace
//! prints or ends the process.

mod args;
mod command;
mod elsewhere;
mod exit;
mod failure;
mod log;
mod memory_image;
mod message;
mod output;
mod progress;
mod screen;
mod session;
mod signals;
mod terminal;
mod words;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;

use crate::args::Args;
use crate::failure::Failure;
use crate::session::Session;

fn main() -> ExitCode {
    memory_image::withhold();
    let words: Vec<OsString> = std::env::args_os().collect();
    let words = elsewhere::with_options_for_words(words);
    let code = match Args::try_parse_from(&words) {
        Ok(args) => run(args, &words),
        Err(refusal) => message::misunderstood(refusal, &words),
    };
    ExitCode::from(code)
}

fn run(args: Args, words: &[OsString]) -> u8 {
    let (session, command) = match Session::begin(args, words) {
        Ok(begun) => begun,
        Err((failure, told)) => return message::report(&failure, &told),
    };
    if let Some(url) = elsewhere::wildcard(words) {
        tracing::warn!(
            "{url}: OSS knows no wildcards, * is taken as it stands; -r with --include chooses"
        );
    }
    let outcome = elsewhere::check_home(words)
        .and_then(|()| command::run(&session, command))
        .and_then(|()| session.output.flush().map_err(Failure::Output));
    match outcome {
        Ok(()) => exit::DONE,
        Err(failure) => message::report(&session.explain(failure), &session.output),
    }
}
