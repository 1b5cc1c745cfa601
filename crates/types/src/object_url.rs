use std::fmt;
use std::str::FromStr;

use crate::{BucketName, Invalid, ObjectKey};

/// The scheme that every object URL begins with.
const SCHEME: &str = "oss://";

/// An object URL, `oss://bucket/key`.
///
/// Raw: nothing in it is percent-decoded, everything after the bucket's `/` is the key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectUrl {
    /// The bucket.
    pub bucket: BucketName,
    /// The object in it.
    pub key: ObjectKey,
}

/// A bucket and the beginning of keys in it, `oss://bucket` or `oss://bucket/prefix`.
///
/// The prefix may be empty and need not end with `/`. Raw, like [`ObjectUrl`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PrefixUrl {
    /// The bucket.
    pub bucket: BucketName,
    /// What the keys begin with; empty means all of them.
    pub prefix: String,
}

impl PrefixUrl {
    /// Whether `text` is written as an OSS URL at all, valid or not: it begins with `oss://`.
    pub fn is_oss(text: &str) -> bool {
        text.get(..SCHEME.len())
            .is_some_and(|scheme| scheme.eq_ignore_ascii_case(SCHEME))
    }

    /// Takes the whole prefix for a key.
    ///
    /// # Errors
    /// [`Invalid`] if the prefix is empty or otherwise no key.
    pub fn to_object(&self) -> Result<ObjectUrl, Invalid> {
        Ok(ObjectUrl {
            bucket: self.bucket.clone(),
            key: self.prefix.parse()?,
        })
    }
}

impl FromStr for PrefixUrl {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        if !Self::is_oss(text) {
            let reason = "an object URL begins with oss://, as in oss://bucket/key";
            return Err(Invalid::new("object URL", text, reason));
        }
        let rest = &text[SCHEME.len()..];
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        if bucket.is_empty() {
            let reason = "it names no bucket; write oss://bucket/key";
            return Err(Invalid::new("object URL", text, reason));
        }
        Ok(Self {
            bucket: bucket.parse()?,
            prefix: prefix.to_owned(),
        })
    }
}

impl FromStr for ObjectUrl {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let url: PrefixUrl = text.parse()?;
        if url.prefix.is_empty() {
            return Err(Invalid::new(
                "object URL",
                text,
                "it names a bucket but no object; write oss://bucket/key",
            ));
        }
        url.to_object()
    }
}

impl fmt::Display for ObjectUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{SCHEME}{}/{}", self.bucket, self.key)
    }
}

impl fmt::Display for PrefixUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{SCHEME}{}/{}", self.bucket, self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_decoded() {
        let url: ObjectUrl = "oss://bucket/a%20b//c?d#e".parse().unwrap();
        assert_eq!(url.key.as_str(), "a%20b//c?d#e");
        assert_eq!(url.to_string(), "oss://bucket/a%20b//c?d#e");
    }

    #[test]
    fn a_bucket_alone_is_a_prefix_but_no_object() {
        assert_eq!("oss://bucket".parse::<PrefixUrl>().unwrap().prefix, "");
        assert_eq!("oss://bucket/".parse::<PrefixUrl>().unwrap().prefix, "");
        assert!("oss://bucket".parse::<ObjectUrl>().is_err());
        assert!("oss://bucket/".parse::<ObjectUrl>().is_err());
    }

    #[test]
    fn other_schemes_and_bad_buckets_are_refused() {
        for bad in [
            "s3://bucket/key",
            "bucket/key",
            "oss:/bucket/key",
            "oss:///key",
            "oss://B/k",
            "é",
        ] {
            assert!(bad.parse::<ObjectUrl>().is_err(), "{bad}");
        }
    }
}
