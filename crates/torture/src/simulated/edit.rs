use std::path::Path;

use fastrand::Rng;
use ossum_durable::SimFs;
use ossum_testkit::seeded;

use super::scenario::pick;

/// What somebody does to a file, or to an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Edit {
    /// One byte is another, this many thousandths from its beginning.
    Flip(u16),
    /// What comes after so many thousandths is gone.
    Truncate(u16),
    /// So many bytes more.
    Extend(usize),
    /// Other bytes of the same size.
    Replace(u64),
    /// The same bytes, written again.
    Rewrite,
    /// It is gone.
    Remove,
    /// One bit is another, at rest: neither size nor times tell.
    Rot(u16),
    /// A symbolic link to somebody's file is there.
    Symlink,
    /// A directory is there.
    Directory,
}

/// What a symbolic link in the wrong place leads to.
pub(super) const PRECIOUS: &str = "/precious/file";
pub(super) const PRECIOUS_BYTES: &[u8] = b"somebody's file";

impl Edit {
    /// Any of them.
    pub(super) fn any(rng: &mut Rng) -> Self {
        match rng.u8(0..8) {
            0 => Self::Remove,
            1 => Self::Rot(rng.u16(0..1000)),
            2 => *pick(rng, &[Self::Symlink, Self::Directory]),
            _ => Self::of_source(rng),
        }
    }

    /// One that leaves a file of which every change shows.
    pub(super) fn of_source(rng: &mut Rng) -> Self {
        let thousandths = rng.u16(0..1000);
        let replace = Self::Replace(rng.u64(..));
        let extend = Self::Extend(rng.usize(1..10_000));
        let (flip, truncate) = (Self::Flip(thousandths), Self::Truncate(thousandths));
        *pick(rng, &[flip, flip, truncate, extend, replace, Self::Rewrite])
    }

    /// What becomes of `bytes`.
    pub(super) fn of_bytes(self, bytes: &[u8]) -> Vec<u8> {
        let mut bytes = bytes.to_owned();
        let at = |thousandths: u16| bytes.len() * usize::from(thousandths) / 1000;
        match self {
            Self::Flip(spot) | Self::Rot(spot) => {
                let at = at(spot);
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1;
                }
            }
            Self::Truncate(spot) => bytes.truncate(at(spot)),
            Self::Extend(len) => bytes.extend(seeded(len as u64, len)),
            Self::Replace(seed) => bytes = seeded(seed, bytes.len()),
            Self::Rewrite => {}
            Self::Remove | Self::Symlink | Self::Directory => bytes.clear(),
        }
        bytes
    }

    /// Does it to what is at `path`; to nothing, if nothing is there. Tells whether it was done.
    pub(super) fn apply(self, fs: &SimFs, path: &Path) -> bool {
        let Some(bytes) = fs.read(path) else {
            return false;
        };
        match self {
            Self::Rot(spot) => {
                if bytes.is_empty() {
                    return false;
                }
                fs.flip(path, bytes.len() as u64 * u64::from(spot) / 1000);
            }
            Self::Remove => fs.remove(path),
            Self::Symlink => {
                fs.write(PRECIOUS, PRECIOUS_BYTES);
                fs.remove(path);
                fs.symlink(PRECIOUS, path);
            }
            Self::Directory => {
                fs.remove(path);
                fs.make_directory(path);
            }
            _ => fs.write(path, &self.of_bytes(&bytes)),
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_edit_of_a_source_but_one_makes_other_bytes() {
        let bytes = seeded(1, 1000);
        let mut rng = Rng::with_seed(1);
        for _ in 0..100 {
            let edit = Edit::of_source(&mut rng);
            let is_same = edit.of_bytes(&bytes) == bytes;
            assert_eq!(is_same, edit == Edit::Rewrite, "{edit:?}");
        }
    }

    #[test]
    fn what_is_not_there_is_not_edited() {
        let fs = SimFs::new();
        assert!(!Edit::Flip(0).apply(&fs, "/f".as_ref()));
        fs.write("/f", b"bytes");
        assert!(Edit::Symlink.apply(&fs, "/f".as_ref()));
        assert_eq!(fs.read("/f").unwrap(), PRECIOUS_BYTES);
    }
}
