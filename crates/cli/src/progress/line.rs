//! One line about one thing.

use indicatif::ProgressBar;
use ossum_transfer::Snapshot;

use super::words::{done_bytes, words};
use super::{Style, bar};
use crate::message::escaped;
use crate::session::Session;

/// What is told of one transfer, or of one file that is read, and the bar that shows it.
pub(super) struct Line {
    name: String,
    bar: Option<ProgressBar>,
}

impl Line {
    pub(super) fn new(session: &Session, name: &str) -> Self {
        let charset = session.charset;
        let bar = (session.progress == Style::Bar).then(|| session.screen.add(bar(charset)));
        Self {
            name: charset.fit(&escaped(name)).into_owned(),
            bar,
        }
    }

    pub(super) fn words(&self, snapshot: &Snapshot, bytes_per_second: Option<u64>) -> String {
        format!("{}: {}", self.name, words(snapshot, bytes_per_second))
    }

    pub(super) fn draw(&self, snapshot: &Snapshot, words: String) {
        if let Some(bar) = &self.bar {
            bar.set_length(snapshot.bytes_total.unwrap_or(0));
            bar.set_position(done_bytes(snapshot));
            bar.set_message(words);
        }
    }

    pub(super) fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
