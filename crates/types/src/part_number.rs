use std::fmt;
use std::num::NonZeroU16;
use std::str::FromStr;

use crate::Invalid;
use crate::limits::MAX_PARTS;

/// The number of a part in its upload: 1 to 10,000, in the order of the object's bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartNumber(NonZeroU16);

impl PartNumber {
    /// The first part.
    pub const FIRST: Self = Self(NonZeroU16::MIN);

    /// Takes `number` if it is 1 to 10,000.
    ///
    /// # Errors
    /// [`Invalid`] otherwise.
    pub fn new(number: u32) -> Result<Self, Invalid> {
        u16::try_from(number)
            .ok()
            .filter(|_| number <= MAX_PARTS)
            .and_then(NonZeroU16::new)
            .map(Self)
            .ok_or_else(|| {
                Invalid::new(
                    "part number",
                    &number.to_string(),
                    "parts are numbered 1 to 10000",
                )
            })
    }

    /// The number, 1 to 10,000.
    pub fn get(self) -> u32 {
        u32::from(self.0.get())
    }
}

impl FromStr for PartNumber {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let number = text
            .parse()
            .map_err(|_| Invalid::new("part number", text, "parts are numbered 1 to 10000"))?;
        Self::new(number)
    }
}

impl fmt::Display for PartNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_numbered_1_to_10000() {
        assert_eq!(PartNumber::new(1), Ok(PartNumber::FIRST));
        assert_eq!(PartNumber::new(10_000).map(PartNumber::get), Ok(10_000));
        for bad in [0, 10_001, 65_537, u32::MAX] {
            assert!(PartNumber::new(bad).is_err(), "{bad}");
        }
        assert!("-1".parse::<PartNumber>().is_err());
    }
}
