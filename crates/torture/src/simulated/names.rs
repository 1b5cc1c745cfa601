//! What each fault counts as: planned in a scenario, and fired in its run.

use std::collections::BTreeSet;

use super::scenario::{Ending, Run, Scenario, Step};
use super::trouble::DiskTrouble;

/// A loss of the power.
pub(super) const POWER_LOSS: &str = "power loss";
/// A change of the source while it is read.
pub(super) const SOURCE_CHANGED: &str = "source changed within a run";

impl Scenario {
    /// The kinds of fault that it plans. Not all of them need fire: a run may end before.
    pub(super) fn plans(&self) -> BTreeSet<String> {
        let mut plans = BTreeSet::new();
        for step in &self.steps {
            plans.extend(step.name().map(str::to_owned));
            if let Step::Run(run) = step {
                plans.extend(run.plans());
            }
        }
        plans
    }
}

impl Step {
    /// What it counts as, where it is a fault by itself.
    pub(super) fn name(&self) -> Option<&'static str> {
        match self {
            Self::Run(_) | Self::Wait { .. } | Self::AskForParts(_) | Self::AskForWorkers(_) => {
                None
            }
            Self::EditSource(_) => Some("source edited"),
            Self::EditPartial(_) => Some("bytes so far damaged"),
            Self::EditCheckpoint(_) => Some("checkpoint damaged"),
            Self::EditPointer(_) => Some("pointer damaged"),
            Self::OthersWrite => Some("destination written by others"),
            Self::OthersRemove => Some("destination removed by others"),
            Self::OthersAbort => Some("uploads aborted by others"),
        }
    }
}

impl Run {
    fn plans(&self) -> BTreeSet<String> {
        let of_server = self.troubles.iter().map(|trouble| trouble.name.to_owned());
        let of_disk = self.disk.iter().map(DiskTrouble::name);
        let others = [
            self.end.name(),
            self.power_loss.map(|_| POWER_LOSS),
            self.source_changes.map(|_| SOURCE_CHANGED),
        ];
        let others = others.into_iter().flatten().map(str::to_owned);
        of_server.chain(of_disk).chain(others).collect()
    }
}

impl Ending {
    /// What it counts as, unless the run ends by itself.
    pub(super) fn name(self) -> Option<&'static str> {
        match self {
            Self::Itself => None,
            Self::KilledAtStep(_) => Some("killed at a step of the disk"),
            Self::KilledAtRequest(_) => Some("killed before a request"),
            Self::KilledAfterRequest(_) => Some("killed after a request"),
            Self::CancelledAtRequest(_) => Some("cancelled"),
            Self::DroppedAtRequest(_) => Some("dropped"),
        }
    }
}
