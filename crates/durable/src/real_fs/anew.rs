//! What a file system says when it is asked, and not what it said a while ago: some network ones tell
//! the attributes of a file from memory for seconds.

use std::io;
use std::path::Path;

use crate::Metadata;

/// What `path` leads to by now; `None` where this system cannot be asked so.
#[cfg(target_os = "linux")]
pub(super) fn metadata(path: &Path) -> io::Result<Option<Metadata>> {
    use rustix::fs::{AtFlags, CWD, StatxFlags, statx};
    use rustix::io::Errno;

    match statx(
        CWD,
        path,
        AtFlags::STATX_FORCE_SYNC,
        StatxFlags::BASIC_STATS,
    ) {
        Ok(found) => Ok(Some(Metadata::from(&found))),
        Err(Errno::NOSYS) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

#[cfg(not(target_os = "linux"))]
pub(super) fn metadata(_: &Path) -> io::Result<Option<Metadata>> {
    Ok(None)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use crate::{FileKind, Fs, RealFs};

    #[test]
    fn it_is_what_the_file_says_when_it_is_opened() {
        let dir = tempfile::tempdir().unwrap();
        let path = |name: &str| dir.path().join(name);
        std::fs::write(path("f"), "12345").unwrap();
        std::fs::create_dir(path("d")).unwrap();
        symlink("f", path("link")).unwrap();
        for name in ["f", "d", "link"] {
            let opened = RealFs.open_to_read(&path(name)).unwrap().metadata();
            let found = RealFs.metadata_of_target(&path(name)).unwrap();
            assert_eq!(found, opened.unwrap(), "{name}");
        }
        let null = RealFs.metadata_of_target("/dev/null".as_ref()).unwrap();
        assert_eq!(null.kind, FileKind::Device);
        let missing = RealFs.metadata_of_target(&path("missing")).unwrap_err();
        assert_eq!(missing.kind(), std::io::ErrorKind::NotFound);
    }
}
