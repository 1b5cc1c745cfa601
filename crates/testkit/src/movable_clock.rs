use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use ossum_client::ClockSkew;

/// A clock that stands still until a test moves it, and that a client and a server may both read
/// wrongly.
///
/// Clones are the same clock. It has nothing to do with tokio's: waiting does not move it.
#[derive(Debug, Clone)]
pub struct MovableClock(Arc<Mutex<Times>>);

#[derive(Debug)]
struct Times {
    now: SystemTime,
    client: Option<ClockSkew>,
    server: Option<ClockSkew>,
}

impl MovableClock {
    /// One that stands at the beginning of 2025, UTC.
    pub fn new() -> Self {
        Self::at(UNIX_EPOCH + Duration::from_hours(482_136))
    }

    /// One that stands at `now`.
    pub fn at(now: SystemTime) -> Self {
        Self(Arc::new(Mutex::new(Times {
            now,
            client: None,
            server: None,
        })))
    }

    /// The right time.
    pub fn now(&self) -> SystemTime {
        self.times().now
    }

    /// Moves it forward.
    pub fn advance(&self, by: Duration) {
        self.times().now += by;
    }

    /// Moves it to `now`, which may be in its past.
    pub fn set(&self, now: SystemTime) {
        self.times().now = now;
    }

    /// Lets the client's clock be wrong, or right again.
    pub fn skew_client(&self, skew: impl Into<Option<ClockSkew>>) {
        self.times().client = skew.into();
    }

    /// Lets the server's clock be wrong, or right again.
    pub fn skew_server(&self, skew: impl Into<Option<ClockSkew>>) {
        self.times().server = skew.into();
    }

    /// What a client reads.
    pub fn for_client(&self) -> ossum_client::Clock {
        let clock = self.clone();
        ossum_client::Clock::over(move || clock.read(|times| times.client))
    }

    /// What a server reads.
    pub fn for_server(&self) -> ossum_devserver::Clock {
        let clock = self.clone();
        ossum_devserver::Clock::new(move || clock.read(|times| times.server))
    }

    fn read(&self, skew: impl FnOnce(&Times) -> Option<ClockSkew>) -> SystemTime {
        let times = self.times();
        match skew(&times) {
            None => times.now,
            Some(ClockSkew::Ahead(by)) => times.now + by,
            Some(ClockSkew::Behind(by)) => times.now - by,
        }
    }

    fn times(&self) -> MutexGuard<'_, Times> {
        // Moving a clock is one assignment, so it is never half moved.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for MovableClock {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_hours(1);

    #[test]
    fn it_stands_still_until_it_is_moved() {
        let clock = MovableClock::new();
        let (began, client) = (clock.now(), clock.for_client());
        assert_eq!(client.now(), began);
        clock.clone().advance(HOUR);
        assert_eq!((clock.now(), client.now()), (began + HOUR, began + HOUR));
        clock.set(began);
        assert_eq!(client.now(), began);
    }

    #[test]
    fn each_side_may_be_wrong_by_itself() {
        let clock = MovableClock::new();
        let (now, client) = (clock.now(), clock.for_client());
        clock.skew_client(ClockSkew::Behind(HOUR));
        clock.skew_server(ClockSkew::Ahead(HOUR));
        assert_eq!((clock.now(), client.now()), (now, now - HOUR));
        clock.skew_client(None);
        assert_eq!(client.now(), now);
    }
}
