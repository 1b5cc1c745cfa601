use std::fmt;
use std::num::NonZeroU64;
use std::str::FromStr;

use crate::limits::{MAX_PART_BYTES, MIN_UPLOAD_PART_BYTES};
use crate::{ByteSize, Invalid};

/// How large the parts of a transfer are, in bytes: 1 B to 5 GiB, for uploads at least 100 KiB.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartSize(NonZeroU64);

impl PartSize {
    /// The smallest part size of an upload: 100 KiB.
    pub const MIN_UPLOAD: Self = Self(NonZeroU64::new(MIN_UPLOAD_PART_BYTES).expect("not zero"));

    /// The largest part size: 5 GiB.
    pub const MAX: Self = Self(NonZeroU64::new(MAX_PART_BYTES).expect("not zero"));

    /// Takes `bytes` if a download may have such parts: 1 B to 5 GiB.
    ///
    /// # Errors
    /// [`Invalid`] otherwise.
    pub fn new(bytes: u64) -> Result<Self, Invalid> {
        NonZeroU64::new(bytes)
            .filter(|size| size.get() <= MAX_PART_BYTES)
            .map(Self)
            .ok_or_else(|| {
                let shown = ByteSize::new(bytes).to_string();
                Invalid::new("part size", &shown, "a part has 1 B to 5 GiB")
            })
    }

    /// The size in bytes.
    pub fn get(self) -> u64 {
        self.0.get()
    }
}

impl FromStr for PartSize {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::new(text.parse::<ByteSize>()?.get())
    }
}

impl fmt::Display for PartSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        ByteSize::new(self.get()).fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_has_1_byte_to_5_gib() {
        assert_eq!("8M".parse::<PartSize>().unwrap().get(), 8 << 20);
        assert_eq!("5G".parse::<PartSize>(), Ok(PartSize::MAX));
        assert!("0".parse::<PartSize>().is_err());
        assert!(PartSize::new(MAX_PART_BYTES + 1).is_err());
    }
}
