//! Feeds everything that reads bytes of strangers with what a fuzzer makes up.
//!
//! The fuzzer is the program of `fuzz/`, built here with the flags that let it see which code an input
//! reached: in our own crates in the short mode, in all of them in the long one. It is run for each reader,
//! two at a time, begins with the inputs in `fuzz/corpus/`, and stops after its time. An input that made
//! a reader panic, hang or take too much memory is kept below the directory of figures; that part of the
//! torture has failed then.

mod build;
mod keep;
mod session;

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::thread;

use anyhow::Context;

use self::build::{Fuzzer, Seen};
use self::session::{Session, Tally};
use crate::score::say;
use crate::{Bound, Figure, Figures, checkout};

/// How it is done.
#[derive(Debug)]
pub struct Options {
    /// Where figures are left.
    pub figures: PathBuf,
    /// Whether it may take hours.
    pub long: bool,
    /// How long each reader is fed; else a minute, or half an hour.
    pub seconds: Option<u64>,
    /// The readers to feed; none are all.
    pub only: Vec<String>,
    /// Whether what was found that reaches more code is put into `fuzz/corpus/`.
    pub keep: bool,
}

/// How many run at once.
const AT_ONCE: usize = 2;

/// Builds the fuzzer and runs it; tells whether nothing was found and enough was tried.
///
/// # Errors
/// If they cannot be built or run.
pub fn run(options: &Options) -> anyhow::Result<bool> {
    let root = checkout::root()?;
    let seen = if options.long { Seen::All } else { Seen::Ours };
    let fuzzer = Fuzzer::build(&root, seen)?;
    let seconds = options
        .seconds
        .unwrap_or(if options.long { 1800 } else { 60 });
    let sessions: Vec<Session<'_>> = fuzzer
        .readers()?
        .into_iter()
        .filter(|name| options.only.is_empty() || options.only.contains(name))
        .map(|name| Session {
            seeds: root.join("fuzz/corpus").join(&name),
            directory: options.figures.join("fuzz").join(&name),
            name,
            fuzzer: &fuzzer,
            seconds,
        })
        .collect();
    anyhow::ensure!(!sessions.is_empty(), "there is no such reader");
    let tallies = run_all(&sessions)?;
    if options.keep {
        for session in &sessions {
            keep::keep(session)?;
        }
    }
    let figures = figures(&tallies, options, seconds);
    figures.leave(&options.figures)?;
    Ok(figures.hold())
}

fn run_all(sessions: &[Session<'_>]) -> anyhow::Result<Vec<Tally>> {
    let next = Mutex::new(sessions.iter());
    let done = Mutex::new(Vec::new());
    let take = || next.lock().ok().and_then(|mut next| next.next());
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(session) = take() {
                    let tally = session.run();
                    if let Ok(tally) = &tally {
                        say(&tally.to_string());
                    }
                    if let Ok(mut done) = done.lock() {
                        done.push(tally);
                    }
                }
            });
        }
    });
    let done = done.into_inner().ok().context("a fuzzer's thread died")?;
    done.into_iter().collect()
}

/// So many readers there are at least: fewer, and one has been lost.
const LEAST_READERS: u64 = 12;

/// What a second at one reader is expected to try, over all of them: with ten times as much to do as
/// the machine had processors, it was seven times as much.
const LEAST_PER_SECOND: u64 = 200;

/// What all of them together try in the long mode.
const LEAST_LONG: u64 = 10_000_000;

/// More memory than this is too much for any input. It includes what the fuzzer itself needs.
const MOST_MEMORY_MIB: u64 = session::MOST_MEMORY_MIB;

fn figures(tallies: &[Tally], options: &Options, seconds: u64) -> Figures {
    let sum = |count: fn(&Tally) -> u64| tallies.iter().map(count).sum::<u64>();
    let readers = tallies.len() as u64;
    let least_readers = if options.only.is_empty() {
        LEAST_READERS
    } else {
        1
    };
    let is_long_and_whole = options.long && options.only.is_empty() && options.seconds.is_none();
    let least = if is_long_and_whole {
        LEAST_LONG
    } else {
        LEAST_PER_SECOND * seconds * readers
    };
    let figure = |what: &str, counted, bound| Figure {
        row: 7,
        what: what.to_owned(),
        counted,
        of: None,
        bound,
    };
    let peak = tallies.iter().map(|tally| tally.peak_mib).max();
    Figures {
        part: "fuzz".to_owned(),
        long: options.long,
        counts: vec![
            figure(
                "inputs tried",
                sum(|tally| tally.tried),
                Bound::AtLeast(least),
            ),
            figure("readers fed", readers, Bound::AtLeast(least_readers)),
            figure(
                "inputs that crash a reader",
                sum(|tally| tally.crashes),
                Bound::AtMost(0),
            ),
            figure(
                "inputs that hang a reader",
                sum(|tally| tally.hangs),
                Bound::AtMost(0),
            ),
            figure(
                "inputs that take too much memory",
                sum(|tally| tally.floods),
                Bound::AtMost(0),
            ),
            figure(
                "most memory of a fuzzer, in MiB",
                peak.unwrap_or_default(),
                Bound::AtMost(MOST_MEMORY_MIB),
            ),
        ],
        skipped: Vec::new(),
    }
}

/// The names of files in `directory`, in order.
fn names_in(directory: &Path) -> anyhow::Result<Vec<String>> {
    let entries = std::fs::read_dir(directory)
        .with_context(|| format!("look into {}", directory.display()))?;
    let mut names = Vec::new();
    for entry in entries {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}
