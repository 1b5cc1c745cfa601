use std::time::Duration;

use super::Content;
use crate::Outcome;

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// It said that all is done.
    Success,
    /// It said that it failed.
    Failure,
    /// The test ended it: a kill, a power loss, a future that was dropped.
    Killed,
    /// It ended by itself in a way that no run may: a signal, a panic. This is how.
    Died(String),
}

/// What is seen when a run has ended.
///
/// What was not looked at is as it must be: nothing.
#[derive(Debug, Clone)]
pub struct Seen {
    /// How it ended.
    pub end: End,
    /// What is under the final name: of a file, or of an object.
    pub visible: Option<Content>,
    /// The same after the power has gone at this moment; any number of futures of it.
    pub after_power_loss: Vec<Option<Content>>,
    /// Uploads that hold parts and are neither completed nor aborted.
    pub open_uploads: usize,
    /// Those of them that nothing remembers, so that no later run finds them.
    pub orphans: usize,
    /// Names of files that a run which is done has no use for: partial files, checkpoints,
    /// pointers.
    pub left: Vec<String>,
    /// Everything it has said or written down, by name: standard output, logs, checkpoints.
    pub outputs: Vec<(String, Vec<u8>)>,
    /// How long it took.
    pub took: Duration,
    /// Payload bytes that moved over the network, retries included.
    pub bytes: u64,
    /// HTTP requests, retries included.
    pub requests: u64,
    /// How many faults fired, by the count of whoever made them.
    pub fired: u64,
}

impl Seen {
    /// A run that ended so, of which nothing else is known yet.
    pub fn at(end: End) -> Self {
        Self {
            end,
            visible: None,
            after_power_loss: Vec::new(),
            open_uploads: 0,
            orphans: 0,
            left: Vec::new(),
            outputs: Vec::new(),
            took: Duration::ZERO,
            bytes: 0,
            requests: 0,
            fired: 0,
        }
    }

    /// A run of a program: its end, its outputs, how long it took.
    pub fn of(outcome: &Outcome) -> Self {
        let outputs = vec![
            ("standard output".to_owned(), outcome.stdout().into()),
            ("standard error".to_owned(), outcome.stderr().into()),
        ];
        Self {
            outputs,
            took: outcome.took(),
            ..Self::at(end_of(outcome))
        }
    }

    /// The same run, known to have been killed by the test.
    #[must_use]
    pub fn killed(self) -> Self {
        let end = End::Killed;
        Self { end, ..self }
    }
}

/// What a Rust program exits with that has panicked.
const PANICKED: i32 = 101;

fn end_of(outcome: &Outcome) -> End {
    let is_panic = outcome.code() == Some(PANICKED) || outcome.stderr().contains("panicked at");
    match outcome.code() {
        _ if is_panic => End::Died(format!("a panic: {}", outcome.stderr().trim_end())),
        Some(0) => End::Success,
        Some(_) => End::Failure,
        None => End::Died(outcome.ended()),
    }
}
