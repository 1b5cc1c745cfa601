//! The real program on the real kernel, which fails or ends it at any of its system calls.
//!
//! A run without faults under strace tells which calls a transfer makes, and how often. Then each of
//! them is meddled with once: the process is killed there, the call fails in every way that it may,
//! or it moves less than it was asked to. The oracle judges that run and the one after it, in which
//! nothing is wrong any more. A point at which the fault did not fire is not counted.

mod calls;
mod point;
mod short_calls;
mod stage;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context;
use clap::Args;
use ossum_testkit::oracle::Violation;

use crate::score::say;
use crate::{Bound, Figure, Figures};
use calls::Fault;
use point::{Point, Tried};
use short_calls::ShortCalls;
use stage::{Stage, Transfer};

/// Which program, and how much of it.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The program to meddle with
    #[arg(long, value_name = "PATH", default_value = "target/release/ossum")]
    pub(crate) ossum: PathBuf,
    /// Tries only points whose name contains this: `upload_in_parts fsync 2 EIO`
    #[arg(long, value_name = "TEXT")]
    only: Option<String>,
    /// How many points are tried at once
    #[arg(long, value_name = "N", default_value_t = 2)]
    at_once: usize,
}

/// Tries every point, and counts what became of it.
///
/// Cases: 1, 9, 10, 22, 24, 26, 29, 30, 60.
///
/// # Errors
/// If there is no such program, or no strace.
pub fn run(arguments: &Arguments, long: bool, directory: &Path) -> anyhow::Result<Figures> {
    let began = Instant::now();
    let binary = fs::canonicalize(&arguments.ossum)
        .with_context(|| format!("find {}", arguments.ossum.display()))?;
    let version = Command::new("strace").arg("--version").output();
    version.context("strace is needed")?;
    let (short_calls, skipped) = ShortCalls::build(directory);
    let mut points = Vec::new();
    for transfer in Transfer::ALL {
        let of_transfer = points_of(transfer, &binary, long)?;
        say(&format!("{transfer}: {} points", of_transfer.len()));
        points.extend(of_transfer);
    }
    if let Some(only) = &arguments.only {
        points.retain(|point| point.to_string().contains(only));
    }
    if short_calls.is_none() {
        points.retain(|point| point.fault != Fault::Short);
    }
    let tried = try_all(&points, &binary, short_calls.as_ref(), arguments.at_once)?;
    let seconds = began.elapsed().as_secs_f64();
    let missed = points.len() - tried.iter().filter(|tried| tried.has_fired).count();
    say(&format!(
        "{} points in {seconds:.0} s; at {missed} more the fault did not fire",
        points.len() - missed
    ));
    let is_whole = arguments.only.is_none();
    Ok(Figures {
        part: "syscalls".to_owned(),
        long,
        counts: figures(&tried, is_whole),
        skipped: skipped.into_iter().collect(),
    })
}

/// How often the thread that waits for signals reads from its socket pair at most.
const READS_OF_SIGNALS: u32 = 2;

/// Runs `transfer` once, and finds all there is to be done to it.
fn points_of(transfer: Transfer, binary: &Path, long: bool) -> anyhow::Result<Vec<Point>> {
    let stage = Stage::new(transfer, binary)?;
    let calls: Vec<_> = calls::all().collect();
    let outcome = stage.run_traced(&calls.join(","), None);
    anyhow::ensure!(
        outcome.code() == Some(0),
        "without a fault it fails: {outcome}"
    );
    let mut points = Vec::new();
    for (call, count) in calls::counted(&stage.log()?) {
        for (turn, fault) in (0_u32..).zip(calls::faults(call, long)) {
            // The thread that makes most is the one that has the connection.
            let first = if fault.is_of_peer() {
                1 + count.second.max(READS_OF_SIGNALS)
            } else {
                1
            };
            // In the short mode a call fails in every other way, and the next one in those between.
            let is_its_turn =
                |nth: &u32| long || fault == Fault::Kill || (nth + turn).is_multiple_of(2);
            points.extend((first..=count.most).filter(is_its_turn).map(|nth| Point {
                transfer,
                call,
                nth,
                fault,
            }));
        }
    }
    Ok(points)
}

fn try_all(
    points: &[Point],
    binary: &Path,
    short_calls: Option<&ShortCalls>,
    at_once: usize,
) -> anyhow::Result<Vec<Tried>> {
    let next = AtomicUsize::new(0);
    let all = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..at_once.max(1) {
            scope.spawn(|| {
                while let Some(point) = points.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let tried = point.attempt(binary, short_calls);
                    if let Ok(tried) = &tried {
                        tell(tried);
                    }
                    if let Ok(mut all) = all.lock() {
                        all.push(tried);
                    }
                }
            });
        }
    });
    let all = all.into_inner().ok().context("a thread died")?;
    all.into_iter().collect()
}

/// A run that takes longer is worth a line: most take a tenth of a second.
const SLOW: Duration = Duration::from_secs(3);

fn tell(tried: &Tried) {
    if tried.took > SLOW {
        say(&format!("{}: slow: {:?}", tried.point, tried.took));
    }
    for (run, violation, output) in &tried.found {
        let row = violation.row();
        say(&format!(
            "{}: {run}: F{row}: {violation}\n{output}",
            tried.point
        ));
    }
}

/// What all points together must come to, so that it says something: somewhat less than what was there
/// when this was written.
const LEAST_KILLS: u64 = 500;
const LEAST_ERRORS: u64 = 400;

fn figures(tried: &[Tried], is_whole: bool) -> Vec<Figure> {
    let fired = || tried.iter().filter(|tried| tried.has_fired);
    let violating = |tried: &&Tried, row: u8| {
        let mut violations = tried.found.iter().map(|(_, violation, _)| violation);
        violations.any(|violation: &Violation| violation.row() == row)
    };
    let of = fired().count() as u64;
    let none_of = |row, what: &str| Figure {
        row,
        what: what.to_owned(),
        counted: tried.iter().filter(|tried| violating(tried, row)).count() as u64,
        of: Some(of),
        bound: Bound::AtMost(0),
    };
    let of_kind = |row, what: &str, is_kill: bool, least: u64| {
        let of_kind = || fired().filter(move |tried| (tried.point.fault == Fault::Kill) == is_kill);
        let all = of_kind().count() as u64;
        let wrong = of_kind().filter(|tried| !tried.found.is_empty()).count() as u64;
        let figure = |what, counted, of, bound| Figure {
            row,
            what,
            counted,
            of,
            bound,
        };
        let least = if is_whole { least } else { 1 };
        [
            figure(
                format!("system calls with {what}"),
                all,
                None,
                Bound::AtLeast(least),
            ),
            figure(
                "that ended wrong, or the next run".to_owned(),
                wrong,
                Some(all),
                Bound::AtMost(0),
            ),
        ]
    };
    let mut figures = vec![
        none_of(1, "points with wrong bytes"),
        none_of(2, "points with a false end"),
        none_of(3, "points at which it died by itself"),
    ];
    figures.extend(of_kind(4, "a kill", true, LEAST_KILLS));
    figures.extend(of_kind(6, "an error or half done", false, LEAST_ERRORS));
    figures.extend([
        none_of(9, "points at which it got stuck or asked too often"),
        none_of(10, "points that left something"),
        none_of(11, "points that showed a secret"),
    ]);
    figures
}
