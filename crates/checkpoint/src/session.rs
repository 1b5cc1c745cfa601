use std::fmt;
use std::hash::{BuildHasher, RandomState};

/// Tells the lines of one session from those of every other that lay in the same blocks before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SessionId([u8; 16]);

impl SessionId {
    pub(crate) fn random() -> Self {
        // What seeds std's hash maps comes from the operating system.
        let seed = RandomState::new().hash_one(std::process::id());
        Self(fastrand::Rng::with_seed(seed).u128(..).to_be_bytes())
    }

    pub(crate) fn bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// Reads what `Display` prints: 32 lower-case hexadecimal digits.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let id = Self(u128::from_str_radix(text, 16).ok()?.to_be_bytes());
        (id.to_string() == text).then_some(id)
    }
}

impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", u128::from_be_bytes(self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sessions_differ_and_are_read_as_they_are_printed() {
        let (one, other) = (SessionId::random(), SessionId::random());
        assert_ne!(one, other);
        assert_eq!(SessionId::parse(&one.to_string()), Some(one));
        for bad in ["", "0", "+0000000000000000000000000000000", &"A".repeat(32)] {
            assert_eq!(SessionId::parse(bad), None, "{bad}");
        }
    }
}
