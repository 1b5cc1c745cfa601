use crate::exit;
use crate::failure::Failure;
use crate::message;
use crate::output::{Finding, Health, Verdict};
use crate::session::Session;

/// Findings as they are made: each is told at once, and the first that failed is kept.
pub(super) struct Exam<'a> {
    session: &'a Session,
    verdict: Verdict,
    first: Option<(&'static str, Failure)>,
}

impl<'a> Exam<'a> {
    pub(super) fn new(session: &'a Session) -> Self {
        Self {
            session,
            verdict: Verdict::default(),
            first: None,
        }
    }

    pub(super) fn ok(
        &mut self,
        check: &'static str,
        found: impl Into<String>,
    ) -> Result<(), Failure> {
        self.verdict.ok += 1;
        self.tell(&finding(check, Health::Ok, found.into(), None))
    }

    pub(super) fn warn(
        &mut self,
        check: &'static str,
        found: impl Into<String>,
        next: impl Into<String>,
    ) -> Result<(), Failure> {
        self.verdict.warn += 1;
        self.tell(&finding(
            check,
            Health::Warn,
            found.into(),
            Some(next.into()),
        ))
    }

    pub(super) fn fail(&mut self, check: &'static str, failure: Failure) -> Result<(), Failure> {
        self.verdict.fail += 1;
        let told = exit::Verdict::on(&failure);
        let found = message::in_one_line(&failure);
        let finding = Finding {
            kind: Some(told.kind),
            code: Some(told.code),
            ..finding(check, Health::Fail, found, failure.hint())
        };
        if self.first.is_none() {
            self.verdict.code = told.code;
            self.first = Some((check, failure));
        }
        self.tell(&finding)
    }

    /// A finding of either kind.
    pub(super) fn take(
        &mut self,
        check: &'static str,
        outcome: Result<String, Failure>,
    ) -> Result<(), Failure> {
        match outcome {
            Ok(found) => self.ok(check, found),
            Err(failure) => self.fail(check, failure),
        }
    }

    /// Says what was not looked at.
    pub(super) fn skip(&self, what: &str) {
        if !self.session.output.is_json() {
            tracing::warn!("{what}");
        }
    }

    /// Tells the verdict: a failure if anything failed.
    pub(super) fn end(self) -> Result<(), Failure> {
        let told = self.session.output.last(&self.verdict);
        told.map_err(Failure::Output)?;
        match self.first {
            None => Ok(()),
            Some((check, failure)) => Err(Failure::Unwell {
                failed: self.verdict.fail,
                check,
                source: Box::new(failure),
            }),
        }
    }

    fn tell(&self, finding: &Finding) -> Result<(), Failure> {
        let output = &self.session.output;
        let told = output.data(finding).and_then(|()| output.flush());
        told.map_err(Failure::Output)
    }
}

fn finding(check: &'static str, state: Health, found: String, next: Option<String>) -> Finding {
    Finding {
        check,
        state,
        found,
        next,
        kind: None,
        code: None,
    }
}
