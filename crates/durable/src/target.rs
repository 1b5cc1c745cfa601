use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use crate::{Error, FileKind, Fs, Metadata, Operation};

/// So many symbolic links are followed in a row, as Linux does.
const MAX_LINKS: usize = 40;

/// Where a file is to appear: a name that is free or that a regular file has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    path: PathBuf,
    existing: Option<Metadata>,
}

impl Target {
    /// Finds out where a file written to `path` belongs, before anything is written.
    ///
    /// A symbolic link is followed, so that it stays and what it leads to is replaced; it may
    /// lead to a name that is still free.
    ///
    /// # Errors
    /// [`Error::NotAFile`] for a directory, a device, a pipe or a socket, and for a path that can
    /// only be a directory because it ends in `/` or `..`. [`Error::Io`] if it cannot be looked
    /// at, or links lead in a circle.
    pub fn resolve(fs: &dyn Fs, path: &Path) -> Result<Self, Error> {
        let mut path = path.to_owned();
        for _ in 0..=MAX_LINKS {
            match inspect(fs, &path)? {
                Some(found) if found.kind == FileKind::Symlink => {
                    let leads_to = fs
                        .read_link(&path)
                        .map_err(Error::at(Operation::Inspect, &path))?;
                    path = directory_of(&path).join(leads_to);
                }
                existing => return Self::accept(path, existing),
            }
        }
        let circle = io::Error::from(rustix::io::Errno::LOOP);
        Err(Error::at(Operation::Inspect, &path)(circle))
    }

    /// The same for a name that was just found to be free, and is not looked at a second time.
    ///
    /// # Errors
    /// [`Error::NotAFile`] for a path that can only be a directory.
    pub fn free(path: PathBuf) -> Result<Self, Error> {
        Self::accept(path, None)
    }

    fn accept(path: PathBuf, existing: Option<Metadata>) -> Result<Self, Error> {
        let kind = match existing {
            Some(found) => found.kind,
            None if names_a_directory(&path) => FileKind::Directory,
            None => FileKind::File,
        };
        match kind {
            FileKind::File => Ok(Self { path, existing }),
            kind => Err(Error::NotAFile { path, kind }),
        }
    }

    /// The name the file will have: not a symbolic link when it was resolved.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The directory it will be in: where a partial file must be, to be renamed.
    pub fn directory(&self) -> &Path {
        directory_of(&self.path)
    }

    /// The file that had the name when it was resolved.
    pub fn existing(&self) -> Option<&Metadata> {
        self.existing.as_ref()
    }
}

/// What is at `path`, if anything is.
pub(crate) fn inspect(fs: &dyn Fs, path: &Path) -> Result<Option<Metadata>, Error> {
    match fs.metadata(path) {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::at(Operation::Inspect, path)(error)),
    }
}

/// The directory that holds the name `path`.
pub(crate) fn directory_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if parent.as_os_str().is_empty() => Path::new("."),
        Some(parent) => parent,
        None => Path::new("/"),
    }
}

pub(crate) fn names_a_directory(path: &Path) -> bool {
    // `Path` itself overlooks a slash at the end.
    let bytes = path.as_os_str().as_bytes();
    path.file_name().is_none() || bytes.ends_with(b"/") || bytes.ends_with(b"/.")
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use tempfile::{TempDir, tempdir};

    use super::*;
    use crate::{Effect, Errno, RealFs, SimFs};

    fn resolve(dir: &TempDir, name: &str) -> Result<Target, Error> {
        Target::resolve(&RealFs, &dir.path().join(name))
    }

    fn refused_kind(dir: &TempDir, name: &str) -> FileKind {
        match resolve(dir, name) {
            Err(Error::NotAFile { kind, .. }) => kind,
            other => panic!("{name}: {other:?}"),
        }
    }

    #[test]
    fn a_free_name_and_a_file_are_targets() {
        let dir = tempdir().unwrap();
        std::fs::write(dir.path().join("old"), "12345").unwrap();
        let old = resolve(&dir, "old").unwrap();
        assert_eq!(old.existing().unwrap().len_bytes, 5);
        let new = resolve(&dir, "new").unwrap();
        assert_eq!((new.existing(), new.directory()), (None, dir.path()));
    }

    #[test]
    fn what_cannot_be_looked_at_is_not_taken_for_a_free_name() {
        let fs = SimFs::new();
        fs.fail(1, Effect::Inspect, Errno::IO);
        let error = Target::resolve(&fs, "/f".as_ref()).unwrap_err();
        assert_eq!(error.to_string(), "inspect /f");
    }

    /// Cases: 93.
    #[test]
    fn links_are_followed_to_the_end_even_if_nothing_is_there_yet() {
        let dir = tempdir().unwrap();
        std::fs::create_dir(dir.path().join("sub")).unwrap();
        symlink("sub/b", dir.path().join("a")).unwrap();
        symlink("../c", dir.path().join("sub/b")).unwrap();
        let target = resolve(&dir, "a").unwrap();
        assert_eq!(target.path(), dir.path().join("sub/../c"));
        assert_eq!(target.existing(), None);
    }

    #[test]
    fn links_in_a_circle_are_an_error() {
        let dir = tempdir().unwrap();
        symlink("b", dir.path().join("a")).unwrap();
        symlink("a", dir.path().join("b")).unwrap();
        assert!(matches!(resolve(&dir, "a"), Err(Error::Io { .. })));
    }

    /// Cases: 93.
    #[test]
    fn what_is_no_file_is_refused_early() {
        let dir = tempdir().unwrap();
        std::fs::create_dir(dir.path().join("sub")).unwrap();
        symlink("sub", dir.path().join("to-sub")).unwrap();
        symlink("/dev/null", dir.path().join("to-null")).unwrap();
        let _socket = std::os::unix::net::UnixListener::bind(dir.path().join("socket")).unwrap();
        assert_eq!(refused_kind(&dir, "sub"), FileKind::Directory);
        assert_eq!(refused_kind(&dir, "to-sub"), FileKind::Directory);
        assert_eq!(refused_kind(&dir, "to-null"), FileKind::Device);
        assert_eq!(refused_kind(&dir, "socket"), FileKind::Socket);
    }

    #[test]
    fn a_free_name_that_only_a_directory_could_have_is_refused() {
        let dir = tempdir().unwrap();
        for name in ["new/", "new/.", "new/.."] {
            assert_eq!(refused_kind(&dir, name), FileKind::Directory, "{name}");
        }
    }

    #[test]
    fn a_name_that_is_known_to_be_free_is_not_looked_at() {
        let target = Target::free("/nowhere/new".into()).unwrap();
        assert_eq!(target.path(), Path::new("/nowhere/new"));
        assert_eq!(target.existing(), None);
        assert!(Target::free("/nowhere/new/".into()).is_err());
    }

    #[test]
    fn a_bare_name_is_in_the_current_directory() {
        assert_eq!(directory_of(Path::new("a")), Path::new("."));
        assert_eq!(directory_of(Path::new("/a")), Path::new("/"));
        assert_eq!(directory_of(Path::new("a/b")), Path::new("a"));
    }
}
