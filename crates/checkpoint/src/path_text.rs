//! Paths as text: UTF-8 in which `%` and bytes that are not UTF-8 are percent-encoded.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::text::Unreadable;

pub(crate) fn encode(path: &Path) -> String {
    let mut text = String::new();
    for chunk in path.as_os_str().as_bytes().utf8_chunks() {
        text.push_str(&chunk.valid().replace('%', "%25"));
        for byte in chunk.invalid() {
            // Writing to a `String` cannot fail.
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

/// Reads what [`encode`] writes: a `%` is followed by two hexadecimal digits.
pub(crate) fn decode(text: &str) -> Result<PathBuf, Unreadable> {
    let mut pieces = text.split('%');
    let mut bytes = pieces.next().unwrap_or_default().as_bytes().to_vec();
    for piece in pieces {
        let (digits, rest) = piece.split_at_checked(2).ok_or(Unreadable)?;
        if !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(Unreadable);
        }
        bytes.push(u8::from_str_radix(digits, 16).map_err(|_| Unreadable)?);
        bytes.extend_from_slice(rest.as_bytes());
    }
    Ok(PathBuf::from(OsString::from_vec(bytes)))
}

/// A path that is written as text and comes back as it was, whatever bytes are in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathText(pub PathBuf);

impl Serialize for PathText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for PathText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let path = decode(&text).map_err(|_| de::Error::custom("no encoding of a path"))?;
        Ok(Self(path))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn people_can_read_it() {
        let path = PathBuf::from(OsString::from_vec(b"/d/100% \xe4\xb8\xad\xff".to_vec()));
        assert_eq!(encode(&path), "/d/100%25 中%FF");
    }

    #[test]
    fn a_broken_encoding_is_no_path() {
        for bad in ["%", "%4", "%4g", "%+4", "a%é"] {
            assert_eq!(decode(bad), Err(Unreadable), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn any_path_comes_back(bytes: Vec<u8>) {
            let path = PathBuf::from(OsString::from_vec(bytes));
            prop_assert_eq!(decode(&encode(&path)), Ok(path));
        }
    }
}
