use std::sync::atomic::{AtomicU64, Ordering};

use tokio_util::sync::CancellationToken;

/// What is to be seen of a listing that goes on, and how it is ended.
#[derive(Debug, Default)]
pub struct Monitor {
    objects: AtomicU64,
    bytes: AtomicU64,
    token: CancellationToken,
}

impl Monitor {
    /// One of which nothing has been listed.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many objects have been listed, and their bytes.
    pub fn listed(&self) -> (u64, u64) {
        let of = |count: &AtomicU64| count.load(Ordering::Relaxed);
        (of(&self.objects), of(&self.bytes))
    }

    /// Ends it as soon as it can be; it fails with [`Cancelled`](ossum_many::Error::Cancelled).
    pub fn cancel(&self) {
        self.token.cancel();
    }

    pub(crate) fn add(&self, size: u64) {
        self.objects.fetch_add(1, Ordering::Relaxed);
        self.bytes.fetch_add(size, Ordering::Relaxed);
    }

    pub(crate) fn token(&self) -> &CancellationToken {
        &self.token
    }

    /// Finds that it goes on.
    pub(crate) fn check(&self) -> Result<(), ossum_many::Error> {
        if self.token.is_cancelled() {
            return Err(ossum_many::Error::Cancelled);
        }
        Ok(())
    }
}
