//! One system call of a transfer, and what is done to it.

use std::fmt;
use std::path::Path;
use std::time::Duration;

use anyhow::Context;
use ossum_testkit::Outcome;
use ossum_testkit::oracle::{Expected, Seen, Violation};

use super::calls::Fault;
use super::short_calls::ShortCalls;
use super::stage::{Stage, Transfer, was_killed};

/// The `nth` of `call`, counted for each thread by itself; a short one, over all of them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Point {
    pub(super) transfer: Transfer,
    pub(super) call: &'static str,
    pub(super) nth: u32,
    pub(super) fault: Fault,
}

/// What became of a point.
pub(super) struct Tried {
    pub(super) point: Point,
    pub(super) has_fired: bool,
    /// How long the run took that was meddled with.
    pub(super) took: Duration,
    /// In which run something was found, what, and what that run has said.
    pub(super) found: Vec<(&'static str, Violation, String)>,
}

/// Calls that no file system on a disk lets be interrupted, so that nobody tries them again.
const NEVER_INTERRUPTED: [&str; 8] = [
    "mkdir",
    "rename",
    "renameat",
    "renameat2",
    "linkat",
    "fchmod",
    "utimensat",
    "socket",
];

/// What a run needs at most: four parts, and what begins and ends it.
const MOST_REQUESTS: u64 = 12;

impl Point {
    /// Meddles with it in a transfer that begins anew, and runs that again.
    pub(super) fn attempt(
        self,
        binary: &Path,
        short_calls: Option<&ShortCalls>,
    ) -> anyhow::Result<Tried> {
        let stage = Stage::new(self.transfer, binary)?;
        let mut tried = Tried {
            point: self,
            has_fired: false,
            took: Duration::ZERO,
            found: Vec::new(),
        };
        let before = stage.answered();
        let (outcome, has_fired) = self.meddle(&stage, short_calls)?;
        let seen = stage.seen(&outcome, stage.answered() - before);
        if !has_fired {
            return Ok(tried);
        }
        tried.has_fired = true;
        tried.took = outcome.took();
        let expected = self.expected(&stage);
        let seen = if self.fault == Fault::Kill {
            seen.killed()
        } else {
            seen
        };
        let mut seen = Seen { fired: 1, ..seen };
        if self.may_keep_leftovers() {
            seen.left.clear(); // the next run has to
        }
        tried.judge("the run", &expected, &seen, &outcome);
        stage.let_days_pass();
        let expected = Expected::new(stage.source)
            .replacing(stage.visible())
            .must_succeed()
            .asking_at_most(MOST_REQUESTS);
        let before = stage.answered();
        let outcome = stage.run();
        let seen = stage.seen(&outcome, stage.answered() - before);
        tried.judge("the next run", &expected, &seen, &outcome);
        Ok(tried)
    }

    /// The run, and whether the fault has fired.
    fn meddle(
        self,
        stage: &Stage,
        short_calls: Option<&ShortCalls>,
    ) -> anyhow::Result<(Outcome, bool)> {
        let Some(injection) = self.fault.injection(self.call, self.nth) else {
            let ShortCalls(library) = short_calls.context("no library that cuts calls short")?;
            let outcome = stage.run_cut_short(library, self.call, self.nth);
            return Ok((outcome, stage.has_cut()));
        };
        let outcome = stage.run_traced(self.call, Some(&injection));
        let has_fired = match self.fault {
            Fault::Kill => was_killed(&outcome),
            _ => stage.log()?.contains("(INJECTED)"),
        };
        Ok((outcome, has_fired))
    }

    fn expected(self, stage: &Stage) -> Expected {
        let expected = Expected::new(stage.source)
            .replacing(stage.old)
            .with_fault();
        if self.can_be_survived() {
            return expected.must_succeed();
        }
        // The last sync is that of the directory, once the file has its name.
        let may_be_last = ["openat", "fsync", "statx"].contains(&self.call);
        if may_be_last && !self.transfer.is_upload() {
            expected.may_be_done_on_failure()
        } else {
            expected
        }
    }

    /// Whether only success will do.
    fn can_be_survived(self) -> bool {
        // Who loads the program does not try these again.
        let is_of_loader = ["openat", "read", "pread64"].contains(&self.call);
        match self.fault {
            Fault::Kill => false,
            Fault::Short => true,
            Fault::Error("EINTR") => !is_of_loader && !NEVER_INTERRUPTED.contains(&self.call),
            Fault::Error(_) => self.fault.is_of_peer(),
        }
    }

    /// Whether it may have kept the program from removing what it leaves behind.
    fn may_keep_leftovers(self) -> bool {
        let is_error = matches!(self.fault, Fault::Error(_));
        is_error && ["unlink", "unlinkat", "statx"].contains(&self.call)
    }
}

impl Tried {
    fn judge(&mut self, run: &'static str, expected: &Expected, seen: &Seen, outcome: &Outcome) {
        let verdict = expected.judge(seen);
        let found = verdict.violations().iter();
        self.found
            .extend(found.map(|violation| (run, violation.clone(), outcome.to_string())));
    }
}

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            transfer,
            call,
            nth,
            fault,
        } = self;
        write!(f, "{transfer} {call} {nth} {fault}")
    }
}
