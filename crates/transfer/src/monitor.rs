use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use ossum_client::{Meter, Retry};
use ossum_plan::Part;
use ossum_threads::atomic::{AtomicU64, Ordering};
use ossum_threads::{Mutex, MutexGuard, PoisonError};
use ossum_types::PartNumber;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// The outside of a running transfer: shows how far it is, and cancels it.
///
/// Clones are of the same transfer. Made before the transfer, given to it, and good for one.
#[derive(Debug, Clone, Default)]
pub struct Monitor(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    cancelled: CancellationToken,
    paused: watch::Sender<bool>,
    tally: Mutex<Tally>,
    bytes_copied: AtomicU64,
    meter: Arc<Meter>,
    /// `None` where nobody will ask.
    events: Option<Mutex<Vec<Event>>>,
}

/// What is counted of parts.
#[derive(Debug, Default)]
struct Tally {
    bytes_total: Option<u64>,
    parts_total: u32,
    parts_done: u32,
    parts_reused: u32,
    bytes_reused: u64,
    /// Parts that this transfer has moved: to find them there later is not to reuse them.
    moved: BTreeSet<PartNumber>,
}

impl Tally {
    /// Counts a part that is there; tells whether it was before this transfer.
    fn add(&mut self, part: Part, found: bool) -> bool {
        self.parts_done += 1;
        let reused = found && !self.moved.contains(&part.number);
        if reused {
            self.parts_reused += 1;
            self.bytes_reused += part.range.len();
        } else {
            self.moved.insert(part.number);
        }
        reused
    }
}

/// Something that happened in a transfer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// A part is there.
    Part {
        /// Its number.
        number: PartNumber,
        /// Its size in bytes.
        bytes: u64,
        /// Whether an earlier transfer had moved it.
        reused: bool,
    },
    /// An earlier transfer is continued.
    Resumed {
        /// How many parts it is said to have moved; each is looked at again.
        parts: u32,
    },
    /// What an earlier transfer had moved cannot be used.
    Restarted(Restarted),
    /// A request failed and is about to be repeated.
    Retry(Retry),
}

/// Why a transfer does not go on with what was there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Restarted {
    /// The file has other bytes than at the last time.
    SourceChanged,
    /// The object has other bytes than at the last time.
    ObjectChanged,
    /// Other metadata is asked for, and that is fixed when an upload begins.
    MetadataChanged,
    /// The service knows the upload no more.
    UploadGone,
    /// The file with the bytes so far is not there, or not as it was left.
    PartialGone,
}

impl fmt::Display for Restarted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SourceChanged => "source changed",
            Self::ObjectChanged => "object changed",
            Self::MetadataChanged => "metadata changed",
            Self::UploadGone => "upload gone",
            Self::PartialGone => "partial file gone",
        })
    }
}

/// How far a transfer is at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Snapshot {
    /// The size in bytes; unknown until the source has been looked at.
    pub bytes_total: Option<u64>,
    /// Payload bytes moved so far, retries included: can pass the total. Of a copy, those that the
    /// service has copied.
    pub bytes_moved: u64,
    /// Of these, those that the service has copied: they did not pass through here.
    pub bytes_copied: u64,
    /// Bytes that were already there.
    pub bytes_reused: u64,
    /// How many parts there are; 0 until that is decided.
    pub parts_total: u32,
    /// How many of them are there.
    pub parts_done: u32,
    /// HTTP requests so far.
    pub requests: u64,
    /// How many of those were retries.
    pub retries: u64,
}

impl Monitor {
    /// A monitor for a transfer that is about to begin.
    pub fn new() -> Self {
        Self::default()
    }

    /// A monitor that also remembers what happens, for [`take_events`](Self::take_events).
    pub fn recording() -> Self {
        Self(Arc::new(Shared {
            meter: Arc::new(Meter::recording()),
            events: Some(Mutex::default()),
            ..Shared::default()
        }))
    }

