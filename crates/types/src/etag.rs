use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;
use std::sync::Arc;

use crate::Invalid;

/// Above this many bytes it is no ETag of OSS; real ones have 32 to 40.
const MAX_ETAG_BYTES: usize = 1024;

/// An object's or part's ETag: opaque, compared whole.
///
/// Quotes around it are dropped when it is parsed, and letter case does not matter when it is
/// compared: proxies and SDKs change both. It is not a hash that can be compared with one; the few
/// ETags that are the MD5 of the content say so through [`ETag::as_md5`]. Clones share the text: an
/// upload keeps 10,000 of them, in several lists.
#[derive(Clone)]
pub struct ETag(Arc<str>);

impl ETag {
    /// The ETag without quotes.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The ETag in quotes, as headers and XML carry it.
    pub fn quoted(&self) -> String {
        ["\"", &self.0, "\""].concat()
    }

    /// The MD5 that this ETag has the form of: 32 hexadecimal digits.
    ///
    /// The form is no proof. OSS makes such ETags for simple uploads and parts, except with KMS or
    /// SM4 encryption, where the digits are random (official documentation of `PutObject`).
    pub fn as_md5(&self) -> Option<[u8; 16]> {
        if self.0.len() != 32 || !self.0.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        let mut md5 = [0; 16];
        for (byte, digits) in md5.iter_mut().zip(self.0.as_bytes().chunks_exact(2)) {
            let digits = str::from_utf8(digits).ok()?;
            *byte = u8::from_str_radix(digits, 16).ok()?;
        }
        Some(md5)
    }
}

impl FromStr for ETag {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let bare = text.trim();
        let bare = bare
            .strip_prefix('"')
            .and_then(|rest| rest.strip_suffix('"'))
            .unwrap_or(bare);
        if bare.is_empty() || bare.len() > MAX_ETAG_BYTES {
            return Err(Invalid::new("ETag", text, "it has 1 to 1024 characters"));
        }
        if !bare.bytes().all(|b| b.is_ascii_graphic() && b != b'"') {
            return Err(Invalid::new(
                "ETag",
                text,
                "it has only printable ASCII characters",
            ));
        }
        Ok(Self(bare.into()))
    }
}

impl PartialEq for ETag {
    fn eq(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(&other.0)
    }
}

impl Eq for ETag {}

impl Hash for ETag {
    fn hash<H: Hasher>(&self, state: &mut H) {
        for byte in self.0.bytes() {
            state.write_u8(byte.to_ascii_uppercase());
        }
    }
}

impl fmt::Display for ETag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for ETag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn etag(text: &str) -> ETag {
        text.parse().unwrap()
    }

    #[test]
    fn quotes_and_case_do_not_matter() {
        assert_eq!(etag("\"5D41402A\""), etag("5d41402a"));
        assert_ne!(etag("5D41402A-3"), etag("5D41402A"));
        assert_eq!(etag("5D41402A").quoted(), "\"5D41402A\"");
    }

    #[test]
    fn only_thirty_two_hex_digits_look_like_an_md5() {
        let md5 = etag("5D41402ABC4B2A76B9719D911017C592").as_md5().unwrap();
        assert_eq!(md5[..2], [0x5d, 0x41]);
        assert_eq!(etag("5D41402ABC4B2A76B9719D911017C592-2").as_md5(), None);
        assert_eq!(etag("5D41402ABC4B2A76B9719D911017C5+2").as_md5(), None);
    }

    #[test]
    fn nothing_that_would_break_a_header_is_an_etag() {
        for bad in ["", "\"\"", "a\"b", "a b", "a\r\nx: y", "é"] {
            assert!(bad.parse::<ETag>().is_err(), "{bad:?}");
        }
    }
}
