//! How far the rows of shards are.

use std::sync::Arc;

use indicatif::ProgressBar;
use ossum_migrate::RowsSoFar;
use ossum_types::ByteSize;

use super::{Style, Watched, bar};
use crate::output::RowsProgress;
use crate::session::Session;

/// Rows that are watched.
pub(super) struct Rows {
    progress: Arc<ossum_migrate::Progress>,
    bar: Option<ProgressBar>,
}

impl Rows {
    pub(super) fn new(session: &Session, progress: &Arc<ossum_migrate::Progress>) -> Self {
        let is_bar = session.progress == Style::Bar;
        Self {
            progress: Arc::clone(progress),
            bar: is_bar.then(|| session.screen.add(bar(session.charset))),
        }
    }
}

impl Watched for Rows {
    type Snapshot = RowsSoFar;
    type Event = RowsProgress;

    fn snapshot(&self) -> RowsSoFar {
        self.progress.so_far()
    }

    fn bytes_moved(so_far: &RowsSoFar) -> u64 {
        so_far.bytes_done + so_far.bytes_under_way
    }

    fn words(&self, so_far: &RowsSoFar, bytes_per_second: Option<u64>) -> String {
        let rows = so_far.rows_before + so_far.rows_done;
        let size = ByteSize::new(so_far.bytes_before + so_far.bytes_done);
        let failed = match so_far.rows_failed {
            0 => String::new(),
            failed => format!(", {failed} failed"),
        };
        let rate = bytes_per_second.map(|rate| format!(", {}/s", ByteSize::new(rate)));
        format!(
            "{rows} rows done, {size}{failed}{}",
            rate.unwrap_or_default()
        )
    }

    fn event(so_far: RowsSoFar) -> RowsProgress {
        RowsProgress::of(&so_far)
    }

    fn draw(&mut self, _: &RowsSoFar, words: String) {
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
