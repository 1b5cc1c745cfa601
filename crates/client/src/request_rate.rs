use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Holds the number of requests to a rate, whatever they are for. Clones share it; retries count.
#[derive(Debug, Clone)]
pub struct RequestRate(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    began: Instant,
    gap: Duration,
    /// Since the beginning: when the next one may go.
    next: Mutex<Duration>,
}

/// Time in which nothing was asked is made up for this far back.
const SAVED: Duration = Duration::from_millis(250);

impl RequestRate {
    /// One every `gap`.
    pub fn one_every(gap: Duration) -> Self {
        Self(Arc::new(Shared {
            began: Instant::now(),
            gap,
            next: Mutex::default(),
        }))
    }

    /// Takes leave for one, and tells how long to wait for it.
    pub(crate) fn take(&self) -> Duration {
        let now = self.0.began.elapsed();
        let mut next = self.0.next.lock().unwrap_or_else(PoisonError::into_inner);
        take(&mut next, now, self.0.gap)
    }
}

fn take(next: &mut Duration, now: Duration, gap: Duration) -> Duration {
    let at = (*next).max(now.saturating_sub(SAVED));
    *next = at.saturating_add(gap);
    at.saturating_sub(now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_go_one_every_so_often_and_a_pause_saves_a_few() {
        let (mut next, gap) = (Duration::ZERO, Duration::from_millis(100));
        let mut at = |now| take(&mut next, Duration::from_millis(now), gap).as_millis();
        assert_eq!([at(0), at(0), at(0)], [0, 100, 200]);
        assert_eq!([at(300), at(310)], [0, 90]);
        let waits: Vec<_> = (0..4).map(|_| at(60_000)).collect();
        assert_eq!(waits, [0, 0, 0, 50]);
    }
}
