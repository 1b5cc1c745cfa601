use std::collections::BTreeMap;
use std::sync::Arc;

use ossum_threads::atomic::{AtomicBool, Ordering};
use ossum_threads::{Mutex, MutexGuard, PoisonError};
use ossum_transfer as transfer;
use tokio_util::sync::CancellationToken;

use crate::sync::plan::Totals;
use crate::told::{Summary, Told, What};

/// The outside of a run: shows how far it is, and cancels it.
///
/// Clones are of the same run. Made before the run, given to it, and good for one.
#[derive(Debug, Clone, Default)]
pub struct Monitor(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    /// Ends everything, whoever wants it.
    end: CancellationToken,
    cancelled: AtomicBool,
    /// Whether what happens to items is remembered.
    is_recording: bool,
    tally: Mutex<Tally>,
}

#[derive(Debug, Default)]
struct Tally {
    sum: Snapshot,
    bytes_copied: u64,
    /// Of those that were moved: copied by the service, and not sent.
    bytes_within: u64,
    requests: u64,
    retries: u64,
    kept: u64,
    renamed: u64,
    deleted: u64,
    counts_no_copies: bool,
    active: BTreeMap<u64, Arc<UnderWay>>,
    begun: u64,
}

/// An item that is under way.
#[derive(Debug)]
struct UnderWay {
    name: String,
    what: What,
    monitor: transfer::Monitor,
    /// Held while it is told what happened, so that all is told in order.
    telling: Mutex<()>,
}

impl UnderWay {
    fn tell_events(&self, tell: &dyn Fn(Told)) {
        let _telling = self.telling.lock().unwrap_or_else(PoisonError::into_inner);
        for event in self.monitor.take_events() {
            tell(Told::Happened(self.what.clone(), event));
        }
    }
}

/// How far a run is at one moment.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Snapshot {
    /// Items found so far that are to be copied, unless they turn out to be there.
    pub files_found: u64,
    /// Items copied.
    pub files_done: u64,
    /// Items that failed.
    pub files_failed: u64,
    /// Items left out.
    pub files_skipped: u64,
    /// The size of what was found, in bytes.
    pub bytes_found: u64,
    /// Payload bytes moved so far, retries included.
    pub bytes_moved: u64,
    /// Bytes that were already there, of items that were copied or are being copied.
    pub bytes_reused: u64,
    /// The size of what was found and then left out or failed, in bytes.
    pub bytes_left_out: u64,
    /// Whether everything has been found.
    pub listing_done: bool,
    /// What is under way, in the order in which it began.
    pub active: Vec<(String, transfer::Snapshot)>,
}

/// What became of an item that had been found.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Became {
    Copied { bytes_reused: u64 },
    Skipped,
    Failed,
}

impl Monitor {
    /// A monitor for a run that is about to begin.
    pub fn new() -> Self {
        Self::default()
    }

    /// A monitor that also remembers what happens to each item.
    ///
    /// It is told before what becomes of the item, and sooner by whoever calls
    /// [`tell_events`](Self::tell_events) now and then: of an item, all parts and the last 1,024
    /// retries are remembered until then.
    pub fn recording() -> Self {
        Self(Arc::new(Shared {
            is_recording: true,
            ..Shared::default()
        }))
    }

    /// Tells what happened to the items that are under way, since it was last told.
    pub fn tell_events(&self, tell: &dyn Fn(Told)) {
        let active: Vec<_> = self.tally().active.values().cloned().collect();
        for item in active {
            item.tell_events(tell);
        }
    }

    /// Asks the run to end. It does so soon, with [`Error::Cancelled`](crate::Error::Cancelled), and
    /// keeps what it has moved.
    pub fn cancel(&self) {
        self.0.cancelled.store(true, Ordering::Relaxed);
        self.end();
    }

    /// How far the run is. May be asked from any thread.
    pub fn snapshot(&self) -> Snapshot {
        let tally = self.tally();
        let mut snapshot = tally.sum.clone();
        for item in tally.active.values() {
            let active = item.monitor.snapshot();
            snapshot.bytes_moved += active.bytes_moved;
            snapshot.bytes_reused += active.bytes_reused;
            snapshot.active.push((item.name.clone(), active));
        }
        snapshot
    }

    pub(crate) fn is_cancelled(&self) -> bool {
        self.0.cancelled.load(Ordering::Relaxed)
    }

    pub(crate) fn token(&self) -> &CancellationToken {
        &self.0.end
    }

    /// Ends all that is under way.
    pub(crate) fn end(&self) {
        self.0.end.cancel();
        for item in self.tally().active.values() {
            item.monitor.cancel();
        }
    }

    /// What is copied from here on is no item of the run.
    pub(crate) fn count_no_copies(&self) {
        self.tally().counts_no_copies = true;
    }

    pub(crate) fn found(&self, bytes: u64) {
        let sum = &mut self.tally().sum;
        sum.files_found += 1;
        sum.bytes_found = sum.bytes_found.saturating_add(bytes);
    }

