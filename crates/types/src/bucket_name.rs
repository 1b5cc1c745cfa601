use std::fmt;
use std::str::FromStr;

use crate::Invalid;

/// The name of a bucket: 3 to 63 characters of `a-z`, `0-9` and `-`, neither first nor last `-`.
///
/// The rule is that of the official documentation, so a valid name is always one DNS label.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BucketName(String);

impl BucketName {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for BucketName {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let refuse = |reason: &'static str| Err(Invalid::new("bucket name", text, reason));
        if !(3..=63).contains(&text.len()) {
            return refuse("a bucket name has 3 to 63 characters");
        }
        if !text
            .bytes()
            .all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'))
        {
            return refuse("a bucket name has only a-z, 0-9 and -");
        }
        if text.starts_with('-') || text.ends_with('-') {
            return refuse("a bucket name neither begins nor ends with -");
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for BucketName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for BucketName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_one_dns_label() {
        for good in ["abc", "a-b", "0a9", &"x".repeat(63)] {
            assert!(good.parse::<BucketName>().is_ok(), "{good}");
        }
        for bad in [
            "",
            "ab",
            "-ab",
            "ab-",
            "A-b",
            "a.b",
            "a_b",
            "a/b",
            "é--",
            &"x".repeat(64),
        ] {
            assert!(bad.parse::<BucketName>().is_err(), "{bad}");
        }
    }
}
