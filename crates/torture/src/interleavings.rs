//! Runs the code that threads share in thousands of the orders in which they may come.
//!
//! What is run are tests of the crates themselves, named `interleavings_*`, which see what is private
//! there: built with a feature that has shuttle decide whose turn it is (`ossum-threads`). Nothing is
//! shipped so. A scene in which threads wait for each other forever fails like any other.

use std::process::{Command, Stdio};

use anyhow::Context;

use crate::score::say_all;
use crate::{Bound, Figure, Figures, checkout};

/// Which crates have such tests.
const CRATES: [&str; 4] = [
    "ossum-checkpoint",
    "ossum-client",
    "ossum-transfer",
    "ossum-many",
];

/// Packages without a library, named for the features that third-party crates have with them: as where all tests are
/// built, so that most of what was compiled there is taken again.
const FOR_THEIR_FEATURES: [&str; 3] = ["ossum-cli", "ossum-bench", "xtask"];

/// So many scenes there are at least: fewer, and a filter or a feature has lost them.
const LEAST_SCENES: u64 = 20;

/// How many orders of each scene are run: a few seconds of all, or half an hour.
fn schedules(long: bool) -> u64 {
    if long { 1_000_000 } else { 5_000 }
}

/// Builds the tests and runs them.
///
/// # Errors
/// If cargo cannot be run, or what it built tells nothing.
pub fn run(long: bool) -> anyhow::Result<Figures> {
    let schedules = schedules(long);
    let mut command = Command::new(checkout::cargo());
    command.current_dir(checkout::root()?).args([
        "test",
        "--quiet",
        "--locked",
        "--no-fail-fast",
        "--lib",
    ]);
    for name in CRATES {
        command.args(["--package", name]);
        command.args(["--features", &format!("{name}/interleavings")]);
    }
    for name in FOR_THEIR_FEATURES {
        command.args(["--package", name]);
    }
    let ran = command
        .args(["--", "interleavings_", "--format", "pretty"])
        .env("OSSUM_SCHEDULES", schedules.to_string())
        .stderr(Stdio::inherit())
        .output()
        .context("run cargo")?;
    let told = String::from_utf8_lossy(&ran.stdout);
    say_all(&told);
    let mut tally = Tally::of(&told);
    if !ran.status.success() {
        // One that aborts does not live to say that it failed.
        tally.failed = tally.failed.max(1);
    }
    Ok(figures(&tally, schedules, long))
}

/// What the tests said.
#[derive(Debug, Default, PartialEq)]
struct Tally {
    scenes: u64,
    schedules: u64,
    failed: u64,
}

impl Tally {
    fn of(told: &str) -> Self {
        let mut tally = Self::default();
        for line in told.lines() {
            // What was explored may be told in the middle of another line.
            if let Some((_, explored)) = line.split_once("explored ") {
                let count = explored.strip_suffix(" schedules");
                let count = count.and_then(|explored| explored.rsplit(' ').next()?.parse().ok());
                tally.schedules += count.unwrap_or(0);
                tally.scenes += 1;
            }
            tally.failed += u64::from(line.starts_with("test ") && line.ends_with("FAILED"));
        }
        tally
    }
}

fn figures(tally: &Tally, schedules: u64, long: bool) -> Figures {
    let figure = |what: &str, counted, of, bound| Figure {
        row: 13,
        what: what.to_owned(),
        counted,
        of,
        bound,
    };
    Figures {
        part: "interleavings".to_owned(),
        long,
        counts: vec![
            figure(
                "orders of threads run",
                tally.schedules,
                None,
                Bound::AtLeast(LEAST_SCENES * schedules),
            ),
            figure(
                "scenes that went wrong in one",
                tally.failed,
                Some(tally.scenes + tally.failed),
                Bound::AtMost(0),
            ),
        ],
        skipped: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scenes_and_failures_are_counted_wherever_they_are_told() {
        let told = "test a::interleavings_of_it ... explored it, twice: 5000 schedules\nok\n\
            explored another: 4999 schedules\n\
            test b::interleavings_of_them ... FAILED\n";
        let counted = Tally {
            scenes: 2,
            schedules: 9999,
            failed: 1,
        };
        assert_eq!(Tally::of(told), counted);
    }
}
