use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use ossum_client::{Meter, Retry};
use ossum_types::PartNumber;
use tokio_util::sync::CancellationToken;

/// The outside of a running transfer: shows how far it is, and cancels it.
///
/// Clones are of the same transfer. Made before the transfer, given to it, and good for one.
#[derive(Debug, Clone, Default)]
pub struct Monitor(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    cancelled: CancellationToken,
    bytes_total: OnceLock<u64>,
    parts_total: AtomicU32,
    parts_done: AtomicU32,
    bytes_reused: AtomicU64,
    meter: Arc<Meter>,
    /// `None` where nobody will ask.
    parts: Option<Mutex<Vec<(PartNumber, u64)>>>,
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
    },
    /// A request failed and is about to be repeated.
    Retry(Retry),
}

/// How far a transfer is at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Snapshot {
    /// The size in bytes; unknown until the source has been looked at.
    pub bytes_total: Option<u64>,
    /// Payload bytes moved so far, retries included: can pass the total.
    pub bytes_moved: u64,
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
            parts: Some(Mutex::default()),
            ..Shared::default()
        }))
    }

    /// What happened since this was last asked, retries first: there are at most 10,000 parts, and
    /// of retries the last 1,024 are remembered. Nothing unless the monitor is
    /// [recording](Self::recording).
    pub fn take_events(&self) -> Vec<Event> {
        let retries = self.0.meter.take_retries().into_iter().map(Event::Retry);
        let parts = self.0.parts.as_ref().map(|parts| {
            let mut parts = parts.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::take(&mut *parts)
        });
        let parts = parts
            .unwrap_or_default()
            .into_iter()
            .map(|(number, bytes)| Event::Part { number, bytes });
        retries.chain(parts).collect()
    }

    /// Asks the transfer to end. It does so soon, with [`ErrorKind::Cancelled`](crate::ErrorKind).
    pub fn cancel(&self) {
        self.0.cancelled.cancel();
    }

    /// How far the transfer is. Costs nothing worth mentioning; may be asked from any thread.
    pub fn snapshot(&self) -> Snapshot {
        let shared = &*self.0;
        let meter = &shared.meter;
        Snapshot {
            bytes_total: shared.bytes_total.get().copied(),
            bytes_moved: meter.sent_bytes() + meter.received_bytes(),
            bytes_reused: shared.bytes_reused.load(Ordering::Relaxed),
            parts_total: shared.parts_total.load(Ordering::Relaxed),
            parts_done: shared.parts_done.load(Ordering::Relaxed),
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

    pub(crate) fn begin(&self, bytes_total: u64, parts_total: u32) {
        self.0.bytes_total.get_or_init(|| bytes_total);
        self.0.parts_total.store(parts_total, Ordering::Relaxed);
    }

    pub(crate) fn part_done(&self, number: PartNumber, bytes: u64) {
        self.0.parts_done.fetch_add(1, Ordering::Relaxed);
        if let Some(parts) = &self.0.parts {
            let mut parts = parts.lock().unwrap_or_else(PoisonError::into_inner);
            parts.push((number, bytes));
        }
    }
}
