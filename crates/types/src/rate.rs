use std::fmt;
use std::num::NonZeroU64;
use std::str::FromStr;

use crate::{ByteSize, Invalid};

/// A number of bytes a second, as users write it: `10M`, `512K/s`; at least 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rate(NonZeroU64);

impl Rate {
    /// That many bytes a second.
    pub fn new(bytes_per_second: NonZeroU64) -> Self {
        Self(bytes_per_second)
    }

    /// Bytes a second; at least 1.
    pub fn bytes_per_second(self) -> u64 {
        self.0.get()
    }
}

impl FromStr for Rate {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let size = text.trim().trim_end_matches("/s");
        let refuse = || Invalid::new("rate", text, "write bytes a second, at least 1: 10M");
        let bytes = size.parse::<ByteSize>().map_err(|_| refuse())?.get();
        NonZeroU64::new(bytes).map(Self).ok_or_else(refuse)
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/s", ByteSize::new(self.0.get()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_bytes_a_second_and_never_zero() {
        assert_eq!("10M".parse::<Rate>().unwrap().bytes_per_second(), 10 << 20);
        assert_eq!("1K/s".parse::<Rate>().unwrap().to_string(), "1 KiB/s");
        for bad in ["0", "", "fast", "10M/m"] {
            assert!(bad.parse::<Rate>().is_err(), "{bad}");
        }
    }
}
