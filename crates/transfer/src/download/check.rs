use md5::{Digest, Md5};
use ossum_client::op::ObjectInfo;
use ossum_durable::{self as durable, Operation, Partial};
use ossum_types::{ByteRange, Crc64, ObjectUrl};

use super::Unverified;
use super::opening::Wanted;
use crate::error::{Error, ErrorKind, shown_url};
use crate::report::Verified;

/// By what the bytes of one download are verified. Decided before any of them is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Check {
    Crc64(Crc64),
    Md5([u8; 16]),
    /// The length and the pinned ETag; both have been checked of every answer.
    Length,
}

impl Check {
    /// The best that the object allows.
    ///
    /// A range has no checksum of its own. A whole object that has none, very old or behind a CDN
    /// that strips headers, is refused unless that was allowed.
    pub(crate) fn decide(
        info: &ObjectInfo,
        wanted: &Wanted<'_>,
        unverified: Unverified,
    ) -> Result<Self, Error> {
        let range = wanted.within(info.size);
        if range.map_or(0, ByteRange::len) != info.size {
            return Ok(Self::Length);
        }
        let etag_md5 = info.etag.as_md5().map(Self::Md5);
        match info.crc64.map(Self::Crc64).or(etag_md5) {
            Some(check) => Ok(check),
            None if unverified == Unverified::Allow => Ok(Self::Length),
            None => {
                let message = format!("nothing tells a checksum of {}", shown_url(wanted.source));
                Err(Error::new(ErrorKind::Unverifiable, message))
            }
        }
    }

    /// Finds that the bytes that arrived, with `crc64`, are those of `source`. Their MD5 is asked
    /// for only if it decides.
    pub(crate) fn verify(
        self,
        source: &ObjectUrl,
        crc64: Crc64,
        md5: impl FnOnce() -> Result<[u8; 16], Error>,
    ) -> Result<Verified, Error> {
        match self {
            Self::Length => Ok(Verified::Length),
            Self::Crc64(expected) if expected == crc64 => Ok(Verified::Crc64),
            Self::Crc64(expected) => Err(differs(source, "CRC-64", &expected, &crc64)),
            Self::Md5(expected) => {
                let found = md5()?;
                if found == expected {
                    return Ok(Verified::Md5);
                }
                Err(differs(
                    source,
                    "MD5",
                    &hex::encode(expected),
                    &hex::encode(found),
                ))
            }
        }
    }
}

fn differs(
    source: &ObjectUrl,
    checksum: &str,
    expected: &dyn std::fmt::Display,
    found: &dyn std::fmt::Display,
) -> Error {
    let message = format!(
        "the {checksum} of {} is {expected}, but what arrived has {found}",
        shown_url(source)
    );
    Error::new(ErrorKind::Integrity, message)
}

/// The MD5 of what is on the disk, by reading it once.
pub(super) fn md5_of(partial: &Partial) -> Result<[u8; 16], Error> {
    let mut buffer = vec![0; 256 * 1024];
    let mut md5 = Md5::new();
    let mut offset = 0;
    loop {
        let read = match partial.file().read_at(&mut buffer, offset) {
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            read => read.map_err(durable::Error::at(Operation::Read, partial.path()))?,
        };
        if read == 0 {
            return Ok(md5.finalize().into());
        }
        md5.update(&buffer[..read]);
        offset += read as u64;
    }
}

#[cfg(test)]
mod tests {
    use ossum_durable::RealFs;

    use super::*;

    #[test]
    fn the_right_bytes_pass_and_others_do_not() {
        let dir = tempfile::tempdir().unwrap();
        let partial = Partial::create(&RealFs, dir.path().join("f")).unwrap();
        partial.write_all_at(b"hello", 0).unwrap();
        let crc64 = Crc64::of(b"hello");
        let md5 = Md5::digest(b"hello").into();
        let source = "oss://bucket/k".parse().unwrap();
        let verify = |check: Check| check.verify(&source, crc64, || md5_of(&partial));
        assert_eq!(verify(Check::Crc64(crc64)).unwrap(), Verified::Crc64);
        assert_eq!(verify(Check::Md5(md5)).unwrap(), Verified::Md5);
        for wrong in [Check::Crc64(Crc64::of(b"jello")), Check::Md5([0; 16])] {
            assert_eq!(verify(wrong).unwrap_err().kind(), ErrorKind::Integrity);
        }
    }
}
