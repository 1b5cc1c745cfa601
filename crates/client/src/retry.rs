use std::time::{Duration, Instant};

/// How often a failed request is repeated, and how long to wait before.
///
/// The wait is chosen at random below a ceiling that doubles ("full jitter"), so that many clients
/// that failed together do not come back together. There is a floor too: no failure, however quick,
/// turns into a hot loop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    /// How many attempts may follow the first.
    pub retries: u32,
    /// The ceiling of the first wait.
    pub first_wait: Duration,
    /// The ceiling that no wait passes, except one that the service asked for.
    pub longest_wait: Duration,
}

/// No wait is shorter.
const SHORTEST_WAIT: Duration = Duration::from_millis(20);

/// A service that asks for a longer wait than this is not obeyed further.
const LONGEST_ASKED_WAIT: Duration = Duration::from_mins(2);

impl Default for RetryPolicy {
    /// Eight retries within about a minute in all.
    fn default() -> Self {
        Self {
            retries: 8,
            first_wait: Duration::from_millis(200),
            longest_wait: Duration::from_secs(20),
        }
    }
}

impl RetryPolicy {
    /// The wait before attempt `retry` (1 is the first repetition).
    ///
    /// `random` is from 0 to 1; `asked` is what the service asked for, in a `Retry-After` or
    /// `x-oss-qos-delay-time` header.
    pub(crate) fn wait(&self, retry: u32, random: f64, asked: Option<Duration>) -> Duration {
        let doublings = retry.saturating_sub(1).min(16);
        let ceiling = self
            .first_wait
            .saturating_mul(1 << doublings)
            .min(self.longest_wait);
        let jittered = ceiling.mul_f64(random.clamp(0.0, 1.0)).max(SHORTEST_WAIT);
        let asked = asked.unwrap_or_default().min(LONGEST_ASKED_WAIT);
        jittered.max(asked)
    }
}

/// What one operation has left to spend on retries.
///
/// An operation that continues a broken body asks anew with the same budget, so that its requests
/// never pass one more than the policy's retries.
#[derive(Debug, Clone)]
pub struct RetryBudget {
    policy: RetryPolicy,
    attempts: u32,
    since: Instant,
    may_wait: bool,
}

impl RetryBudget {
    /// A budget that nothing has been spent of.
    pub fn new(policy: RetryPolicy) -> Self {
        Self {
            policy,
            attempts: 0,
            since: Instant::now(),
            may_wait: true,
        }
    }

    /// The same for an operation that is not repeated but where that needs no wait.
    pub(crate) fn without_waits(policy: RetryPolicy) -> Self {
        Self {
            may_wait: false,
            ..Self::new(policy)
        }
    }

    /// How many attempts have been made.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// How long ago the first attempt began.
    pub fn elapsed(&self) -> Duration {
        self.since.elapsed()
    }

    /// Takes note of an attempt that begins.
    pub fn begin(&mut self) {
        self.attempts += 1;
    }

    /// Whether there may be another attempt.
    pub(crate) fn may_go_on(&self) -> bool {
        self.attempts <= self.policy.retries
    }

    /// The wait before another attempt; `None` if there may be none.
    pub fn next_wait(&self, asked: Option<Duration>) -> Option<Duration> {
        (self.may_wait && self.may_go_on())
            .then(|| self.policy.wait(self.attempts, fastrand::f64(), asked))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ceiling_doubles_up_to_its_limit() {
        let policy = RetryPolicy::default();
        let ceilings: Vec<_> = [1, 2, 3, 7, 8, 1000]
            .map(|retry| policy.wait(retry, 1.0, None).as_millis())
            .to_vec();
        assert_eq!(ceilings, [200, 400, 800, 12_800, 20_000, 20_000]);
    }

    #[test]
    fn no_wait_is_so_short_that_it_makes_a_hot_loop() {
        assert_eq!(RetryPolicy::default().wait(1, 0.0, None), SHORTEST_WAIT);
    }

    #[test]
    fn a_wait_that_the_service_asks_for_is_kept_within_reason() {
        let policy = RetryPolicy::default();
        let asked = |secs| policy.wait(1, 0.0, Some(Duration::from_secs(secs)));
        assert_eq!(asked(5), Duration::from_secs(5));
        assert_eq!(asked(86_400), LONGEST_ASKED_WAIT);
    }

    #[test]
    fn attempts_are_one_more_than_retries() {
        let mut budget = RetryBudget::new(RetryPolicy {
            retries: 2,
            ..RetryPolicy::default()
        });
        let mut attempts = 0;
        loop {
            budget.begin();
            attempts += 1;
            if budget.next_wait(None).is_none() {
                break;
            }
        }
        assert_eq!(attempts, 3);
    }
}
