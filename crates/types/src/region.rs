use std::fmt;
use std::str::FromStr;

use crate::Invalid;

/// A region's ID, such as `cn-hangzhou`.
///
/// Parsing accepts and drops the `oss-` that endpoints and `GetBucketLocation` put before it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Region(String);

impl Region {
    /// The region's ID without `oss-`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Region {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let id = text.strip_prefix("oss-").unwrap_or(text);
        let valid = !id.is_empty()
            && id.len() <= 63
            && id
                .bytes()
                .all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'))
            && !id.starts_with('-')
            && !id.ends_with('-');
        if valid {
            Ok(Self(id.to_owned()))
        } else {
            Err(Invalid::new("region", text, "write it like cn-hangzhou"))
        }
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oss_prefix_is_dropped() {
        assert_eq!(
            "oss-cn-hangzhou".parse::<Region>().unwrap().as_str(),
            "cn-hangzhou"
        );
        assert_eq!(
            "cn-hangzhou".parse::<Region>().unwrap().as_str(),
            "cn-hangzhou"
        );
        for bad in ["", "oss-", "CN", "cn hangzhou", "cn/x", "-cn"] {
            assert!(bad.parse::<Region>().is_err(), "{bad}");
        }
    }
}
