use std::sync::atomic::{AtomicU64, Ordering};

/// Counts failures without a success between them that are likely to be everybody's, so that a shard of ten
/// thousand rows does not wait ten thousand times for a network that is down.
#[derive(Debug, Default)]
pub(super) struct Troubles(AtomicU64);

/// So many in a row end the attempt.
const MOST: u64 = 40;

impl Troubles {
    pub(super) fn good(&self) {
        self.0.store(0, Ordering::Relaxed);
    }

    pub(super) fn bad(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    /// Whether to go on is of no use.
    pub(super) fn are_too_many(&self) -> bool {
        self.0.load(Ordering::Relaxed) >= MOST
    }
}
