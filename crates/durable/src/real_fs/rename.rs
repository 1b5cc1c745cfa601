use std::io;
use std::path::Path;

use rustix::fs::{CWD, RenameFlags, renameat_with};
use rustix::io::Errno;

/// Renames `from` to `to` unless something has that name.
pub(super) fn to_free_name(from: &Path, to: &Path) -> io::Result<()> {
    match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        // Kernels and file systems that do not know the flag (older NFS, FUSE, overlays).
        Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => link_then_unlink(from, to),
        outcome => Ok(outcome?),
    }
}

/// The same by way of a second name, which is never given to a name that is taken.
///
/// Where there are no hard links either, the error says so: a check followed by a plain rename
/// could replace a file that appeared in between.
fn link_then_unlink(from: &Path, to: &Path) -> io::Result<()> {
    std::fs::hard_link(from, to)?;
    std::fs::remove_file(from)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Cases: 33.
    #[test]
    fn both_ways_move_to_a_free_name_and_refuse_a_taken_one() {
        for rename in [to_free_name, link_then_unlink] {
            let dir = tempfile::tempdir().unwrap();
            let [from, free, taken] = ["from", "free", "taken"].map(|name| dir.path().join(name));
            std::fs::write(&from, "new").unwrap();
            std::fs::write(&taken, "old").unwrap();

            let error = rename(&from, &taken).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
            assert_eq!(std::fs::read(&taken).unwrap(), b"old");
            assert_eq!(std::fs::read(&from).unwrap(), b"new");

            rename(&from, &free).unwrap();
            assert_eq!(std::fs::read(&free).unwrap(), b"new");
            assert!(!from.exists());
        }
    }

    #[test]
    fn a_link_that_leads_nowhere_also_takes_the_name() {
        for rename in [to_free_name, link_then_unlink] {
            let dir = tempfile::tempdir().unwrap();
            let [from, to] = ["from", "to"].map(|name| dir.path().join(name));
            std::fs::write(&from, "new").unwrap();
            std::os::unix::fs::symlink("nowhere", &to).unwrap();
            let error = rename(&from, &to).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
        }
    }
}
