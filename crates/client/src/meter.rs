use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::operation::Operation;

/// Counts what a client's requests cost, as they happen; shared by those who look on.
///
/// Bytes are payload bytes, those of retries included.
#[derive(Debug, Default)]
pub struct Meter {
    /// Everything counts there, too.
    whole: Option<Arc<Meter>>,
    requests: AtomicU64,
    retries: AtomicU64,
    refused: AtomicU64,
    timeouts: AtomicU64,
    /// In microseconds, and one more: 0 before the first.
    round_trip: AtomicU64,
    sent: AtomicU64,
    received: AtomicU64,
    /// `None` where nobody will ask.
    recorded: Option<Mutex<VecDeque<Retry>>>,
}

/// A request that failed and is about to be repeated.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Retry {
    /// Of which operation it is part.
    pub operation: Operation,
    /// Which attempt failed; the first is 1.
    pub attempt: u32,
    /// How long until the next one.
    pub wait: Duration,
    /// Why it failed, on one line.
    pub cause: String,
}

/// So many retries wait to be taken; of more, the oldest are forgotten.
const MOST_RECORDED: usize = 1024;

impl Meter {
    /// A meter that also remembers retries, for [`take_retries`](Self::take_retries).
    pub fn recording() -> Self {
        Self {
            recorded: Some(Mutex::default()),
            ..Self::default()
        }
    }

    /// A meter of some of the requests that `whole` counts: what it counts, that one counts as well.
    /// Retries are remembered there.
    pub fn part_of(whole: Arc<Meter>) -> Self {
        Self {
            whole: Some(whole),
            ..Self::default()
        }
    }

    /// This one, and whichever count the same.
    fn all(&self) -> impl Iterator<Item = &Self> {
        std::iter::successors(Some(self), |meter| meter.whole.as_deref())
    }

    /// The retries since this was last asked, oldest first; at most 1,024. None unless the meter
    /// is [recording](Self::recording).
    pub fn take_retries(&self) -> Vec<Retry> {
        let Some(recorded) = &self.recorded else {
            return Vec::new();
        };
        let mut recorded = recorded.lock().unwrap_or_else(PoisonError::into_inner);
        recorded.drain(..).collect()
    }

    /// HTTP requests sent, retries included.
    pub fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    /// Requests that repeated one which had failed.
    pub fn retries(&self) -> u64 {
        self.retries.load(Ordering::Relaxed)
    }

    /// Requests that the service refused for being too many.
    pub fn refused(&self) -> u64 {
        self.refused.load(Ordering::Relaxed)
    }

    /// Requests on which nothing moved for too long.
    pub fn timeouts(&self) -> u64 {
        self.timeouts.load(Ordering::Relaxed)
    }

    /// The shortest time from a request without a payload to the beginning of its answer, a new
    /// connection included; `None` before the first one.
    pub fn round_trip(&self) -> Option<Duration> {
        let micros = self.round_trip.load(Ordering::Relaxed).checked_sub(1)?;
        Some(Duration::from_micros(micros))
    }

    /// Payload bytes handed to the network.
    pub fn sent_bytes(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    /// Payload bytes received from the network.
    pub fn received_bytes(&self) -> u64 {
        self.received.load(Ordering::Relaxed)
    }

    pub(crate) fn add_request(&self) {
        self.add(1, |meter| &meter.requests);
    }

    pub(crate) fn add_retry(&self, retry: impl FnOnce() -> Retry) {
        self.add(1, |meter| &meter.retries);
        let Some(recorded) = self.all().find_map(|meter| meter.recorded.as_ref()) else {
            return;
        };
        let mut recorded = recorded.lock().unwrap_or_else(PoisonError::into_inner);
        if recorded.len() == MOST_RECORDED {
            recorded.pop_front();
        }
        recorded.push_back(retry());
    }

    pub(crate) fn add_refused(&self) {
        self.add(1, |meter| &meter.refused);
    }

    pub(crate) fn add_timeout(&self) {
        self.add(1, |meter| &meter.timeouts);
    }

    pub(crate) fn add_round_trip(&self, took: Duration) {
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let shorter = |known: u64| {
            let told = micros.saturating_add(1);
            (known == 0 || told < known).then_some(told)
        };
        for meter in self.all() {
            // Where it is not shorter, nothing is to be done.
            let _ = meter
                .round_trip
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, shorter);
        }
    }

    pub(crate) fn add_sent(&self, bytes: u64) {
        self.add(bytes, |meter| &meter.sent);
    }

    pub(crate) fn add_received(&self, bytes: u64) {
        self.add(bytes, |meter| &meter.received);
    }

    fn add(&self, count: u64, counter: impl Fn(&Self) -> &AtomicU64) {
        for meter in self.all() {
            counter(meter).fetch_add(count, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn retry(attempt: u32) -> Retry {
        Retry {
            operation: Operation::GetObject,
            attempt,
            wait: Duration::ZERO,
            cause: "reset".to_owned(),
        }
    }

    #[test]
    fn retries_are_taken_once_and_never_pile_up() {
        let meter = Meter::recording();
        for attempt in 0..2000 {
            meter.add_retry(|| retry(attempt));
        }
        let taken = meter.take_retries();
        assert_eq!((taken.len(), taken[0].attempt), (MOST_RECORDED, 976));
        assert_eq!((meter.take_retries(), meter.retries()), (Vec::new(), 2000));
    }

    #[test]
    fn the_shortest_round_trip_counts() {
        let meter = Meter::default();
        assert_eq!(meter.round_trip(), None);
        for millis in [30, 20, 40] {
            meter.add_round_trip(Duration::from_millis(millis));
        }
        assert_eq!(meter.round_trip(), Some(Duration::from_millis(20)));
    }

    #[test]
    fn what_is_part_of_a_whole_counts_there_too() {
        let whole = Arc::new(Meter::recording());
        let part = Meter::part_of(Arc::clone(&whole));
        whole.add_sent(1);
        part.add_sent(2);
        part.add_retry(|| retry(1));
        assert_eq!((part.sent_bytes(), whole.sent_bytes()), (2, 3));
        assert_eq!((whole.retries(), whole.take_retries().len()), (1, 1));
    }

    #[test]
    fn a_meter_that_nobody_asks_remembers_nothing() {
        let meter = Meter::default();
        meter.add_retry(|| unreachable!("nothing is recorded"));
        assert_eq!((meter.take_retries(), meter.retries()), (Vec::new(), 1));
    }
}
