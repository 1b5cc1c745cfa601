//! What files are called that belong to another file.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use ossum_types::Crc64;

/// How a checkpoint's name ends.
pub(crate) const CHECKPOINT: &str = ".cp";
/// How the name of an unfinished download's bytes ends.
pub(crate) const PARTIAL: &str = ".ossum-part";

/// Where the bytes of an unfinished download to `target` belong that has no checkpoint, or the
/// usual one: `{target}.ossum-part`, shortened where that is too long for a name.
pub fn partial_path(target: &Path) -> PathBuf {
    with_suffix(target, PARTIAL)
}

/// The longest name in a directory, in bytes: that of every file system Linux writes to.
const MAX_NAME_BYTES: usize = 255;

/// `{path}{suffix}`, in the same directory.
///
/// A name that would be too long keeps its beginning and the suffix; between them stands a hash of
/// the name, so that long names that begin alike stay apart.
pub(crate) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let name = path.file_name().unwrap_or_default().as_bytes();
    let name = joined(name, suffix);
    path.with_file_name(OsStr::from_bytes(&name))
}

fn joined(name: &[u8], suffix: &str) -> Vec<u8> {
    if name.len() + suffix.len() <= MAX_NAME_BYTES {
        return [name, suffix.as_bytes()].concat();
    }
    let hash = format!(".{:016x}", Crc64::of(name).get());
    let room = MAX_NAME_BYTES.saturating_sub(hash.len() + suffix.len());
    let kept = &name[..cut_between_characters(name, room)];
    [kept, hash.as_bytes(), suffix.as_bytes()].concat()
}

/// The largest length up to `room` that does not end within a UTF-8 character: some file systems
/// refuse names that are not UTF-8.
fn cut_between_characters(name: &[u8], room: usize) -> usize {
    let is_continuation = |at: usize| name.get(at).is_some_and(|byte| byte & 0xc0 == 0x80);
    // A character has at most three continuation bytes; what has more is no UTF-8 anyway.
    (0..4)
        .map(|back| room.saturating_sub(back))
        .find(|&at| !is_continuation(at))
        .unwrap_or(room)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_followed_by_its_suffix() {
        let path = with_suffix(Path::new("/d/a.tar"), CHECKPOINT);
        assert_eq!(path, Path::new("/d/a.tar.cp"));
        let exactly = with_suffix(&Path::new("/d").join("n".repeat(252)), CHECKPOINT);
        assert_eq!(exactly, Path::new("/d").join("n".repeat(252) + ".cp"));
        let partial = partial_path(Path::new("/d/a.tar"));
        assert_eq!(partial, Path::new("/d/a.tar.ossum-part"));
    }

    #[test]
    fn long_names_fit_keep_their_suffix_and_stay_apart() {
        let shortened = |name: String| {
            let path = with_suffix(&Path::new("/d").join(name), PARTIAL);
            path.file_name().unwrap().to_str().unwrap().to_owned()
        };
        let one = shortened("n".repeat(255));
        let other = shortened("n".repeat(254) + "m");
        assert!(one.len() == 255 && one.ends_with(PARTIAL), "{one}");
        assert_ne!(one, other);
    }

    #[test]
    fn no_character_is_cut_in_two() {
        for length in 250..=255 {
            let name = "x".repeat(length % 4) + &"🎉".repeat(length / 4);
            let path = with_suffix(Path::new(&name), PARTIAL);
            assert!(path.to_str().is_some(), "{path:?}");
            assert!(path.as_os_str().len() <= 255, "{path:?}");
        }
    }
}
