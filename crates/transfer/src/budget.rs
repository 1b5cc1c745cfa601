use std::num::NonZeroUsize;
use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// What transfers may use together: so many requests at a time, so much memory for their buffers.
///
/// Clones share it. A worker takes its permit first and reads then, so that nothing is in memory
/// that nobody waits for.
#[derive(Debug, Clone)]
pub struct Budget {
    requests: Arc<Semaphore>,
    memory: Arc<Semaphore>,
    /// In units.
    all_memory: u32,
}

/// Memory is counted in these, as a semaphore counts to 2³² only.
const UNIT_BYTES: u64 = 64 << 10;

/// Leave to make one request, until it is dropped.
#[derive(Debug)]
pub(crate) struct Permit {
    _request: Option<OwnedSemaphorePermit>,
    _memory: Option<OwnedSemaphorePermit>,
}

impl Budget {
    /// At most `requests` at a time, with at most `memory_bytes` of buffers; but always enough
    /// memory for one.
    pub fn new(requests: NonZeroUsize, memory_bytes: u64) -> Self {
        let one = units(Permit::BYTES);
        let memory = usize::try_from(memory_bytes / UNIT_BYTES).unwrap_or(usize::MAX);
        let memory = memory.clamp(one as usize, Semaphore::MAX_PERMITS);
        Self {
            requests: Arc::new(Semaphore::new(requests.get().min(Semaphore::MAX_PERMITS))),
            memory: Arc::new(Semaphore::new(memory)),
            all_memory: u32::try_from(memory).unwrap_or(u32::MAX),
        }
    }

    /// Waits for leave to make a request. Whoever came first is served first.
    pub(crate) async fn take(&self) -> Permit {
        self.take_with(Permit::BYTES).await
    }

    /// Waits for leave to make a request that holds so many bytes; more than there is memory for
    /// has all of it.
    pub(crate) async fn take_with(&self, bytes: u64) -> Permit {
        // Nobody closes a semaphore here, so neither of them is ever refused.
        let request = Arc::clone(&self.requests).acquire_owned().await.ok();
        let wanted = units(bytes.max(Permit::BYTES)).min(self.all_memory);
        let memory = Arc::clone(&self.memory).acquire_many_owned(wanted);
        Permit {
            _request: request,
            _memory: memory.await.ok(),
        }
    }
}

impl Permit {
    /// What one request holds at most: a read buffer, or a few chunks on their way out.
    pub(crate) const BYTES: u64 = 1 << 20;
}

fn units(bytes: u64) -> u32 {
    u32::try_from(bytes.div_ceil(UNIT_BYTES)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    /// How many permits there are at once.
    fn permits(requests: usize, memory_bytes: u64) -> usize {
        let budget = Budget::new(NonZeroUsize::new(requests).unwrap(), memory_bytes);
        let mut held = Vec::new();
        while let Some(permit) = budget.take().now_or_never() {
            held.push(permit);
        }
        held.len()
    }

    #[test]
    fn requests_and_memory_both_bound_what_is_under_way() {
        assert_eq!(permits(4, 256 << 20), 4);
        assert_eq!(permits(64, 5 << 20), 5);
        assert_eq!(permits(64, 1), 1, "one can always work");
    }

    #[test]
    fn a_request_larger_than_all_memory_has_all_of_it() {
        let budget = Budget::new(NonZeroUsize::new(4).unwrap(), 4 << 20);
        let all = budget.take_with(8 << 20).now_or_never();
        assert!(all.is_some());
        assert!(budget.take().now_or_never().is_none());
        drop(all);
        let some = budget.take_with(3 << 20).now_or_never();
        assert!(some.is_some() && budget.take().now_or_never().is_some());
    }

    #[test]
    fn a_permit_that_is_dropped_is_the_next_ones() {
        let budget = Budget::new(NonZeroUsize::MIN, 1 << 20);
        let first = budget.take().now_or_never();
        assert!(budget.take().now_or_never().is_none());
        drop(first);
        assert!(budget.take().now_or_never().is_some());
    }
}
