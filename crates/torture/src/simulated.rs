//! The real engine on a simulated disk and a server in this process: scenarios by the thousand.
//!
//! A seed decides a scenario (`simulated/scenario.rs`): one transfer, and all that happens to it. Runs
//! are disturbed, killed, cut off from the power; others change the source, the destination, and what
//! the program has written down. After each run the oracle judges; in the end nothing is in the way
//! any more, and the transfer must come to its end. What is found is made as small as it can be, and
//! is played again by its seed. Which thread of a transfer comes first is the machine's choice, so a
//! seed may have to be played a few times.

mod again;
mod edit;
mod names;
mod play;
mod scenario;
mod shrink;
mod tally;
mod transfer;
mod trouble;
mod world;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use clap::Args;
use ossum_testkit::oracle::Violation;

use crate::score::say;
use crate::{Bound, Figure, Figures};
use play::{MOST_CLEAN_RUNS, Played, play};
use scenario::Scenario;
use tally::Tally;

/// How many scenarios, and which.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Plays so many scenarios
    #[arg(long, value_name = "N")]
    runs: Option<u64>,
    /// The seed of the first; each has the one after
    #[arg(long, value_name = "SEED", default_value_t = 1)]
    seed: u64,
    /// Plays only these steps of each scenario: `0,2,3`
    #[arg(long, value_name = "STEPS", value_delimiter = ',')]
    steps: Option<Vec<usize>>,
    /// Stops after so many that found something
    #[arg(long, value_name = "N", default_value_t = 5)]
    stop_after: usize,
}

/// A scenario that takes longer hangs: a whole one takes milliseconds.
const HANG: Duration = Duration::from_mins(2);

const RUNS: u64 = 20_000;
const RUNS_LONG: u64 = 2_000_000;

/// So many faults at least are a soak.
const SOAK: u64 = 10_000;

/// What a scenario found.
struct Finding {
    seed: u64,
    found: Vec<(String, Violation)>,
    /// The fewest of its steps that still find something.
    steps: Vec<usize>,
}

/// What a player tells.
enum News {
    Begun {
        player: usize,
        seed: u64,
    },
    Played {
        player: usize,
        seed: u64,
        played: Box<Played>,
    },
}

/// Plays them, and counts what became of them.
///
/// Cases: 2, 9, 12, 14, 15, 16, 17, 22, 24, 26, 30, 39, 40, 53, 54, 61, 66, 67, 69, 72, 83, 85, 89.
pub fn run(arguments: &Arguments, long: bool) -> Figures {
    let runs = arguments
        .runs
        .unwrap_or(if long { RUNS_LONG } else { RUNS });
    let began = Instant::now();
    let (tally, findings) = play_all(arguments, runs);
    for finding in &findings {
        tell(finding, arguments);
    }
    for (name, times) in &tally.fired {
        say(&format!("{times:>8} {name}"));
    }
    for name in tally.never_fired() {
        say(&format!("   NEVER {name}"));
    }
    let seconds = began.elapsed().as_secs_f64();
    say(&format!(
        "{} scenarios in {seconds:.0} s, {} of them with a fault, {} faults; {} found something",
        tally.scenarios,
        tally.with_fault,
        tally.faults(),
        findings.len()
    ));
    say(&format!(
        "{} runs could not know whose an object is, and said so",
        tally.told_ambiguous
    ));
    say_again("a kill", &tally.again_after_kill);
    say_again("a power loss", &tally.again_after_power_loss);
    Figures {
        part: "simulated".to_owned(),
        long,
        counts: figures(&tally, &findings),
        skipped: Vec::new(),
    }
}

fn play_all(arguments: &Arguments, runs: u64) -> (Tally, Vec<Finding>) {
    let next = AtomicU64::new(0);
    let (told, news) = channel();
    // More than there are processors: a transfer waits for its own threads now and then.
    let players = 3 * thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for player in 0..players {
            let (next, told) = (&next, told.clone());
            scope.spawn(move || {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= runs {
                        return;
                    }
                    let seed = arguments.seed.wrapping_add(number);
                    if play_one(arguments, player, seed, &told).is_none() {
                        return;
                    }
                }
            });
        }
        drop(told);
        let gathered = gather(arguments, &news);
        // Whoever still plays has nobody left to tell, and ends.
        next.store(runs, Ordering::Relaxed);
        gathered
    })
}

/// `None` if nobody listens any more.
fn play_one(arguments: &Arguments, player: usize, seed: u64, told: &Sender<News>) -> Option<()> {
    told.send(News::Begun { player, seed }).ok()?;
    let played = Box::new(play(&chosen(arguments, seed)));
    told.send(News::Played {
        player,
        seed,
        played,
    })
    .ok()
}

