use std::time::Instant;

use tokio::runtime::{Handle, RuntimeFlavor};

/// What waiting costs: between retries, for a slow server, for one that never answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Waits {
    /// No time: when everything on a runtime waits, its time moves on to the end of the next wait.
    ///
    /// Each current-thread runtime that a request is sent on gets its time paused for good, as
    /// [`tokio::time::pause`] does. On other runtimes waits take their time.
    Skipped,
    /// The time that they say.
    Real,
}

impl Waits {
    /// Pauses the time of the runtime that polls this, if that is to be and can be.
    pub(super) fn take_effect(self) {
        let pausable = Handle::current().runtime_flavor() == RuntimeFlavor::CurrentThread;
        if self == Self::Skipped && pausable && !is_paused() {
            tokio::time::pause();
        }
    }
}

/// Whether the runtime's time stands, while that of the machine moves; tokio does not tell.
fn is_paused() -> bool {
    let before = tokio::time::Instant::now();
    let began = Instant::now();
    while Instant::now() == began {
        std::hint::spin_loop();
    }
    tokio::time::Instant::now() == before
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn an_hour_passes_at_once_where_waits_are_skipped() {
        Waits::Skipped.take_effect();
        Waits::Skipped.take_effect();
        let began = Instant::now();
        tokio::time::sleep(Duration::from_hours(1)).await;
        assert!(began.elapsed() < Duration::from_mins(1));
    }

    #[tokio::test(start_paused = true)]
    async fn time_that_is_paused_stays_so() {
        Waits::Skipped.take_effect();
        assert!(is_paused());
    }

    #[tokio::test]
    async fn time_goes_on_where_waits_are_real() {
        Waits::Real.take_effect();
        assert!(!is_paused());
    }
}