    /// What happened since this was last asked, retries first: there are at most 10,000 parts, and
    /// of retries the last 1,024 are remembered. Nothing unless the monitor is
    /// [recording](Self::recording).
    pub fn take_events(&self) -> Vec<Event> {
        let retries = self.0.meter.take_retries().into_iter().map(Event::Retry);
        let events = self.0.events.as_ref().map(|events| {
            let mut events = events.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::take(&mut *events)
        });
        retries.chain(events.unwrap_or_default()).collect()
    }

    /// Lets no further part begin until [`unpause`](Self::unpause). Parts under way are finished.
    pub fn pause(&self) {
        self.0.paused.send_replace(true);
    }

    /// Lets a paused transfer go on.
    pub fn unpause(&self) {
        self.0.paused.send_replace(false);
    }

    /// Asks the transfer to end. It does so soon, with [`ErrorKind::Cancelled`](crate::ErrorKind),
    /// and keeps what it has moved if it has a checkpoint.
    pub fn cancel(&self) {
        self.0.cancelled.cancel();
    }

    /// How far the transfer is. Costs nothing worth mentioning; may be asked from any thread.
    pub fn snapshot(&self) -> Snapshot {
        let shared = &*self.0;
        let meter = &shared.meter;
        let bytes_copied = shared.bytes_copied.load(Ordering::Relaxed);
        let tally = self.tally();
        Snapshot {
            bytes_total: tally.bytes_total,
            bytes_moved: meter.sent_bytes() + meter.received_bytes() + bytes_copied,
            bytes_copied,
            bytes_reused: tally.bytes_reused,
            parts_total: tally.parts_total,
            parts_done: tally.parts_done,
            requests: meter.requests(),
            retries: meter.retries(),
        }
    }

    pub(crate) fn token(&self) -> &CancellationToken {
        &self.0.cancelled
    }

    pub(crate) fn meter(&self) -> Arc<Meter> {
        Arc::clone(&self.0.meter)
    }

    /// Says how much there is to do. What was counted before is to be counted again.
    pub(crate) fn begin(&self, bytes_total: u64, parts_total: u32) {
        let mut tally = self.tally();
        *tally = Tally {
            bytes_total: Some(bytes_total),
            parts_total,
            moved: std::mem::take(&mut tally.moved),
            ..Tally::default()
        };
    }

    /// Says that nobody knows how much there is to do.
    pub(crate) fn begin_unknown(&self) {
        let mut tally = self.tally();
        tally.bytes_total = None;
    }

    pub(crate) fn part_done(&self, part: Part, reused: bool) {
        let bytes = part.range.len();
        let reused = self.tally().add(part, reused);
        self.tell(Event::Part {
            number: part.number,
            bytes,
            reused,
        });
    }

    /// A part has been handed on. There may be millions, so none has a number.
    pub(crate) fn handed_on(&self) {
        self.tally().parts_done += 1;
    }

    /// Everything was there before this transfer.
    pub(crate) fn all_reused(&self) {
        let mut tally = self.tally();
        tally.parts_done = tally.parts_total;
        tally.parts_reused = tally.parts_total;
        tally.bytes_reused = tally.bytes_total.unwrap_or(0);
    }

    /// How many parts, and bytes, were there before this transfer.
    pub(crate) fn reused(&self) -> (u32, u64) {
        let tally = self.tally();
        (tally.parts_reused, tally.bytes_reused)
    }

    fn tally(&self) -> MutexGuard<'_, Tally> {
        self.0.tally.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn copied(&self, bytes: u64) {
        self.0.bytes_copied.fetch_add(bytes, Ordering::Relaxed);
    }

    pub(crate) fn tell(&self, event: Event) {
        if let Some(events) = &self.0.events {
            let mut events = events.lock().unwrap_or_else(PoisonError::into_inner);
            events.push(event);
        }
    }

    /// Waits while the transfer is paused.
    pub(crate) async fn unpaused(&self) {
        let mut paused = self.0.paused.subscribe();
        // The sender lives as long as this.
        let _ = paused.wait_for(|paused| !paused).await;
    }
}
