use std::fmt;
use std::str::FromStr;

use crate::Invalid;

/// A half-open range of bytes, `start..end`, never empty.
///
/// Users, the `Range` header and `Content-Range` write the last byte instead of the end:
/// `0-499` is `0..500`. Parsing and printing use that form.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ByteRange {
    start: u64,
    end: u64,
}

impl ByteRange {
    /// The bytes from `start` up to but without `end`; `None` if there are none.
    pub fn new(start: u64, end: u64) -> Option<Self> {
        (start < end).then_some(Self { start, end })
    }

    /// The `len` bytes from `start`; `None` if there are none or they would pass `u64::MAX`.
    pub fn from_len(start: u64, len: u64) -> Option<Self> {
        Self::new(start, start.checked_add(len)?)
    }

    /// The offset of the first byte.
    pub fn start(self) -> u64 {
        self.start
    }

    /// The offset after the last byte.
    pub fn end(self) -> u64 {
        self.end
    }

    /// How many bytes it spans; at least 1.
    #[allow(clippy::len_without_is_empty)] // it never is
    pub fn len(self) -> u64 {
        self.end - self.start
    }

    /// What remains after its first `done` bytes; `None` if nothing does.
    pub fn skip(self, done: u64) -> Option<Self> {
        Self::new(self.start.checked_add(done)?, self.end)
    }

    /// The value of a `Range` or `x-oss-copy-source-range` header: `bytes=0-499`.
    pub fn to_header(self) -> String {
        format!("bytes={self}")
    }
}

impl FromStr for ByteRange {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let refuse = || {
            let reason = "write FIRST-LAST, both included, such as 0-499; a LAST behind the end means the end";
            Invalid::new("byte range", text, reason)
        };
        let (first, last) = text.split_once('-').ok_or_else(refuse)?;
        // `u64::from_str` also takes a leading `+`.
        if first.starts_with('+') || last.starts_with('+') {
            return Err(refuse());
        }
        let first: u64 = first.parse().map_err(|_| refuse())?;
        let last: u64 = last.parse().map_err(|_| refuse())?;
        let end = last.checked_add(1).ok_or_else(refuse)?;
        Self::new(first, end).ok_or_else(refuse)
    }
}

impl fmt::Display for ByteRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.start, self.end - 1)
    }
}

impl fmt::Debug for ByteRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.start, self.end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_write_the_last_byte_and_the_code_keeps_the_end() {
        let range: ByteRange = "0-499".parse().unwrap();
        assert_eq!((range.start(), range.end(), range.len()), (0, 500, 500));
        assert_eq!(range.to_header(), "bytes=0-499");
    }

    #[test]
    fn a_range_is_never_empty_and_never_overflows() {
        assert_eq!(ByteRange::new(5, 5), None);
        assert_eq!(ByteRange::from_len(u64::MAX, 1), None);
        for bad in [
            "",
            "5",
            "5-",
            "-5",
            "5-4",
            "+1-2",
            "0-18446744073709551615",
            "a-b",
        ] {
            assert!(bad.parse::<ByteRange>().is_err(), "{bad}");
        }
    }

    #[test]
    fn what_is_done_is_skipped() {
        let range = ByteRange::new(10, 20).unwrap();
        assert_eq!(range.skip(4), ByteRange::new(14, 20));
        assert_eq!(range.skip(10), None);
        assert_eq!(range.skip(u64::MAX), None);
    }
}
