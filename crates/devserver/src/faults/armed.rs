use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Serialize;

use super::plan::Due;
use super::{Effect, Plan, Rule, Rules, Subject};

/// A request as rules see it.
#[derive(Debug)]
pub(crate) struct Sight<'s> {
    pub(crate) subject: &'s Subject,
    /// The number of its connection; `None` without sockets.
    pub(crate) connection: Option<u64>,
    /// Its number on that connection.
    pub(crate) request_of_connection: Option<u64>,
    /// How many requests are being answered, this one included.
    pub(crate) in_flight: usize,
}

/// The rules in force, and how often each took effect.
#[derive(Debug)]
pub(crate) struct Faults(Mutex<Vec<Armed>>);

#[derive(Debug)]
struct Armed {
    rule: Arc<Rule>,
    matched: u64,
    fired: u64,
}

/// What became of a rule.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct RuleReport {
    pub(crate) rule: String,
    pub(crate) effect: &'static str,
    pub(crate) matched: u64,
    pub(crate) fired: u64,
}

impl Faults {
    pub(crate) fn new(rules: Rules) -> Self {
        let faults = Self(Mutex::default());
        faults.replace(rules);
        faults
    }

    /// Puts `rules` in force in place of those that were, and counts from 0.
    pub(crate) fn replace(&self, rules: Rules) {
        let armed = |rule| Armed {
            rule: Arc::new(rule),
            matched: 0,
            fired: 0,
        };
        *self.lock() = rules.into_iter().map(armed).collect();
    }

    /// What is due at a request; counts it.
    pub(crate) fn plan(&self, sight: &Sight<'_>) -> Plan {
        let mut armed = self.lock();
        let on_requests = (1..)
            .zip(&mut *armed)
            .filter(|(_, armed)| !armed.is_on_connections() && armed.rule.fits(sight));
        let due = on_requests.filter_map(|(number, armed)| {
            armed.count().then(|| Due {
                name: armed.name(number),
                rule: Arc::clone(&armed.rule),
                matched: armed.matched,
            })
        });
        Plan::new(due.collect())
    }

    /// What is due at the connection that was accepted as the `number`th; counts it.
    pub(crate) fn at_connection(&self, number: u64) -> Vec<Effect> {
        let mut armed = self.lock();
        let fitting = armed.iter_mut().filter(|armed| {
            armed.is_on_connections() && armed.rule.connection.is_none_or(|only| only == number)
        });
        // Every rule counts, also behind one that is due.
        let due = fitting.filter_map(|armed| armed.count().then(|| armed.rule.then.clone()));
        due.collect()
    }

    /// What became of each rule so far.
    pub(crate) fn report(&self) -> Vec<RuleReport> {
        let armed = self.lock();
        let report = |(number, armed): (usize, &Armed)| RuleReport {
            rule: armed.name(number),
            effect: armed.rule.then.name(),
            matched: armed.matched,
            fired: armed.fired,
        };
        (1..).zip(&*armed).map(report).collect()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Armed>> {
        // A count is never half done.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Armed {
    fn is_on_connections(&self) -> bool {
        matches!(
            self.rule.then,
            Effect::RefuseConnection | Effect::SlowConnection(_)
        )
    }

    /// Counts a match and says whether the rule is due at it.
    fn count(&mut self) -> bool {
        self.matched += 1;
        let due = self.rule.is_due(self.matched, self.fired);
        self.fired += u64::from(due);
        due
    }

    /// What the rule is called: by its name or by its place.
    fn name(&self, number: usize) -> String {
        let named = self.rule.name().map(str::to_owned);
        named.unwrap_or_else(|| format!("rule {number}"))
    }
}
