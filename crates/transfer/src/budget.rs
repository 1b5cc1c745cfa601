use std::num::NonZeroUsize;
use std::sync::Arc;

use ossum_threads::{Mutex, MutexGuard, OwnedSemaphorePermit, PoisonError, Semaphore};

/// What transfers may use together: so many requests at a time, so much memory for their buffers.
///
/// Clones share it. A worker takes its permit first and reads then, so that nothing is in memory
/// that nobody waits for.
#[derive(Debug, Clone)]
pub struct Budget {
    requests: Arc<Requests>,
    memory: Arc<Semaphore>,
    /// In units.
    all_memory: u32,
}

/// Memory is counted in these, as a semaphore counts to 2³² only.
const UNIT_BYTES: u64 = 64 << 10;

/// Leave to make requests, one at a time, whose number may change.
#[derive(Debug)]
struct Requests {
    places: Arc<Semaphore>,
    count: Mutex<Count>,
}

#[derive(Debug)]
struct Count {
    allowed: usize,
    /// So many more are out: they go when they come back.
    surplus: usize,
}

/// Leave to make one request, until it is dropped.
#[derive(Debug)]
pub(crate) struct Permit {
    request: Option<RequestPermit>,
    _memory: Option<OwnedSemaphorePermit>,
}

#[derive(Debug)]
struct RequestPermit {
    requests: Arc<Requests>,
    place: Option<OwnedSemaphorePermit>,
}

impl Budget {
    /// At most `requests` at a time, with at most `memory_bytes` of buffers; but always enough
    /// memory for one.
    pub fn new(requests: NonZeroUsize, memory_bytes: u64) -> Self {
        let one = units(Permit::BYTES);
        let memory = usize::try_from(memory_bytes / UNIT_BYTES).unwrap_or(usize::MAX);
        let memory = memory.clamp(one as usize, Semaphore::MAX_PERMITS);
        Self {
            requests: Arc::new(Requests::new(requests.get())),
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
        let wanted = units(bytes.max(Permit::BYTES)).min(self.all_memory);
        // Memory first: who lines up again keeps it, and whoever waited for it in a place of theirs
        // would wait for each other.
        let memory = Arc::clone(&self.memory).acquire_many_owned(wanted).await;
        Permit {
            request: Some(self.requests.take().await),
            // Nobody closes a semaphore here, so neither of them is ever refused.
            _memory: memory.ok(),
        }
    }

    /// From now on there may be so many requests at a time. Those under way go on; where there are
    /// more of them, none begins until there are not.
    pub(crate) fn allow(&self, requests: usize) {
        self.requests.allow(requests);
    }

    /// How many requests are under way.
    pub(crate) fn under_way(&self) -> usize {
        self.requests.under_way()
    }
}

impl Requests {
    fn new(allowed: usize) -> Self {
        let allowed = allowed.min(Semaphore::MAX_PERMITS);
        Self {
            places: Arc::new(Semaphore::new(allowed)),
            count: Mutex::new(Count {
                allowed,
                surplus: 0,
            }),
        }
    }

    fn count(&self) -> MutexGuard<'_, Count> {
        self.count.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn take(self: &Arc<Self>) -> RequestPermit {
        RequestPermit {
            requests: Arc::clone(self),
            place: Arc::clone(&self.places).acquire_owned().await.ok(),
        }
    }

    fn allow(&self, requests: usize) {
        let mut count = self.count();
        let more = requests.saturating_sub(count.allowed);
        let kept = more.min(count.surplus);
        count.surplus -= kept;
        self.places.add_permits(more - kept);
        let fewer = count.allowed.saturating_sub(requests);
        count.surplus += fewer - self.places.forget_permits(fewer);
        count.allowed = requests;
    }

    fn under_way(&self) -> usize {
        let count = self.count();
        (count.allowed + count.surplus).saturating_sub(self.places.available_permits())
    }

    fn take_back(&self, place: OwnedSemaphorePermit) {
        let mut count = self.count();
        if count.surplus > 0 {
            count.surplus -= 1;
            place.forget();
        } else {
            // While it is counted: once it is free, and not before, it is no surplus.
            drop(place);
        }
    }
}

impl Drop for RequestPermit {
    fn drop(&mut self) {
        if let Some(place) = self.place.take() {
            self.requests.take_back(place);
        }
    }
}

impl Permit {
    /// What one request holds at most: a read buffer, or a few chunks on their way out.
    pub(crate) const BYTES: u64 = 1 << 20;

    /// Lets others make a request, and waits until there may be this one again. The memory stays.
    pub(crate) async fn line_up_again(&mut self) {
        if let Some(request) = self.request.take() {
            let requests = Arc::clone(&request.requests);
            drop(request);
            self.request = Some(requests.take().await);
        }
    }
}

fn units(bytes: u64) -> u32 {
    u32::try_from(bytes.div_ceil(UNIT_BYTES)).unwrap_or(u32::MAX)
}

#[cfg(test)]
#[cfg(feature = "interleavings")]
mod interleavings;

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

    fn budget(requests: usize) -> Budget {
        Budget::new(NonZeroUsize::new(requests).unwrap(), 256 << 20)
    }

    #[test]
    fn fewer_requests_begin_when_those_under_way_have_ended() {
        let budget = budget(3);
        let take = || budget.take().now_or_never();
        let (first, second, third) = (take(), take(), take());
        budget.allow(1);
        assert_eq!(budget.under_way(), 3);
        drop(first);
        drop(second);
        assert!(take().is_none(), "one is under way");
        drop(third);
        assert_eq!(budget.under_way(), 0);
        let only = take();
        assert!(only.is_some() && take().is_none());
    }

    #[test]
    fn more_requests_begin_at_once_whatever_was_taken_back_before() {
        let budget = budget(4);
        let take = || budget.take().now_or_never();
        let held = [take(), take(), take(), take()];
        for allowed in [2, 3, 6] {
            budget.allow(allowed);
        }
        let more = [take(), take()];
        assert!(more.iter().all(Option::is_some) && take().is_none());
        drop(held);
        assert_eq!(budget.under_way(), 2);
    }

    #[test]
    fn who_lines_up_again_does_not_wait_for_who_waits_for_its_memory() {
        let budget = Budget::new(NonZeroUsize::MIN, 1);
        let mut first = budget.take().now_or_never().unwrap();
        let mut second = Box::pin(budget.take());
        assert!(second.as_mut().now_or_never().is_none());
        assert!(first.line_up_again().now_or_never().is_some());
        drop(first);
        assert!(second.now_or_never().is_some());
    }

    #[test]
    fn who_lines_up_again_lets_the_next_one_go_first() {
        let budget = budget(1);
        let mut first = budget.take().now_or_never().unwrap();
        let mut second = Box::pin(budget.take());
        assert!(second.as_mut().now_or_never().is_none());
        let mut again = Box::pin(first.line_up_again());
        assert!(again.as_mut().now_or_never().is_none());
        drop(second.now_or_never().unwrap());
        assert!(again.now_or_never().is_some());
    }
}
