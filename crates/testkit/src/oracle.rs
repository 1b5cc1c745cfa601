//! What must hold after any run of a transfer, whatever went wrong under it.
//!
//! [`Expected`] is what is known before, [`Seen`] what is seen after; [`Expected::judge`] compares
//! them and tells every [`Violation`]. Values in, values out: how they were come by, from the real
//! program or from the engine in this process, is nobody's business here.

mod content;
mod seen;
mod violation;

use std::fmt;
use std::time::Duration;

pub use content::Content;
pub use seen::{End, Seen};
pub use violation::Violation;

use crate::LocalOss;

/// What is known of a run before it begins.
///
/// ```
/// use ossum_testkit::oracle::{Content, End, Expected, Seen, Violation};
///
/// let (old, new, half) = (Content::of(b"old"), Content::of(b"new"), Content::of(b"ne"));
/// let expected = Expected::new(new).replacing(old);
/// expected.judge(&Seen { visible: Some(old), ..Seen::at(End::Failure) }).expect_none();
/// let verdict = expected.judge(&Seen { visible: Some(half), ..Seen::at(End::Failure) });
/// assert!(matches!(verdict.violations()[..], [Violation::HalfDone { .. }]));
/// ```
#[derive(Debug, Clone)]
pub struct Expected {
    sources: Vec<Content>,
    before: Vec<Option<Content>>,
    ending: Ending,
    on_failure: OnFailure,
    needs_fault: bool,
    within: Duration,
    bytes_at_most: Option<u64>,
    requests_at_most: Option<u64>,
    secrets: Vec<Vec<u8>>,
}

/// How a run may end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    Any,
    Success,
    Failure,
}

/// What a run that failed may have done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum OnFailure {
    LeavesOld,
    MayHaveDone,
}

impl Expected {
    /// The destination, where nothing is so far, is to hold `source`. Any end will do within a
    /// minute.
    pub fn new(source: Content) -> Self {
        Self {
            sources: vec![source],
            before: vec![None],
            ending: Ending::Any,
            on_failure: OnFailure::LeavesOld,
            needs_fault: false,
            within: Duration::from_mins(1),
            bytes_at_most: None,
            requests_at_most: None,
            secrets: vec![LocalOss::ACCESS_KEY_SECRET.into()],
        }
    }

    /// The same where the source is also `source` at some time: any of them, whole, is right.
    #[must_use]
    pub fn or(mut self, source: Content) -> Self {
        self.sources.push(source);
        self
    }

    /// The same where the destination exists, with these bytes.
    #[must_use]
    pub fn replacing(self, before: impl Into<Option<Content>>) -> Self {
        let before = vec![before.into()];
        Self { before, ..self }
    }

    /// The same where somebody else may make the destination so, or remove it, while the run lasts.
    #[must_use]
    pub fn others_may_leave(mut self, content: impl Into<Option<Content>>) -> Self {
        self.before.push(content.into());
        self
    }

    /// The same where only success will do: nothing goes wrong, or all of it can be survived.
    #[must_use]
    pub fn must_succeed(self) -> Self {
        let ending = Ending::Success;
        Self { ending, ..self }
    }

    /// The same where success would be a lie, or lose what must stay.
    #[must_use]
    pub fn must_fail(self) -> Self {
        let ending = Ending::Failure;
        Self { ending, ..self }
    }

    /// The same where a failure may come after all is done: the answer to the last request was
    /// lost, say, or the last sync failed.
    #[must_use]
    pub fn may_be_done_on_failure(self) -> Self {
        let on_failure = OnFailure::MayHaveDone;
        Self { on_failure, ..self }
    }

    /// The same where a run proves nothing in which no fault fired ([`Seen::fired`]).
    #[must_use]
    pub fn with_fault(self) -> Self {
        let needs_fault = true;
        Self {
            needs_fault,
            ..self
        }
    }

    /// The same with another bound of how long it may take.
    #[must_use]
    pub fn within(self, within: Duration) -> Self {
        Self { within, ..self }
    }

    /// The same with a bound of how many payload bytes may move.
    #[must_use]
    pub fn moving_at_most(self, bytes: u64) -> Self {
        let bytes_at_most = Some(bytes);
        Self {
            bytes_at_most,
            ..self
        }
    }

    /// The same with a bound of how many requests may be made.
    #[must_use]
    pub fn asking_at_most(self, requests: u64) -> Self {
        let requests_at_most = Some(requests);
        Self {
            requests_at_most,
            ..self
        }
    }

    /// The same with one more secret that no output may show. That of [`LocalOss`] is always one.
    #[must_use]
    pub fn hiding(mut self, secret: impl AsRef<[u8]>) -> Self {
        self.secrets.push(secret.as_ref().to_owned());
        self
    }

