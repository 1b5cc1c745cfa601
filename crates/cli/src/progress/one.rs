//! How far one transfer is.

use std::io;

use indicatif::ProgressBar;
use ossum_transfer::{Event, Monitor, Snapshot};

use super::words::{done_bytes, words};
use super::{Style, Watched, bar};
use crate::message::escaped;
use crate::output::{Output, PartEvent, ProgressEvent, RestartedEvent, ResumedEvent, RetryEvent};
use crate::session::Session;

/// A transfer that is watched.
pub(super) struct One {
    name: String,
    monitor: Monitor,
    bar: Option<ProgressBar>,
}

impl One {
    pub(super) fn new(session: &Session, name: &str, monitor: &Monitor) -> Self {
        let charset = session.charset;
        let bar = (session.progress == Style::Bar).then(|| session.screen.add(bar(charset)));
        Self {
            name: charset.fit(&escaped(name)).into_owned(),
            monitor: monitor.clone(),
            bar,
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
        format!("{}: {}", self.name, words(snapshot, bytes_per_second))
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
        if let Some(bar) = &self.bar {
            bar.set_length(snapshot.bytes_total.unwrap_or(0));
            bar.set_position(done_bytes(snapshot));
            bar.set_message(words);
        }
    }

    fn end(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
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
