use std::fmt;
use std::str::FromStr;

use crate::Invalid;

/// A number of bytes as users write it: `1536`, `100K`, `1.5G`, `8MiB`.
///
/// K, M, G and T are powers of 1024, as are KiB to TiB; case does not matter. Printed with the
/// largest unit that leaves at least 1, to two decimals at most: `1.5 GiB`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct ByteSize(u64);

/// The units by their first letter, smallest first, with the power of two each stands for.
const UNITS: [(char, u32); 4] = [('K', 10), ('M', 20), ('G', 30), ('T', 40)];

impl ByteSize {
    /// That many bytes.
    pub const fn new(bytes: u64) -> Self {
        Self(bytes)
    }

    /// The size in bytes.
    pub const fn get(self) -> u64 {
        self.0
    }
}

/// The power of two that a unit such as `K`, `KiB` or `B` stands for.
fn power_of(unit: &str) -> Option<u32> {
    let unit = unit.to_ascii_uppercase();
    if unit.is_empty() || unit == "B" {
        return Some(0);
    }
    let (letter, power) = UNITS.iter().find(|(letter, _)| unit.starts_with(*letter))?;
    matches!(unit.strip_prefix(*letter)?, "" | "B" | "IB").then_some(*power)
}

/// `whole.fraction × 2^power`, rounded down; `None` past `u64::MAX`.
///
/// Exact: a size that steers a part layout must not pass through floating point.
fn scale(whole: u64, fraction: &str, power: u32) -> Option<u64> {
    let mut bytes = u128::from(whole) << power;
    if !fraction.is_empty() {
        let digits: u128 = fraction.parse().ok()?;
        bytes += (digits << power) / 10_u128.pow(u32::try_from(fraction.len()).ok()?);
    }
    u64::try_from(bytes).ok()
}

impl FromStr for ByteSize {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let refuse = || {
            Invalid::new(
                "size",
                text,
                "write a number of bytes or one with K, M, G or T: 8M",
            )
        };
        let trimmed = text.trim();
        let digits_end = trimmed
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(trimmed.len());
        let (number, unit) = trimmed.split_at(digits_end);
        let power = power_of(unit.trim_start()).ok_or_else(refuse)?;
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        // Twelve digits after the point are finer than one byte of a tebibyte.
        if fraction.len() > 12 || fraction.contains('.') || number.ends_with('.') {
            return Err(refuse());
        }
        let whole = whole.parse().map_err(|_| refuse())?;
        scale(whole, fraction, power).map(Self).ok_or_else(refuse)
    }
}

impl fmt::Display for ByteSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((letter, power)) = UNITS.iter().rev().find(|(_, power)| self.0 >> power > 0)
        else {
            return write!(f, "{} B", self.0);
        };
        let hundredths = (u128::from(self.0) * 100) >> power;
        let (whole, rest) = (hundredths / 100, hundredths % 100);
        match (rest, rest % 10) {
            (0, _) => write!(f, "{whole} {letter}iB"),
            (_, 0) => write!(f, "{whole}.{} {letter}iB", rest / 10),
            _ => write!(f, "{whole}.{rest:02} {letter}iB"),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn bytes(text: &str) -> Option<u64> {
        text.parse::<ByteSize>().ok().map(ByteSize::get)
    }

    #[test]
    fn letters_are_powers_of_1024() {
        assert_eq!(bytes("1536"), Some(1536));
        assert_eq!(bytes("100K"), Some(102_400));
        assert_eq!(bytes("8 MiB"), Some(8 << 20));
        assert_eq!(bytes("8mb"), Some(8 << 20));
        assert_eq!(bytes("1.5g"), Some(3 << 29));
        assert_eq!(bytes("50T"), Some(50 << 40));
        assert_eq!(bytes("0.1K"), Some(102));
    }

    #[test]
    fn anything_else_is_refused() {
        for bad in [
            "",
            "K",
            "-1",
            "1.",
            ".5",
            "1.2.3",
            "1X",
            "1KK",
            "1e3",
            "16777216T",
            "1 i B",
        ] {
            assert_eq!(bytes(bad), None, "{bad}");
        }
    }

    #[test]
    fn it_prints_with_the_largest_fitting_unit() {
        let shown = |bytes| ByteSize::new(bytes).to_string();
        assert_eq!(shown(0), "0 B");
        assert_eq!(shown(1023), "1023 B");
        assert_eq!(shown(1536), "1.5 KiB");
        assert_eq!(shown(8 << 20), "8 MiB");
        assert_eq!(shown((1 << 30) + (1 << 24)), "1.01 GiB");
        assert_eq!(shown(u64::MAX), "16777215.99 TiB");
    }

    proptest! {
        #[test]
        fn a_plain_number_is_that_many_bytes(n: u64) {
            prop_assert_eq!(bytes(&n.to_string()), Some(n));
        }

        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,24}") {
            let _ = text.parse::<ByteSize>();
        }
    }
}