fn chosen(arguments: &Arguments, seed: u64) -> Scenario {
    let scenario = Scenario::of(seed);
    match &arguments.steps {
        Some(steps) => scenario.keeping(steps),
        None => scenario,
    }
}

fn gather(arguments: &Arguments, news: &Receiver<News>) -> (Tally, Vec<Finding>) {
    let (mut tally, mut findings) = (Tally::default(), Vec::new());
    let mut playing = BTreeMap::new();
    loop {
        match news.recv_timeout(Duration::from_secs(1)) {
            Ok(News::Begun { player, seed }) => {
                playing.insert(player, (seed, Instant::now()));
            }
            Ok(News::Played {
                player,
                seed,
                played,
            }) => {
                playing.remove(&player);
                let Played {
                    found,
                    tally: its_own,
                } = *played;
                tally.add(its_own);
                if !found.is_empty() {
                    let steps = shrink::smallest(&chosen(arguments, seed));
                    findings.push(Finding { seed, found, steps });
                }
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
        if let Some((seed, _)) = playing.values().find(|(_, since)| since.elapsed() > HANG) {
            say(&format!("{:?}", chosen(arguments, *seed)));
            say(&format!(
                "HANGS: ossum-torture simulated --seed {seed} --runs 1"
            ));
            // Its threads cannot be ended, so neither can this.
            std::process::abort();
        }
        if findings.len() >= arguments.stop_after {
            break;
        }
    }
    (tally, findings)
}

fn tell(finding: &Finding, arguments: &Arguments) {
    let Finding { seed, found, steps } = finding;
    say(&format!("seed {seed}\n{:?}", chosen(arguments, *seed)));
    for (place, violation) in found {
        say(&format!("  {place}: F{}: {violation}", violation.row()));
    }
    let steps: Vec<String> = steps.iter().map(usize::to_string).collect();
    say(&format!(
        "  again: ossum-torture simulated --runs 1 --seed {seed} --steps {}",
        steps.join(",")
    ));
}

fn say_again(what: &str, again: &[u64]) {
    let mut again = again.to_owned();
    again.sort_unstable();
    if let (Some(median), Some(most)) = (again.get(again.len() / 2), again.last()) {
        say(&format!(
            "moved again after {what}: {median} bytes in the median, {most} at most, of {}",
            again.len()
        ));
    }
}

fn figures(tally: &Tally, findings: &[Finding]) -> Vec<Figure> {
    let scenarios = tally.scenarios;
    let violating = |row| {
        let in_row = |finding: &&Finding| {
            let mut rows = finding.found.iter().map(|(_, violation)| violation.row());
            rows.any(|its_own| its_own == row)
        };
        findings.iter().filter(in_row).count() as u64
    };
    let none_of = |row, what: &str, of| Figure {
        row,
        what: what.to_owned(),
        counted: violating(row),
        of: Some(of),
        bound: Bound::AtMost(0),
    };
    let again = tally.again_after_kill.len() + tally.again_after_power_loss.len();
    let mut figures = vec![
        none_of(1, "scenarios with wrong bytes", scenarios),
        none_of(2, "scenarios with a false end", scenarios),
        none_of(3, "scenarios that died", scenarios),
        Figure {
            row: 3,
            what: "scenarios in which a fault fired".to_owned(),
            counted: tally.with_fault,
            of: Some(scenarios),
            bound: Bound::AtLeast(scenarios / 2),
        },
        none_of(
            8,
            "last runs that moved more again than was on its way",
            again as u64,
        ),
        none_of(9, "scenarios that got stuck or asked too often", scenarios),
        Figure {
            row: 9,
            what: "most clean runs until done".to_owned(),
            counted: tally.most_clean_runs,
            of: None,
            bound: Bound::AtMost(MOST_CLEAN_RUNS),
        },
        none_of(10, "scenarios that left something", scenarios),
        none_of(11, "scenarios that showed a secret", scenarios),
    ];
    // Fewer scenarios need not have room for everything.
    if scenarios >= RUNS {
        figures.extend(coverage(tally));
    }
    figures
}

/// That enough went wrong, and everything that can.
fn coverage(tally: &Tally) -> [Figure; 2] {
    [
        Figure {
            row: 3,
            what: "faults that fired".to_owned(),
            counted: tally.faults(),
            of: None,
            bound: Bound::AtLeast(SOAK),
        },
        Figure {
            row: 3,
            what: "kinds of fault that never fired".to_owned(),
            counted: tally.never_fired().len() as u64,
            of: Some(tally.planned.len() as u64),
            bound: Bound::AtMost(0),
        },
    ]
}
