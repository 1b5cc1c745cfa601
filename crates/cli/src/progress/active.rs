//! A line for each transfer of a run that is under way.

use indicatif::ProgressBar;
use ossum_transfer::Snapshot;

use super::bar;
use super::words::{done_bytes, words};
use crate::message::escaped;
use crate::screen::Screen;
use crate::terminal::Charset;

/// More lines than these would push what matters off a small terminal.
const MOST_LINES: usize = 8;

/// The lines above that of the whole run.
pub(super) struct ActiveLines {
    total: ProgressBar,
    lines: Vec<ProgressBar>,
    charset: Charset,
    screen: Screen,
}

impl ActiveLines {
    /// No line yet, above `total`.
    pub(super) fn above(total: ProgressBar, charset: Charset, screen: Screen) -> Self {
        Self {
            total,
            lines: Vec::new(),
            charset,
            screen,
        }
    }

    /// Shows these, those that began first above the others.
    pub(super) fn show(&mut self, active: &[(String, Snapshot)]) {
        let shown = &active[..active.len().min(MOST_LINES)];
        while self.lines.len() > shown.len() {
            self.lines
                .pop()
                .iter()
                .for_each(ProgressBar::finish_and_clear);
        }
        while self.lines.len() < shown.len() {
            let line = self.screen.add_above(&self.total, bar(self.charset));
            self.lines.push(line);
        }
        for (line, (name, snapshot)) in self.lines.iter().zip(shown) {
            let name = escaped(name);
            line.set_length(snapshot.bytes_total.unwrap_or(0));
            line.set_position(done_bytes(snapshot));
            let name = self.charset.fit(&name);
            line.set_message(format!("{name}: {}", words(snapshot, None)));
        }
    }
}
