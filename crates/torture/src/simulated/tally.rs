use std::collections::{BTreeMap, BTreeSet};

/// What was counted in one scenario, or in many.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// How often each kind of fault has fired.
    pub(super) fired: BTreeMap<String, u64>,
    /// The kinds that were planned.
    pub(super) planned: BTreeSet<String>,
    /// Runs that could not know whose the object at the destination is, and said so.
    pub(super) told_ambiguous: u64,
    /// The most runs that a transfer took to be done once nothing was in its way.
    pub(super) most_clean_runs: u64,
    /// How many bytes were moved again after a kill, in each scenario in which that can be told.
    pub(super) again_after_kill: Vec<u64>,
    /// The same after a power loss.
    pub(super) again_after_power_loss: Vec<u64>,
    /// Scenarios played.
    pub(super) scenarios: u64,
    /// Those in which a fault fired.
    pub(super) with_fault: u64,
}

impl Tally {
    pub(super) fn count(&mut self, name: &str) {
        self.count_times(name, 1);
    }

    pub(super) fn count_times(&mut self, name: &str, times: u64) {
        if times > 0 {
            *self.fired.entry(name.to_owned()).or_default() += times;
        }
    }

    pub(super) fn clean_runs(&mut self, count: u64) {
        self.most_clean_runs = self.most_clean_runs.max(count);
    }

    pub(super) fn moved_again(&mut self, bytes: u64, has_lost_power: bool) {
        if has_lost_power {
            self.again_after_power_loss.push(bytes);
        } else {
            self.again_after_kill.push(bytes);
        }
    }

    /// How often anything has fired.
    pub(super) fn faults(&self) -> u64 {
        self.fired.values().sum()
    }

    /// The kinds of fault that were planned and have never fired.
    pub(super) fn never_fired(&self) -> Vec<&str> {
        let planned = self.planned.iter().map(String::as_str);
        planned
            .filter(|name| !self.fired.contains_key(*name))
            .collect()
    }

    /// Adds what was counted in one scenario.
    pub(super) fn add(&mut self, scenario: Self) {
        self.scenarios += 1;
        self.with_fault += u64::from(!scenario.fired.is_empty());
        self.planned.extend(scenario.planned);
        self.told_ambiguous += scenario.told_ambiguous;
        for (name, times) in scenario.fired {
            self.count_times(&name, times);
        }
        self.clean_runs(scenario.most_clean_runs);
        self.again_after_kill.extend(scenario.again_after_kill);
        let after_power_loss = scenario.again_after_power_loss;
        self.again_after_power_loss.extend(after_power_loss);
    }
}
