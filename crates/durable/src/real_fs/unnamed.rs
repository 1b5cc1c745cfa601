//! Files that get their first name when they are complete.

use std::fs::File;
use std::io;
use std::path::Path;

#[cfg(target_os = "linux")]
use super::umask::ASKED;

#[cfg(target_os = "linux")]
pub(super) fn create(directory: &Path) -> io::Result<File> {
    use rustix::fs::{CWD, Mode, OFlags, openat};
    use rustix::io::Errno;

    if !can_be_named() {
        return Err(io::ErrorKind::Unsupported.into());
    }
    let flags = OFlags::TMPFILE | OFlags::RDWR | OFlags::CLOEXEC;
    match openat(CWD, directory, flags, Mode::from_raw_mode(ASKED)) {
        // What a kernel says that takes it for the directory itself.
        Err(Errno::ISDIR) => Err(io::ErrorKind::Unsupported.into()),
        outcome => Ok(File::from(outcome?)),
    }
}

/// Whether a file can be reached by its descriptor on every kernel: without `/proc`, only new ones let
/// whoever is not privileged give it a name.
#[cfg(target_os = "linux")]
fn can_be_named() -> bool {
    use std::sync::OnceLock;

    static CAN: OnceLock<bool> = OnceLock::new();
    *CAN.get_or_init(|| Path::new(DESCRIPTORS).is_dir())
}

#[cfg(target_os = "linux")]
const DESCRIPTORS: &str = "/proc/self/fd";

#[cfg(target_os = "linux")]
pub(super) fn give_name(file: &File, path: &Path) -> io::Result<()> {
    use std::os::fd::AsRawFd;

    use rustix::fs::{AtFlags, CWD, linkat};
    use rustix::io::Errno;

    match linkat(file, "", CWD, path, AtFlags::EMPTY_PATH) {
        // So says a kernel before 6.10 to whoever is not privileged; that the directory is gone, too.
        Err(Errno::NOENT) => {
            let descriptor = format!("{DESCRIPTORS}/{}", file.as_raw_fd());
            Ok(linkat(CWD, descriptor, CWD, path, AtFlags::SYMLINK_FOLLOW)?)
        }
        outcome => Ok(outcome?),
    }
}

#[cfg(not(target_os = "linux"))]
pub(super) fn create(_: &Path) -> io::Result<File> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(not(target_os = "linux"))]
pub(super) fn give_name(_: &File, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use rustix::fs::{CWD, Mode, OFlags, openat};

    use super::*;

    /// Most file systems have them; that of this machine may not.
    #[test]
    fn files_without_a_name_are_had_wherever_the_kernel_has_them() {
        let dir = tempfile::tempdir().unwrap();
        let flags = OFlags::TMPFILE | OFlags::RDWR;
        let has_them = openat(CWD, dir.path(), flags, Mode::RUSR).is_ok();
        let has_descriptors = Path::new("/proc/self/fd/0").is_symlink();
        let created = create(dir.path());
        assert_eq!(created.is_ok(), has_them && has_descriptors, "{created:?}");
        let Ok(file) = created else { return };
        give_name(&file, &dir.path().join("f")).unwrap();
        let taken = give_name(&file, &dir.path().join("f")).unwrap_err();
        assert_eq!(taken.kind(), io::ErrorKind::AlreadyExists);
    }
}
