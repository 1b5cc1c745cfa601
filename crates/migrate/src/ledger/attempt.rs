use std::fmt;
use std::str::FromStr;
use std::time::SystemTime;

use ossum_types::Invalid;

use crate::time::compact;

/// One go at a shard by one process: names sort as the times at which they began.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Attempt(String);

impl Attempt {
    /// A new one that begins at `now`. Two that begin in the same second have the same name with a chance of
    /// one in 2^32.
    pub fn new(now: SystemTime) -> Self {
        Self(format!("{}-{:08x}", compact(now), fastrand::u32(..)))
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Attempt {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
        if text.is_empty() || text.len() > 64 || !text.chars().all(is_plain) {
            let reason = "it has 1 to 64 letters, digits and -";
            return Err(Invalid::new("attempt", text, reason));
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    #[test]
    fn later_attempts_sort_behind_and_two_at_once_differ() {
        let at = |seconds| Attempt::new(UNIX_EPOCH + Duration::from_secs(seconds));
        assert!(at(1_795_809_636) < at(1_795_809_637));
        assert_ne!(at(1), at(1));
        let attempt = at(1);
        assert_eq!(attempt.as_str().parse(), Ok(attempt));
        assert!("../x".parse::<Attempt>().is_err());
    }
}
