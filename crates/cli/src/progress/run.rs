//! How far a run over many objects is.

use indicatif::ProgressBar;
use ossum_many::{Monitor, Snapshot, Told};
use ossum_types::ByteSize;

use super::active::ActiveLines;
use super::words::span;
use super::{Style, Watched, bar, happened};
use crate::output::{Output, RunProgress};
use crate::session::Session;

/// A run that is watched.
pub(super) struct Run {
    monitor: Monitor,
    /// That of the whole run, and those of what is under way.
    bars: Option<(ProgressBar, ActiveLines)>,
}

impl Run {
    pub(super) fn new(session: &Session, monitor: &Monitor) -> Self {
        let (screen, charset) = (&session.screen, session.charset);
        let bars = (session.progress == Style::Bar).then(|| {
            let total = screen.add(bar(charset));
            let active = ActiveLines::above(total.clone(), charset, screen.clone());
            (total, active)
        });
        let monitor = monitor.clone();
        Self { monitor, bars }
    }
}

impl Watched for Run {
    type Snapshot = Snapshot;
    type Event = RunProgress;

    fn snapshot(&self) -> Snapshot {
        self.monitor.snapshot()
    }

    fn bytes_moved(snapshot: &Snapshot) -> u64 {
        snapshot.bytes_moved
    }

    fn words(&self, snapshot: &Snapshot, bytes_per_second: Option<u64>) -> String {
        words(snapshot, bytes_per_second)
    }

    fn event(snapshot: Snapshot) -> RunProgress {
        RunProgress::from(&snapshot)
    }

    fn tell(&mut self, output: &Output) {
        self.monitor.tell_events(&|told| {
            if let Told::Happened(what, event) = told {
                // Where it cannot be written, the last line will tell.
                let _ = happened::tell(output, Some(&what), event);
            }
        });
    }

    fn draw(&mut self, snapshot: &Snapshot, words: String) {
        if let Some((total, active)) = &mut self.bars {
            active.show(&snapshot.active);
            total.set_length(to_move(snapshot));
            total.set_position(there(snapshot));
            total.set_message(words);
        }
    }

    fn end(&mut self) {
        if let Some((total, active)) = &mut self.bars {
            active.show(&[]);
            total.finish_and_clear();
        }
    }
}

/// How many bytes are to be there at the end, as far as that is known.
fn to_move(snapshot: &Snapshot) -> u64 {
    snapshot.bytes_found.saturating_sub(snapshot.bytes_left_out)
}

/// How many of them are there; those of retries count once at most.
fn there(snapshot: &Snapshot) -> u64 {
    let there = snapshot.bytes_moved.saturating_add(snapshot.bytes_reused);
    there.min(to_move(snapshot))
}

/// `12 of 40 files, 3 MiB of 20 MiB, 2 failed, 1 MiB/s, 17s left`; while more is found, `40+`.
fn words(snapshot: &Snapshot, bytes_per_second: Option<u64>) -> String {
    let more = if snapshot.listing_done { "" } else { "+" };
    let (there, all) = (there(snapshot), to_move(snapshot));
    let ended = snapshot.files_done + snapshot.files_failed;
    let found = snapshot.files_found;
    let skipped = snapshot.files_skipped;
    let mut words = vec![
        format!(
            "{} of {found}{more} files",
            ended + skipped.min(found - ended.min(found))
        ),
        format!("{} of {}{more}", ByteSize::new(there), ByteSize::new(all)),
    ];
    if snapshot.bytes_reused > 0 {
        let reused = ByteSize::new(snapshot.bytes_reused);
        words.push(format!("{reused} already there"));
    }
    if skipped > 0 {
        words.push(format!("{skipped} skipped"));
    }
    if snapshot.files_failed > 0 {
        words.push(format!("{} failed", snapshot.files_failed));
    }
    if let Some(rate) = bytes_per_second {
        words.push(format!("{}/s", ByteSize::new(rate)));
        let seconds = (all - there).checked_div(rate);
        let seconds = seconds.filter(|_| snapshot.listing_done);
        words.extend(seconds.map(|seconds| format!("{} left", span(seconds))));
    }
    words.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_is_told_once_everything_is_found() {
        let mut snapshot = Snapshot::default();
        snapshot.files_found = 40;
        snapshot.files_done = 10;
        snapshot.files_failed = 2;
        snapshot.bytes_found = 22 << 20;
        snapshot.bytes_left_out = 2 << 20;
        snapshot.bytes_moved = 3 << 20;
        assert_eq!(
            words(&snapshot, Some(1 << 20)),
            "12 of 40+ files, 3 MiB of 20 MiB+, 2 failed, 1 MiB/s"
        );
        snapshot.listing_done = true;
        snapshot.bytes_reused = 1 << 20;
        assert_eq!(
            words(&snapshot, Some(1 << 20)),
            "12 of 40 files, 4 MiB of 20 MiB, 1 MiB already there, 2 failed, 1 MiB/s, 16s left"
        );
    }
}
