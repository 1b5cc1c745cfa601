use std::fmt;

use ossum_types::{Invalid, Rate};

/// The bounds of the official documentation of `x-oss-traffic-limit`: 100 KiB/s to 100 MiB/s.
const BITS_PER_SECOND: std::ops::RangeInclusive<u64> = 819_200..=838_860_800;

/// How fast OSS moves the bytes of one request: 819,200 to 838,860,800 bits a second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TrafficLimit(u64);

impl TrafficLimit {
    /// Takes `bits_per_second` if OSS does.
    ///
    /// # Errors
    /// [`Invalid`] otherwise.
    pub fn new(bits_per_second: u64) -> Result<Self, Invalid> {
        if BITS_PER_SECOND.contains(&bits_per_second) {
            return Ok(Self(bits_per_second));
        }
        let shown = format!("{bits_per_second} bit/s");
        let reason = "OSS limits to 819200 to 838860800 bit/s: 100 KiB/s to 100 MiB/s";
        Err(Invalid::new("traffic limit", &shown, reason))
    }

    /// Bits a second.
    pub fn bits_per_second(self) -> u64 {
        self.0
    }
}

impl TryFrom<Rate> for TrafficLimit {
    type Error = Invalid;

    fn try_from(rate: Rate) -> Result<Self, Invalid> {
        Self::new(rate.bytes_per_second().saturating_mul(8))
    }
}

impl fmt::Display for TrafficLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bit/s", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_one_that_oss_takes() {
        for (rate, bits) in [("100K", Some(819_200)), ("100M", Some(838_860_800))] {
            let limit = TrafficLimit::try_from(rate.parse::<Rate>().unwrap());
            assert_eq!(limit.ok().map(TrafficLimit::bits_per_second), bits);
        }
        for bad in ["99K", "101M", "9T"] {
            let rate: Rate = bad.parse().unwrap();
            assert!(TrafficLimit::try_from(rate).is_err(), "{bad}");
        }
    }
}
