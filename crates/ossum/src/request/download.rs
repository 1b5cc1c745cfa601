use std::ops::{Bound, RangeBounds};
use std::path::PathBuf;

use ossum_transfer::{Options, Overwrite, Unverified};
use ossum_types::{ByteRange, Invalid};

use super::kind::private::Ask;
use super::prepared::Transfer;
use super::{IfExists, Request};
use crate::error::Error;

/// From an object to a file: what [`Ossum::download`](crate::Ossum::download) asks for.
#[derive(Debug)]
pub struct Download {
    object: String,
    file: PathBuf,
    version_id: Option<String>,
    range: Option<(Bound<u64>, Bound<u64>)>,
    if_exists: IfExists,
    unverified: Unverified,
}

impl Download {
    pub(crate) fn new(object: String, file: PathBuf) -> Self {
        Self {
            object,
            file,
            version_id: None,
            range: None,
            if_exists: IfExists::default(),
            unverified: Unverified::default(),
        }
    }
}

/// Of downloads.
impl<M> Request<Download, M> {
    /// The version of the object; absent, it is the current one.
    pub fn version_id(mut self, version_id: impl Into<String>) -> Self {
        self.what.version_id = Some(version_id.into());
        self
    }

    /// Which bytes of the object, counted from 0: `0..500`, `500..`. What passes the object's end
    /// is cut off. A range has no checksum of its own, so that only its length and the object's
    /// ETag are checked ([`Verified::Length`](crate::Verified::Length)).
    pub fn range(mut self, bytes: impl RangeBounds<u64>) -> Self {
        self.what.range = Some((bytes.start_bound().cloned(), bytes.end_bound().cloned()));
        self
    }

    /// Whether a file that is there already may be replaced; it is unless told otherwise.
    pub fn if_exists(mut self, if_exists: IfExists) -> Self {
        self.what.if_exists = if_exists;
        self
    }

    /// Takes an object that the service tells no checksum of, checked by its length only, rather
    /// than fail.
    pub fn allow_unverified(mut self) -> Self {
        self.what.unverified = Unverified::Allow;
        self
    }
}

impl Ask for Download {
    fn transfer(self, options: Options) -> Result<Transfer, Error> {
        Ok(Transfer::Download(Box::new(ossum_transfer::Download {
            version_id: self.version_id.map(|id| id.parse()).transpose()?,
            range: self.range.map(byte_range).transpose()?.flatten(),
            overwrite: match self.if_exists {
                IfExists::Overwrite => Overwrite::Allow,
                IfExists::Fail => Overwrite::Forbid,
            },
            unverified: self.unverified,
            options,
            ..ossum_transfer::Download::new(self.object.parse()?, self.file)
        })))
    }
}

/// The range as half-open offsets; `None` is everything.
fn byte_range((start, end): (Bound<u64>, Bound<u64>)) -> Result<Option<ByteRange>, Invalid> {
    let start = match start {
        Bound::Included(start) => start,
        Bound::Excluded(before) => before.saturating_add(1),
        Bound::Unbounded => 0,
    };
    let end = match end {
        Bound::Included(last) => last.saturating_add(1),
        Bound::Excluded(end) => end,
        Bound::Unbounded if start == 0 => return Ok(None),
        Bound::Unbounded => u64::MAX,
    };
    let no_bytes = || {
        let shown = format!("{start}..{end}");
        Invalid::new("byte range", &shown, "there are no bytes in it")
    };
    ByteRange::new(start, end).map(Some).ok_or_else(no_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(bytes: impl RangeBounds<u64>) -> Result<Option<ByteRange>, Invalid> {
        byte_range((bytes.start_bound().cloned(), bytes.end_bound().cloned()))
    }

    #[test]
    fn a_range_is_what_it_is_in_rust() {
        assert_eq!(range(0..500), Ok(ByteRange::new(0, 500)));
        assert_eq!(range(1..=1), Ok(ByteRange::new(1, 2)));
        assert_eq!(range(..7), Ok(ByteRange::new(0, 7)));
        assert_eq!(range(5..), Ok(ByteRange::new(5, u64::MAX)));
        assert_eq!(range(..), Ok(None));
        assert!(range(3..3).is_err());
    }
}
