//! Breaks everything that can break under ossum, and counts what it survived.
//!
//! A command for each part; what a part finds ends it with a failure.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use ossum_torture::{Figures, fuzz, interleavings, model, power_cuts, score, simulated, syscalls};

#[derive(Debug, Parser)]
#[command(about)]
struct Arguments {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    part: Part,
}

/// What every part is told.
#[derive(Debug, Args)]
struct Common {
    /// Where the parts leave their figures
    #[arg(
        long,
        value_name = "DIR",
        default_value = "target/torture",
        global = true
    )]
    figures: PathBuf,
    /// Goes on for hours, not minutes
    #[arg(long, global = true)]
    long: bool,
}

#[derive(Debug, Subcommand)]
enum Part {
    /// Feeds readers of all kinds with what a fuzzer makes up
    Fuzz(Fuzz),
    /// Runs what threads share in thousands of the orders in which they may come
    Interleavings,
    /// Looks at every state of a model of how a download is published
    Model,
    /// Cuts the power at the writes of a real file system to its disk
    PowerCuts(power_cuts::Arguments),
    /// Plays transfers on a simulated disk that fails and loses power
    Simulated(simulated::Arguments),
    /// Kills the real program at any of its system calls, and lets each of them fail
    Syscalls(syscalls::Arguments),
    /// Prints the figures that the other parts left
    Score,
}

#[derive(Debug, Args)]
struct Fuzz {
    /// How long each reader is fed [default: 60, or 1800 with --long]
    #[arg(long)]
    seconds: Option<u64>,
    /// Feeds this one only; may be given several times
    #[arg(long, value_name = "NAME")]
    only: Vec<String>,
    /// Puts what reaches more code into fuzz/corpus, if it is small
    #[arg(long)]
    keep: bool,
}

fn main() -> ExitCode {
    let Arguments { common, part } = Arguments::parse();
    let outcome = match part {
        Part::Fuzz(Fuzz {
            seconds,
            only,
            keep,
        }) => fuzz::run(&fuzz::Options {
            figures: common.figures,
            long: common.long,
            seconds,
            only,
            keep,
        }),
        Part::Interleavings => {
            interleavings::run(common.long).and_then(|figures| leave(&figures, &common.figures))
        }
        Part::Model => leave(&model::run(common.long), &common.figures),
        Part::Simulated(arguments) => {
            leave(&simulated::run(&arguments, common.long), &common.figures)
        }
        Part::Syscalls(arguments) => syscalls::run(&arguments, common.long, &common.figures)
            .and_then(|figures| leave(&figures, &common.figures)),
        Part::PowerCuts(arguments) => power_cuts::run(&arguments, common.long)
            .and_then(|figures| leave(&figures, &common.figures)),
        Part::Score => score::print(&common.figures),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            score::complain(&error);
            ExitCode::FAILURE
        }
    }
}

/// Leaves what a part has counted; tells whether all of it is as it must be.
fn leave(figures: &Figures, directory: &Path) -> anyhow::Result<bool> {
    figures.leave(directory)?;
    Ok(figures.hold())
}