    /// Takes note of an item that is the same on both sides.
    pub(crate) fn kept(&self) {
        self.tally().kept += 1;
    }

    /// Takes note of what would be done, all at once.
    pub(crate) fn planned(&self, totals: &Totals) {
        let tally = &mut *self.tally();
        tally.sum.files_done += totals.copy + totals.copy_from;
        let bytes = totals.copy_bytes.saturating_add(totals.copy_from_bytes);
        tally.bytes_copied = tally.bytes_copied.saturating_add(bytes);
        tally.renamed += totals.copy_from;
        tally.deleted += totals.delete;
    }

    /// Takes note of an item for which nothing is sent, as the destination has its bytes.
    pub(crate) fn renamed(&self) {
        self.tally().renamed += 1;
    }

    /// Takes note of an item that is gone.
    pub(crate) fn deleted(&self) {
        self.tally().deleted += 1;
    }

    pub(crate) fn listing_done(&self) {
        self.tally().sum.listing_done = true;
    }

    /// What is skipped or fails before it was counted as found.
    pub(crate) fn not_found(&self, became: Became) {
        let sum = &mut self.tally().sum;
        match became {
            Became::Skipped => sum.files_skipped += 1,
            _ => sum.files_failed += 1,
        }
    }

    /// Begins an item. Dropping what it gives ends it.
    pub(crate) fn begin(&self, name: &str, what: &What) -> Active<'_> {
        let monitor = if self.0.is_recording {
            transfer::Monitor::recording()
        } else {
            transfer::Monitor::new()
        };
        let item = Arc::new(UnderWay {
            name: name.to_owned(),
            what: what.clone(),
            monitor,
            telling: Mutex::default(),
        });
        let mut tally = self.tally();
        tally.begun += 1;
        let number = tally.begun;
        tally.active.insert(number, Arc::clone(&item));
        // Whoever ended everything meanwhile has not seen this one.
        if self.0.end.is_cancelled() {
            item.monitor.cancel();
        }
        Active {
            run: self,
            number,
            item,
        }
    }

    /// Takes note of what became of an item of so many bytes.
    pub(crate) fn became(&self, bytes: u64, became: Became) {
        let tally = &mut *self.tally();
        let sum = &mut tally.sum;
        match became {
            Became::Copied { .. } if tally.counts_no_copies => return,
            Became::Copied { bytes_reused } => {
                sum.files_done += 1;
                sum.bytes_reused += bytes_reused;
                tally.bytes_copied = tally.bytes_copied.saturating_add(bytes);
                return;
            }
            Became::Skipped => sum.files_skipped += 1,
            Became::Failed => sum.files_failed += 1,
        }
        sum.bytes_left_out = sum.bytes_left_out.saturating_add(bytes);
    }

    pub(crate) fn summary(&self) -> Summary {
        let tally = self.tally();
        Summary {
            files: tally.sum.files_done,
            skipped: tally.sum.files_skipped,
            failed: tally.sum.files_failed,
            bytes_total: tally.bytes_copied,
            bytes_sent: tally.sum.bytes_moved - tally.bytes_within,
            bytes_reused: tally.sum.bytes_reused,
            requests: tally.requests,
            retries: tally.retries,
            kept: tally.kept,
            renamed: tally.renamed,
            deleted: tally.deleted,
            ..Summary::default()
        }
    }

    fn tally(&self) -> MutexGuard<'_, Tally> {
        self.0.tally.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An item that is under way.
#[derive(Debug)]
pub(crate) struct Active<'a> {
    run: &'a Monitor,
    number: u64,
    item: Arc<UnderWay>,
}

impl Active<'_> {
    pub(crate) fn monitor(&self) -> &transfer::Monitor {
        &self.item.monitor
    }

    /// Tells what happened to it and has not been told.
    pub(crate) fn tell_events(&self, tell: &dyn Fn(Told)) {
        self.item.tell_events(tell);
    }
}

impl Drop for Active<'_> {
    fn drop(&mut self) {
        let snapshot = self.item.monitor.snapshot();
        let mut tally = self.run.tally();
        tally.active.remove(&self.number);
        tally.sum.bytes_moved += snapshot.bytes_moved;
        tally.bytes_within += snapshot.bytes_copied;
        tally.requests += snapshot.requests;
        tally.retries += snapshot.retries;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn what() -> What {
        What {
            source: "s".to_owned(),
            destination: "d".to_owned(),
        }
    }

    #[test]
    fn what_begins_after_the_end_is_cancelled_at_once() {
        let run = Monitor::new();
        let before = run.begin("a", &what());
        run.cancel();
        let after = run.begin("b", &what());
        for active in [&before, &after] {
            // A cancelled monitor lets nothing begin.
            assert!(format!("{:?}", active.monitor()).contains("is_cancelled: true"));
        }
    }

    #[test]
    fn what_is_under_way_is_shown_until_it_ends() {
        let run = Monitor::new();
        let active = run.begin("a", &what());
        assert_eq!(run.snapshot().active.len(), 1);
        drop(active);
        assert!(run.snapshot().active.is_empty());
    }
}
