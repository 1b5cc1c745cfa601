//! How far one transfer is.

use std::io;

use ossum_transfer::{Event, Monitor, Snapshot};

use super::Watched;
use super::line::Line;
use crate::output::{Output, PartEvent, ProgressEvent, RestartedEvent, ResumedEvent, RetryEvent};
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
            let _ = tell(output, event);
        }
    }

    fn draw(&mut self, snapshot: &Snapshot, words: String) {
        self.line.draw(snapshot, words);
    }

    fn end(&mut self) {
        self.line.end();
    }
}

fn tell(output: &Output, event: Event) -> io::Result<()> {
    match event {
        Event::Part {
            number,
            bytes,
            reused,
        } => output.note_in_json(&PartEvent {
            number: number.get(),
            bytes,
            reused,
        }),
        Event::Resumed { parts } => output.note_in_json(&ResumedEvent { parts }),
        Event::Restarted(reason) => output.note_in_json(&RestartedEvent {
            reason: reason.to_string(),
        }),
        Event::Retry(retry) => output.note_in_json(&RetryEvent::from(retry)),
        _ => Ok(()),
    }
}
