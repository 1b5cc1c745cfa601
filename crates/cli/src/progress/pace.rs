use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// The rate of the last while, from what was moved now: what was there already is not in it.
#[derive(Debug, Default)]
pub(super) struct Pace(VecDeque<(Instant, u64)>);

/// So far back the rate looks.
const WINDOW: Duration = Duration::from_secs(20);

impl Pace {
    pub(super) fn add(&mut self, now: Instant, bytes_moved: u64) {
        self.0.push_back((now, bytes_moved));
        while self.0.len() > 2 && now.duration_since(self.0[1].0) >= WINDOW {
            self.0.pop_front();
        }
    }

    pub(super) fn bytes_per_second(&self) -> Option<u64> {
        let ((since, before), (now, moved)) = (self.0.front()?, self.0.back()?);
        let millis = u64::try_from(now.duration_since(*since).as_millis()).ok()?;
        moved
            .saturating_sub(*before)
            .saturating_mul(1000)
            .checked_div(millis)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_that_of_the_last_while() {
        let began = Instant::now();
        let mut pace = Pace::default();
        assert_eq!(pace.bytes_per_second(), None);
        for second in 0..60 {
            let moved = if second < 30 { 0 } else { (second - 30) * 1000 };
            pace.add(began + Duration::from_secs(second), moved);
        }
        assert_eq!(pace.bytes_per_second(), Some(1000));
        assert!(pace.0.len() < 30);
    }
}
