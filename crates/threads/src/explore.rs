//! Runs a scene in many of the orders in which its threads may come.

use std::env;
use std::io::{self, Write as _};

use shuttle::rand::Rng as _;
use shuttle::scheduler::{PctScheduler, RandomScheduler, ReplayScheduler, Scheduler};
use shuttle::{Config, MaxSteps, Runner};

pub use shuttle::future::{block_on, yield_now as pause};
pub use shuttle::thread::scope;

/// How many orders of a scene are run, if nobody says.
const USUAL_SCHEDULES: usize = 2_000;

/// Whatever takes longer goes on forever.
const MOST_STEPS: usize = 100_000;

/// How often whose turn it is changes against the priorities: most mistakes with fewer than three
/// threads need two changes.
const CHANGES: usize = 3;

/// Lets others have their turn here, if they are to.
pub fn go_on() {
    shuttle::thread::yield_now();
}

/// Lets others have so many turns here, or fewer: what comes after it comes at any time.
pub fn go_on_for_up_to(turns: usize) {
    for _ in 0..shuttle::rand::thread_rng().gen_range(0..=turns) {
        go_on();
    }
}

/// Runs `scene` as often as `OSSUM_SCHEDULES` says, each time with its threads in another order:
/// half of the times at random, half by priorities that change seldom, which finds what takes one
/// thread to be far behind. Says on standard output how often it was.
///
/// With `OSSUM_SCHEDULE` it runs once, in the order that a failure has printed.
///
/// # Panics
/// As `scene` does; also where all threads wait, or go on forever. The order is printed.
pub fn explore(name: &str, scene: impl Fn() + Send + Sync + Clone + 'static) {
    if let Ok(schedule) = env::var("OSSUM_SCHEDULE") {
        run(ReplayScheduler::new_from_encoded(&schedule), scene);
        return;
    }
    let asked = env::var("OSSUM_SCHEDULES").ok();
    let schedules = asked.and_then(|count| count.parse().ok());
    let half = schedules.unwrap_or(USUAL_SCHEDULES).div_ceil(2);
    let explored = run(RandomScheduler::new(half), scene.clone())
        + run(PctScheduler::new(CHANGES, half), scene);
    // Nobody reads it: nothing to be done.
    let _ = writeln!(io::stdout(), "explored {name}: {explored} schedules");
}

fn run(scheduler: impl Scheduler + 'static, scene: impl Fn() + Send + Sync + 'static) -> usize {
    let mut config = Config::new();
    config.max_steps = MaxSteps::FailAfter(MOST_STEPS);
    // The orderings of our atomics guard no other memory.
    config.silence_warnings = true;
    config.stack_size = 256 << 10;
    Runner::new(scheduler, config).run(scene)
}
