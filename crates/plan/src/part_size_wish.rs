use std::fmt;
use std::str::FromStr;

use ossum_types::{Invalid, PartSize};

/// How large a user wants parts to be: `auto` or a size such as `8M`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PartSizeWish {
    /// Whatever suits the object.
    #[default]
    Auto,
    /// That size, or the next larger one with which the object has few enough parts.
    Asked(PartSize),
}

impl PartSizeWish {
    /// The size that was asked for, if one was.
    pub fn asked(self) -> Option<PartSize> {
        match self {
            Self::Auto => None,
            Self::Asked(size) => Some(size),
        }
    }
}

impl FromStr for PartSizeWish {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        if text.trim().eq_ignore_ascii_case("auto") {
            return Ok(Self::Auto);
        }
        text.parse().map(Self::Asked)
    }
}

impl fmt::Display for PartSizeWish {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auto => f.write_str("auto"),
            Self::Asked(size) => size.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn auto_and_sizes_are_understood() {
        assert_eq!("auto".parse(), Ok(PartSizeWish::Auto));
        let asked: PartSizeWish = "8M".parse().unwrap();
        assert_eq!(asked.asked().map(PartSize::get), Some(8 << 20));
        assert_eq!(asked.to_string(), "8 MiB");
        assert!("automatic".parse::<PartSizeWish>().is_err());
    }
}
