//! How many objects of a migration have been gone through.

use std::sync::Arc;

use indicatif::ProgressBar;
use ossum_migrate::Monitor;
use ossum_types::ByteSize;

use super::{Style, Watched, bar};
use crate::output::PlanningProgress;
use crate::session::Session;

/// A planning or an audit that is watched.
pub(super) struct Planning {
    monitor: Arc<Monitor>,
    bar: Option<ProgressBar>,
}

impl Planning {
    pub(super) fn new(session: &Session, monitor: &Arc<Monitor>) -> Self {
        let is_bar = session.progress == Style::Bar;
        Self {
            monitor: Arc::clone(monitor),
            bar: is_bar.then(|| session.screen.add(bar(session.charset))),
        }
    }
}

impl Watched for Planning {
    type Snapshot = PlanningProgress;
    type Event = PlanningProgress;

    fn snapshot(&self) -> PlanningProgress {
        let (objects, bytes) = self.monitor.listed();
        PlanningProgress { objects, bytes }
    }

    fn bytes_moved(_: &PlanningProgress) -> u64 {
        0
    }

    fn words(&self, snapshot: &PlanningProgress, _: Option<u64>) -> String {
        let size = ByteSize::new(snapshot.bytes);
        format!("{} objects, {size}", snapshot.objects)
    }

    fn event(snapshot: PlanningProgress) -> PlanningProgress {
        snapshot
    }

    fn draw(&mut self, _: &PlanningProgress, words: String) {
        if let Some(bar) = &self.bar {
            bar.set_message(words);
        }
    }

    fn end(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
