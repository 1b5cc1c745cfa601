use std::fmt;
use std::str::FromStr;

use crate::Invalid;
use crate::limits::MAX_KEY_BYTES;

/// The name of an object in its bucket: 1 to 1,023 bytes of UTF-8, not beginning with `/` or `\`.
///
/// The rule is that of the official documentation. A key is compared byte by byte and never
/// normalised: `a//b/../c` is a key like any other, and control characters are allowed.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectKey(String);

impl ObjectKey {
    /// The key as text, exactly as OSS has it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What follows the last `/`: the name a file made from this object would have.
    ///
    /// Empty for a key that ends with `/`, the usual stand-in for a directory.
    pub fn base_name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }
}

impl FromStr for ObjectKey {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let refuse = |reason: &'static str| Err(Invalid::new("object key", text, reason));
        if text.is_empty() {
            return refuse("an object key is not empty");
        }
        if text.len() > MAX_KEY_BYTES {
            return refuse("an object key has at most 1023 bytes of UTF-8");
        }
        if text.starts_with(['/', '\\']) {
            return refuse("an object key does not begin with / or \\");
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for ObjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for ObjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_any_utf8_up_to_its_length() {
        let longest = "k".repeat(MAX_KEY_BYTES);
        for good in [
            "a",
            "a//b/../c",
            "../x",
            "中文 🎉",
            "a\u{1}b",
            " ",
            longest.as_str(),
        ] {
            assert_eq!(good.parse::<ObjectKey>().unwrap().as_str(), good);
        }
    }

    #[test]
    fn empty_long_and_rooted_keys_are_refused() {
        let too_long = "k".repeat(MAX_KEY_BYTES + 1);
        for bad in ["", "/a", "\\a", too_long.as_str()] {
            assert!(bad.parse::<ObjectKey>().is_err(), "{bad}");
        }
    }

    #[test]
    fn the_base_name_follows_the_last_slash() {
        let base = |key: &str| key.parse::<ObjectKey>().unwrap().base_name().to_owned();
        assert_eq!(base("a/b/c.bin"), "c.bin");
        assert_eq!(base("c.bin"), "c.bin");
        assert_eq!(base("a/b/"), "");
    }
}
