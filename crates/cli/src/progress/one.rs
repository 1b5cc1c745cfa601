//! How far one transfer is.

use ossum_transfer::{Monitor, Snapshot};

use super::line::Line;
use super::{Watched, happened};
use crate::output::{Output, ProgressEvent};
use crate::session::Session;

/// A transfer that is watched.
pub(super) struct One {
    monitor: Monitor,
    line: Line,
}

impl One {
    pub(super) fn new(session: &Session, name: &str, monitor: &Monitor) -> Self {
        Self {
            monitor: monitor.clone(),
            line: Line::new(session, name),
        }
    }
}

impl Watched for One {
    type Snapshot = Snapshot;
    type Event = ProgressEvent;

    fn snapshot(&self) -> Snapshot {
        self.monitor.snapshot()
    }

    fn bytes_moved(snapshot: &Snapshot) -> u64 {
        snapshot.bytes_moved
    }

    fn words(&self, snapshot: &Snapshot, bytes_per_second: Option<u64>) -> String {
        self.line.words(snapshot, bytes_per_second)
    }

    fn event(snapshot: Snapshot) -> ProgressEvent {
        snapshot.into()
    }

    fn tell(&mut self, output: &Output) {
        for event in self.monitor.take_events() {
            // Where it cannot be written, the last line will tell.
            let _ = happened::tell(output, None, event);
        }
    }

    fn draw(&mut self, snapshot: &Snapshot, words: String) {
        self.line.draw(snapshot, words);
    }

    fn end(&mut self) {
        self.line.end();
    }
}