    /// Compares what was seen with what must be.
    pub fn judge(&self, seen: &Seen) -> Verdict {
        let mut verdict = Verdict(Vec::new());
        self.judge_end(seen, &mut verdict);
        self.judge_bytes(seen, &mut verdict);
        self.judge_cost(seen, &mut verdict);
        self.judge_residue(seen, &mut verdict);
        verdict
    }

    fn judge_end(&self, seen: &Seen, verdict: &mut Verdict) {
        match (&seen.end, self.ending) {
            (End::Died(how), _) => verdict.add(Violation::Died(how.clone())),
            (End::Success, Ending::Failure) => verdict.add(Violation::FalseSuccess),
            (End::Failure, Ending::Success) => verdict.add(Violation::Stuck),
            _ => {}
        }
        if self.needs_fault && seen.fired == 0 {
            verdict.add(Violation::NoFault);
        }
    }

    fn judge_bytes(&self, seen: &Seen, verdict: &mut Verdict) {
        let is_done = |found: Option<Content>| found.is_some_and(|it| self.sources.contains(&it));
        let is_old = |found: Option<Content>| self.before.contains(&found);
        let visible = seen.visible;
        match seen.end {
            End::Success if !is_done(visible) => {
                verdict.add(Violation::WrongBytes { found: visible });
            }
            End::Success => {
                let lost = seen.after_power_loss.iter().find(|found| !is_done(**found));
                if let Some(found) = lost.copied() {
                    verdict.add(Violation::NotDurable { found });
                }
            }
            _ => {
                let after = seen.after_power_loss.iter().copied();
                let mut all = std::iter::once(visible).chain(after);
                if let Some(found) = all.find(|found| !is_old(*found) && !is_done(*found)) {
                    verdict.add(Violation::HalfDone { found });
                }
                let has_failed = matches!(seen.end, End::Failure);
                let is_new = is_done(visible) && !is_old(visible);
                if has_failed && is_new && self.on_failure == OnFailure::LeavesOld {
                    verdict.add(Violation::FalseFailure);
                }
            }
        }
    }

    fn judge_cost(&self, seen: &Seen, verdict: &mut Verdict) {
        if seen.took > self.within {
            let (took, most) = (seen.took, self.within);
            verdict.add(Violation::TooLong { took, most });
        }
        if let Some(most) = self.bytes_at_most.filter(|most| seen.bytes > *most) {
            let moved = seen.bytes;
            verdict.add(Violation::MovedAgain { moved, most });
        }
        if let Some(most) = self.requests_at_most.filter(|most| seen.requests > *most) {
            let made = seen.requests;
            verdict.add(Violation::TooManyRequests { made, most });
        }
    }

    fn judge_residue(&self, seen: &Seen, verdict: &mut Verdict) {
        let has_succeeded = matches!(seen.end, End::Success);
        if has_succeeded && seen.open_uploads > 0 {
            verdict.add(Violation::OpenUploads(seen.open_uploads));
        }
        if seen.orphans > 0 {
            verdict.add(Violation::Orphans(seen.orphans));
        }
        if has_succeeded && !seen.left.is_empty() {
            verdict.add(Violation::Left(seen.left.clone()));
        }
        for (name, output) in &seen.outputs {
            if self.secrets.iter().any(|secret| has(output, secret)) {
                verdict.add(Violation::Secret { name: name.clone() });
            }
        }
    }
}

fn has(output: &[u8], secret: &[u8]) -> bool {
    !secret.is_empty() && output.windows(secret.len()).any(|window| window == secret)
}

/// Everything about a run that is not as it must be.
#[derive(Debug, Clone, PartialEq)]
#[must_use = "it says whether all is well"]
pub struct Verdict(Vec<Violation>);

impl Verdict {
    fn add(&mut self, violation: Violation) {
        self.0.push(violation);
    }

    /// What is not as it must be; nothing, if all is well.
    pub fn violations(&self) -> &[Violation] {
        &self.0
    }

    /// Claims that all is well.
    #[track_caller]
    pub fn expect_none(&self) {
        assert!(self.0.is_empty(), "{self}");
    }

    /// The same as [`expect_none`](Self::expect_none), saying what was tried.
    #[track_caller]
    pub fn expect_none_of(&self, case: impl fmt::Display) {
        assert!(self.0.is_empty(), "{case}: {self}");
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("as it must be");
        }
        for (index, violation) in self.0.iter().enumerate() {
            let comma = if index == 0 { "" } else { "; " };
            write!(f, "{comma}{violation}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
