use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

/// The time that requests are signed with: this machine's, corrected by what the service said.
///
/// OSS refuses a signature whose time is more than 15 minutes off (official documentation of
/// `RequestTimeTooSkewed`). Clones share what any of them has learnt.
#[derive(Clone)]
pub struct Clock {
    local: Arc<dyn Fn() -> SystemTime + Send + Sync>,
    /// What is added to local time, in seconds: the `Date` header has no finer unit.
    offset_seconds: Arc<AtomicI64>,
    /// What local time differs from that of the last answer by, in seconds; [`NEVER`] before any.
    seen_seconds: Arc<AtomicI64>,
}

/// No answer has told its time yet.
const NEVER: i64 = i64::MIN;

/// How far this machine's clock is from the service's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockSkew {
    /// The local clock is behind by this much.
    Behind(Duration),
    /// The local clock is ahead by this much.
    Ahead(Duration),
}

/// Two corrections closer than this are the same one: an answer's journey takes time.
const SAME_OFFSET_SECONDS: u64 = 60;

impl Clock {
    /// The clock of this machine, not corrected yet.
    pub fn system() -> Self {
        Self::over(SystemTime::now)
    }

    /// A clock that reads local time from `local`, which is called once per reading, from any thread.
    pub fn over(local: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        Self {
            local: Arc::new(local),
            offset_seconds: Arc::default(),
            seen_seconds: Arc::new(AtomicI64::new(NEVER)),
        }
    }

    /// The time to sign with.
    pub fn now(&self) -> SystemTime {
        self.moved(self.offset_seconds.load(Ordering::Relaxed))
    }

    /// The service's time by the `Date` of its last answer, whether or not requests are signed with
    /// it; `None` before the first one. A second off, or as many as the answer took.
    pub fn service_time(&self) -> Option<SystemTime> {
        Some(self.moved(self.seen()?))
    }

    /// How far local time is from the service's; `None` before its first answer.
    pub fn skew(&self) -> Option<ClockSkew> {
        self.seen().map(ClockSkew::of_offset)
    }

    /// Takes note of the `Date` of an answer that has just come. Signatures go on as they were.
    pub fn observe(&self, service_date: SystemTime) {
        let offset = seconds_between((self.local)(), service_date);
        self.seen_seconds.store(offset, Ordering::Relaxed);
    }

    fn seen(&self) -> Option<i64> {
        let seen = self.seen_seconds.load(Ordering::Relaxed);
        (seen != NEVER).then_some(seen)
    }

    fn moved(&self, offset: i64) -> SystemTime {
        let step = Duration::from_secs(offset.unsigned_abs());
        let local = (self.local)();
        let corrected = if offset < 0 {
            local.checked_sub(step)
        } else {
            local.checked_add(step)
        };
        corrected.unwrap_or(local)
    }

    /// Corrects this clock by the `Date` of an answer that has just come; the correction stays,
    /// whatever becomes of the request.
    ///
    /// Returns the skew when it is news, to exactly one of the callers that learn it at the same
    /// time, so that one warning is given. The request is worth another attempt either way.
    pub fn learn(&self, service_date: SystemTime) -> Option<ClockSkew> {
        // The difference to uncorrected time, so that learning twice corrects once.
        let offset = seconds_between((self.local)(), service_date);
        let known = self.offset_seconds.swap(offset, Ordering::Relaxed);
        (offset.abs_diff(known) >= SAME_OFFSET_SECONDS).then(|| ClockSkew::of_offset(offset))
    }
}

impl ClockSkew {
    /// How far it is, whichever way.
    pub fn distance(self) -> Duration {
        match self {
            Self::Behind(distance) | Self::Ahead(distance) => distance,
        }
    }

    fn of_offset(seconds: i64) -> Self {
        let distance = Duration::from_secs(seconds.unsigned_abs());
        if seconds < 0 {
            Self::Ahead(distance)
        } else {
            Self::Behind(distance)
        }
    }
}

fn seconds_between(from: SystemTime, to: SystemTime) -> i64 {
    let whole = |span: Duration| i64::try_from(span.as_secs()).unwrap_or(i64::MAX);
    match to.duration_since(from) {
        Ok(later) => whole(later),
        Err(earlier) => -whole(earlier.duration()),
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::system()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Clock")
            .field("offset_seconds", &self.offset_seconds)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for ClockSkew {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Behind(distance) => write!(f, "{}s behind", distance.as_secs()),
            Self::Ahead(distance) => write!(f, "{}s ahead", distance.as_secs()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;

    const HOUR: Duration = Duration::from_hours(1);

    fn noon() -> SystemTime {
        UNIX_EPOCH + Duration::from_hours(12)
    }

    fn stopped_at_noon() -> Clock {
        Clock::over(noon)
    }

    #[test]
    fn a_clock_that_has_learnt_nothing_tells_local_time() {
        assert_eq!(stopped_at_noon().now(), noon());
    }

    #[test]
    fn a_clock_an_hour_off_is_corrected_both_ways() {
        let clock = stopped_at_noon();
        assert_eq!(clock.learn(noon() + HOUR), Some(ClockSkew::Behind(HOUR)));
        assert_eq!(clock.now(), noon() + HOUR);
        assert_eq!(clock.learn(noon() - HOUR), Some(ClockSkew::Ahead(HOUR)));
        assert_eq!(clock.now(), noon() - HOUR);
    }

    #[test]
    fn learning_twice_corrects_once_and_is_news_once() {
        let clock = stopped_at_noon();
        clock.learn(noon() + HOUR);
        assert_eq!(clock.learn(noon() + HOUR), None);
        assert_eq!(clock.now(), noon() + HOUR);
    }

    #[test]
    fn what_an_answer_tells_in_passing_changes_no_signature() {
        let clock = stopped_at_noon();
        assert_eq!((clock.service_time(), clock.skew()), (None, None));
        clock.observe(noon() - HOUR);
        assert_eq!(clock.service_time(), Some(noon() - HOUR));
        assert_eq!(clock.skew(), Some(ClockSkew::Ahead(HOUR)));
        assert_eq!(clock.now(), noon());
    }

    #[test]
    fn clones_share_what_was_learnt() {
        let clock = stopped_at_noon();
        clock.clone().learn(noon() + HOUR);
        assert_eq!(clock.now(), noon() + HOUR);
    }

    #[test]
    fn a_corrected_clock_goes_on() {
        let base = Arc::new(AtomicI64::new(0));
        let read = Arc::clone(&base);
        let clock = Clock::over(move || {
            noon() + Duration::from_secs(read.load(Ordering::Relaxed).unsigned_abs())
        });
        clock.learn(noon() + HOUR);
        base.store(5, Ordering::Relaxed);
        assert_eq!(clock.now(), noon() + HOUR + Duration::from_secs(5));
    }
}
