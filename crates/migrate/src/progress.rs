use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use ossum_transfer::Monitor;

/// What is to be seen of rows that are carried out, and how that is ended.
#[derive(Debug, Default)]
pub struct Progress {
    is_cancelled: AtomicBool,
    counts: [AtomicU64; COUNTS],
    /// What is under way, each with a number of its own.
    active: Mutex<HashMap<u64, Monitor>>,
    next: AtomicU64,
}

const COUNTS: usize = 7;

#[derive(Clone, Copy)]
enum Count {
    RowsBefore,
    BytesBefore,
    RowsDone,
    BytesDone,
    RowsFailed,
    Requests,
    Retries,
}

/// How far it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RowsSoFar {
    /// Rows that were done before.
    pub rows_before: u64,
    /// Their bytes.
    pub bytes_before: u64,
    /// Rows that were done since.
    pub rows_done: u64,
    /// Their bytes.
    pub bytes_done: u64,
    /// Rows that failed.
    pub rows_failed: u64,
    /// Rows that are under way.
    pub rows_under_way: u64,
    /// Bytes that have moved for them so far, retries included.
    pub bytes_under_way: u64,
    /// Requests to the destination, retries included.
    pub requests: u64,
    /// How many of those were retries.
    pub retries: u64,
}

impl Progress {
    /// One of which nothing is done.
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks for an end. What is under way ends soon, and stays to be gone on with.
    pub fn cancel(&self) {
        self.is_cancelled.store(true, Ordering::SeqCst);
        for monitor in self.active().values() {
            monitor.cancel();
        }
    }

    /// Whether an end was asked for.
    pub fn is_cancelled(&self) -> bool {
        self.is_cancelled.load(Ordering::SeqCst)
    }

    /// How far it is. May be asked from any thread.
    pub fn so_far(&self) -> RowsSoFar {
        let active = self.active();
        let snapshots = active.values().map(Monitor::snapshot);
        let under_way = snapshots.fold(RowsSoFar::default(), |sum, one| RowsSoFar {
            rows_under_way: sum.rows_under_way + 1,
            bytes_under_way: sum.bytes_under_way + one.bytes_moved,
            requests: sum.requests + one.requests,
            retries: sum.retries + one.retries,
            ..sum
        });
        RowsSoFar {
            rows_before: self.get(Count::RowsBefore),
            bytes_before: self.get(Count::BytesBefore),
            rows_done: self.get(Count::RowsDone),
            bytes_done: self.get(Count::BytesDone),
            rows_failed: self.get(Count::RowsFailed),
            requests: under_way.requests + self.get(Count::Requests),
            retries: under_way.retries + self.get(Count::Retries),
            ..under_way
        }
    }

    pub(crate) fn add_before(&self, rows: u64, bytes: u64) {
        self.add(Count::RowsBefore, rows);
        self.add(Count::BytesBefore, bytes);
    }

    pub(crate) fn row_done(&self, bytes: u64) {
        self.add(Count::RowsDone, 1);
        self.add(Count::BytesDone, bytes);
    }

    pub(crate) fn row_failed(&self) {
        self.add(Count::RowsFailed, 1);
    }

    /// A row that begins: what watches it is cancelled with all others.
    pub(crate) fn begin(&self) -> Active<'_> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let monitor = Monitor::new();
        self.active().insert(number, monitor.clone());
        // Whoever cancels sees it there, or it sees that it was.
        if self.is_cancelled() {
            monitor.cancel();
        }
        Active {
            progress: self,
            number,
            monitor,
        }
    }

    fn active(&self) -> MutexGuard<'_, HashMap<u64, Monitor>> {
        self.active.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, count: Count, more: u64) {
        self.counts[count as usize].fetch_add(more, Ordering::Relaxed);
    }

    fn get(&self, count: Count) -> u64 {
        self.counts[count as usize].load(Ordering::Relaxed)
    }
}

/// A row that is under way, until it is dropped.
pub(crate) struct Active<'a> {
    progress: &'a Progress,
    number: u64,
    pub(crate) monitor: Monitor,
}

impl Drop for Active<'_> {
    fn drop(&mut self) {
        self.progress.active().remove(&self.number);
        let spent = self.monitor.snapshot();
        self.progress.add(Count::Requests, spent.requests);
        self.progress.add(Count::Retries, spent.retries);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_after_the_end_was_asked_for_ends_at_once() {
        let progress = Progress::new();
        let before = progress.begin();
        progress.cancel();
        let after = progress.begin();
        assert_eq!(progress.so_far().rows_under_way, 2);
        drop((before, after));
        assert_eq!(progress.so_far().rows_under_way, 0);
    }
}
