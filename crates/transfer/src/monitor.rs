use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use ossum_client::Meter;
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
    meter: OnceLock<Arc<Meter>>,
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

    /// Asks the transfer to end. It does so soon, with [`ErrorKind::Cancelled`](crate::ErrorKind).
    pub fn cancel(&self) {
        self.0.cancelled.cancel();
    }

    /// How far the transfer is. Costs nothing worth mentioning; may be asked from any thread.
    pub fn snapshot(&self) -> Snapshot {
        let shared = &*self.0;
        let meter = shared.meter.get();
        let count = |count: fn(&Meter) -> u64| meter.map_or(0, |meter| count(meter));
        Snapshot {
            bytes_total: shared.bytes_total.get().copied(),
            bytes_moved: count(Meter::sent_bytes) + count(Meter::received_bytes),
            bytes_reused: shared.bytes_reused.load(Ordering::Relaxed),
            parts_total: shared.parts_total.load(Ordering::Relaxed),
            parts_done: shared.parts_done.load(Ordering::Relaxed),
            requests: count(Meter::requests),
            retries: count(Meter::retries),
        }
    }

    pub(crate) fn token(&self) -> &CancellationToken {
        &self.0.cancelled
    }

    pub(crate) fn watch(&self, meter: &Arc<Meter>) {
        self.0.meter.get_or_init(|| Arc::clone(meter));
    }

    pub(crate) fn begin(&self, bytes_total: u64, parts_total: u32) {
        self.0.bytes_total.get_or_init(|| bytes_total);
        self.0.parts_total.store(parts_total, Ordering::Relaxed);
    }

    pub(crate) fn part_done(&self) {
        self.0.parts_done.fetch_add(1, Ordering::Relaxed);
    }
}
