use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{Failure, Source, Symptom};

/// How often each source was asked, and how it still has to fail.
#[derive(Debug, Default)]
pub(crate) struct Failing(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    asked: BTreeMap<Source, u64>,
    ahead: VecDeque<Failure>,
}

impl Failing {
    pub(super) fn new(failures: &[Failure]) -> Self {
        Self(Mutex::new(State {
            asked: BTreeMap::new(),
            ahead: failures.iter().copied().collect(),
        }))
    }

    pub(super) fn add(&self, failure: Failure) {
        self.state().ahead.push_back(failure);
    }

    pub(super) fn asked(&self, source: Source) -> u64 {
        self.state().asked.get(&source).copied().unwrap_or(0)
    }

    /// Counts a call; `Some` is how it fails.
    pub(super) fn call(&self, source: Source) -> Option<Symptom> {
        let mut state = self.state();
        *state.asked.entry(source).or_default() += 1;
        state.ahead.retain(|failure| failure.calls > 0);
        let mut ahead = state.ahead.iter_mut();
        let failure = ahead.find(|failure| failure.source == source)?;
        failure.calls -= 1;
        Some(failure.symptom)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner) // a count is never half done
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_source_fails_as_often_as_told_and_then_no_more() {
        let failure = |source, calls| Failure {
            source,
            calls,
            symptom: Symptom::Garbage,
        };
        let failing = Failing::new(&[failure(Source::AssumeRole, 1)]);
        failing.add(failure(Source::CredentialsUri, 1));
        failing.add(failure(Source::AssumeRole, 1));
        let fails = |source| failing.call(source).is_some();
        assert!(fails(Source::AssumeRole) && fails(Source::AssumeRole));
        assert!(!fails(Source::AssumeRole) && !fails(Source::EcsMetadata));
        assert!(fails(Source::CredentialsUri) && !fails(Source::CredentialsUri));
        assert_eq!(failing.asked(Source::AssumeRole), 3);
    }
}
