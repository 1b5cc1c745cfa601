use std::sync::Arc;
use std::time::{Duration, Instant};

use ossum_client::Meter;
use ossum_client::transport::BoxFuture;
use ossum_threads::atomic::{AtomicBool, AtomicU64, Ordering};
use ossum_threads::{Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;
use tokio::sync::futures::Notified;

use crate::budget::{Budget, Permit};

/// A worker's place among the requests that a budget allows, while it has one.
///
/// A request that is refused for being too many gives its place up, so that what a back-off is to
/// achieve is not undone by those who were refused: they come back as one of fewer. One that is far
/// slower than its peers is begun anew, once for each part.
#[derive(Debug)]
pub(crate) struct Place {
    budget: Budget,
    held: Mutex<Option<Permit>>,
    /// Of what moves in this place.
    meter: Arc<Meter>,
    /// When the part that is under way began, and what had moved before.
    began: Mutex<(Instant, u64)>,
    slow: Notify,
    /// Whether the part that is under way has been begun anew.
    is_another_try: AtomicBool,
    other_tries: AtomicU64,
}

/// What is under way in a place, as somebody sees who looks on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Glance {
    /// The part that may still be begun anew; `None` if none is under way.
    pub(crate) part: Option<PartUnderWay>,
    /// How many bytes have moved in this place, whatever they were part of.
    pub(crate) moved: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PartUnderWay {
    pub(crate) age: Duration,
    /// How many bytes of it have moved: of an upload, those that the system has taken.
    pub(crate) moved: u64,
}

impl Place {
    /// None yet of those that `budget` allows; what moves in it counts in `whole`.
    pub(crate) fn of(budget: &Budget, whole: Arc<Meter>) -> Self {
        Self {
            budget: budget.clone(),
            held: Mutex::default(),
            meter: Arc::new(Meter::part_of(whole)),
            began: Mutex::new((Instant::now(), 0)),
            slow: Notify::new(),
            is_another_try: AtomicBool::default(),
            other_tries: AtomicU64::default(),
        }
    }

    /// What counts what moves in it.
    pub(crate) fn meter(&self) -> &Arc<Meter> {
        &self.meter
    }

    /// Waits for a place, for the next part.
    pub(crate) async fn take(&self) {
        let permit = self.budget.take().await;
        *self.began() = (Instant::now(), self.moved());
        self.is_another_try.store(false, Ordering::Relaxed);
        *self.held() = Some(permit);
    }

    /// Gives it up.
    pub(crate) fn leave(&self) {
        *self.held() = None;
    }

    pub(crate) fn glance(&self) -> Glance {
        let may_begin_anew = self.held().is_some() && !self.is_another_try.load(Ordering::Relaxed);
        let moved = self.moved();
        let part = || {
            let (at, before) = *self.began();
            PartUnderWay {
                age: at.elapsed(),
                moved: moved.saturating_sub(before),
            }
        };
        Glance {
            part: may_begin_anew.then(part),
            moved,
        }
    }

    fn moved(&self) -> u64 {
        self.meter.sent_bytes() + self.meter.received_bytes()
    }

    fn began(&self) -> MutexGuard<'_, (Instant, u64)> {
        self.began.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has the part that is under way begun anew, if it is a connection that it waits for.
    pub(crate) fn begin_anew(&self) {
        self.slow.notify_waiters();
    }

    /// How often parts were begun anew.
    pub(crate) fn other_tries(&self) -> u64 {
        self.other_tries.load(Ordering::Relaxed)
    }

    fn held(&self) -> MutexGuard<'_, Option<Permit>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ossum_client::Place for Place {
    fn rest(&self, wait: Duration) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            // It is kept while it waits: another one in it would be refused just as well.
            tokio::time::sleep(wait).await;
            let held = self.held().take();
            if let Some(mut permit) = held {
                permit.line_up_again().await;
                *self.held() = Some(permit);
            }
        })
    }

    fn is_slow(&self) -> Notified<'_> {
        self.slow.notified()
    }

    fn left_slow(&self) {
        self.is_another_try.store(true, Ordering::Relaxed);
        self.other_tries.fetch_add(1, Ordering::Relaxed);
    }
}
