use std::collections::BTreeMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Bytes over time, in at most 240 steps of equal length, whatever time they cover.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// How long a step is, in seconds: a power of two.
    step: u64,
    /// Bytes of each step, by the number of steps since 1970.
    bytes: BTreeMap<u64, u64>,
}

const MOST_STEPS: u64 = 240;

impl Default for Series {
    fn default() -> Self {
        Self {
            step: 1,
            bytes: BTreeMap::new(),
        }
    }
}

impl Series {
    /// Adds bytes that were moved until `end`, evenly in the time that it took.
    pub(crate) fn add(&mut self, end: SystemTime, elapsed_ms: u64, bytes: u64) {
        let end = end.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let begin = end.saturating_sub(elapsed_ms / 1000);
        self.make_room(begin, end);
        let (first, last) = (begin / self.step, end / self.step);
        let steps = last - first + 1;
        for at in first..=last {
            // What does not divide is the last one's.
            let share = match at {
                _ if at == last => bytes - bytes / steps * (steps - 1),
                _ => bytes / steps,
            };
            let sum = self.bytes.entry(at).or_default();
            *sum = sum.saturating_add(share);
        }
    }

    /// Makes steps as long as it takes.
    fn make_room(&mut self, begin: u64, end: u64) {
        loop {
            let first = self.bytes.keys().next().copied().unwrap_or(u64::MAX);
            let last = self.bytes.keys().next_back().copied().unwrap_or(0);
            let first = first.min(begin / self.step);
            let last = last.max(end / self.step);
            if last - first < MOST_STEPS {
                return;
            }
            self.step *= 2;
            let mut wider = BTreeMap::new();
            for (at, bytes) in std::mem::take(&mut self.bytes) {
                *wider.entry(at / 2).or_default() += bytes;
            }
            self.bytes = wider;
        }
    }

    /// How long a step is.
    pub fn step(&self) -> Duration {
        Duration::from_secs(self.step)
    }

    /// When the first step begins; `None` if there is none.
    pub fn begin(&self) -> Option<SystemTime> {
        let first = self.bytes.keys().next()?;
        UNIX_EPOCH.checked_add(Duration::from_secs(first.saturating_mul(self.step)))
    }

    /// Bytes a second in each step, from the first to the last.
    pub fn rates(&self) -> Vec<u64> {
        let (Some(first), Some(last)) = (self.bytes.keys().next(), self.bytes.keys().next_back())
        else {
            return Vec::new();
        };
        let rate = |at| self.bytes.get(&at).copied().unwrap_or(0) / self.step;
        (*first..=*last).map(rate).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(seconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(seconds)
    }

    proptest! {
        #[test]
        fn no_byte_is_lost_and_no_time_takes_more_steps(
            adds in proptest::collection::vec((0..1_u64 << 33, 0..1_u64 << 30, 0..1_u64 << 40), 1..30)
        ) {
            let mut series = Series::default();
            for (end, elapsed, bytes) in &adds {
                series.add(at(*end), *elapsed, *bytes);
                prop_assert!(series.rates().len() as u64 <= MOST_STEPS);
            }
            let sum: u64 = series.bytes.values().sum();
            prop_assert_eq!(sum, adds.iter().map(|(_, _, bytes)| bytes).sum::<u64>());
        }
    }

    #[test]
    fn bytes_are_spread_over_the_time_that_they_took() {
        let mut series = Series::default();
        series.add(at(103), 3000, 43);
        assert_eq!(series.begin(), Some(at(100)));
        assert_eq!(series.rates(), [10, 10, 10, 13]);
        series.add(at(105), 0, 7);
        assert_eq!(series.rates(), [10, 10, 10, 13, 0, 7]);
        series.add(at(100 + 300), 0, 4);
        assert_eq!(series.step(), Duration::from_secs(2));
        assert_eq!(series.rates()[..3], [10, 11, 3]);
        assert_eq!(Series::default().rates(), [0_u64; 0]);
    }
}
