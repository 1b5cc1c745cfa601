use std::io;
use std::path::{Path, PathBuf};

use super::Partial;
use crate::target::{directory_of, inspect};
use crate::{Error, FileKind, Fs, Metadata, Operation, temporary};

impl Partial {
    /// Opens the file that an earlier run left under this name; `None` if there is none.
    ///
    /// It is not locked yet: another process may be writing it, publish it or remove it. So take
    /// the lock first, and then ask whether it still [has its name](Self::has_its_name). Which of
    /// its bytes are the right ones is for the caller to know.
    ///
    /// # Errors
    /// [`Error::NotAFile`] for a directory, pipe, device or symbolic link, which is not followed.
    /// [`Error::NotOurs`] for a file of another user than owns our new files there, and for one that has a second name: writing
    /// to it would change what somebody finds under the other. [`Error::Io`] if it cannot be
    /// looked at or opened.
    pub fn reopen(fs: &dyn Fs, path: PathBuf) -> Result<Option<Self>, Error> {
        // Looked at before it is opened, as opening a device can do things; and what was opened is
        // looked at again, as it may be something else by then.
        if !is_left(fs, &path)? {
            return Ok(None);
        }
        let file = match fs.open_to_continue(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            // What came in between may be the reason, and is the better one.
            Err(error) if is_left(fs, &path)? => {
                return Err(Error::at(Operation::Open, &path)(error));
            }
            Err(_) => return Ok(None),
        };
        let opened = file.metadata();
        let opened = opened.map_err(Error::at(Operation::Inspect, &path))?;
        if opened.links == 0 {
            return Ok(None);
        }
        check_is_ours(fs, &path, &opened)?;
        Ok(Some(Self::of(path, file)))
    }
}

/// Whether a file of ours has this name; anything else there is an error.
fn is_left(fs: &dyn Fs, path: &Path) -> Result<bool, Error> {
    match inspect(fs, path)? {
        None => Ok(false),
        Some(found) => check_is_ours(fs, path, &found).map(|()| true),
    }
}

fn check_is_ours(fs: &dyn Fs, path: &Path, found: &Metadata) -> Result<(), Error> {
    let there = || path.to_owned();
    match found.kind {
        FileKind::File if found.links <= 1 && has_our_owner(fs, path, found)? => Ok(()),
        FileKind::File => Err(Error::NotOurs { path: there() }),
        kind => Err(Error::NotAFile {
            path: there(),
            kind,
        }),
    }
}

/// Whether its owner is us, or whoever else owns the files that we make there: FAT and many a
/// network share have owners of their own.
fn has_our_owner(fs: &dyn Fs, path: &Path, found: &Metadata) -> Result<bool, Error> {
    if found.owner == rustix::process::geteuid().as_raw() {
        return Ok(true);
    }
    let directory = directory_of(path);
    let (probe, file) = temporary::create_in(directory, |path| fs.create_new(path))
        .map_err(Error::at(Operation::Create, directory))?;
    let made = file.metadata();
    // Nothing follows from a failure: it is empty, and its name says that it may go.
    let _ = fs.remove_file(&probe);
    let made = made.map_err(Error::at(Operation::Inspect, &probe))?;
    Ok(made.owner == found.owner)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use tempfile::tempdir;

    use super::*;
    use crate::{Effect, Errno, RealFs, SimFs};

    fn refused_kind(outcome: Result<Option<Partial>, Error>) -> FileKind {
        match outcome {
            Err(Error::NotAFile { kind, .. }) => kind,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_an_earlier_run_left_is_continued() {
        let dir = tempdir().unwrap();
        let path = dir.path().join("f.part");
        assert!(Partial::reopen(&RealFs, path.clone()).unwrap().is_none());
        let partial = Partial::create(&RealFs, path.clone()).unwrap();
        partial.write_all_at(b"one", 0).unwrap();
        drop(partial);
        let partial = Partial::reopen(&RealFs, path.clone()).unwrap().unwrap();
        partial.write_all_at(b"two", 3).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"onetwo");
    }

    /// Cases: 85.
    #[test]
    fn what_is_no_file_is_refused_by_its_kind() {
        let dir = tempdir().unwrap();
        let path = |name: &str| dir.path().join(name);
        std::fs::write(path("victim"), "kept").unwrap();
        std::fs::create_dir(path("dir")).unwrap();
        symlink("victim", path("link")).unwrap();
        symlink("nowhere", path("dangling")).unwrap();
        let mode = rustix::fs::Mode::RUSR;
        rustix::fs::mkfifoat(rustix::fs::CWD, path("pipe"), mode).unwrap();
        for (name, kind) in [
            ("dir", FileKind::Directory),
            ("link", FileKind::Symlink),
            ("dangling", FileKind::Symlink),
            ("pipe", FileKind::Pipe),
        ] {
            assert_eq!(refused_kind(Partial::reopen(&RealFs, path(name))), kind);
        }
        assert_eq!(std::fs::read(path("victim")).unwrap(), b"kept");
    }

    /// Cases: 85.
    #[test]
    fn a_file_with_a_second_name_is_not_ours() {
        let dir = tempdir().unwrap();
        let path = dir.path().join("f.part");
        std::fs::write(&path, "kept").unwrap();
        std::fs::hard_link(&path, dir.path().join("other")).unwrap();
        let outcome = Partial::reopen(&RealFs, path);
        assert!(matches!(outcome, Err(Error::NotOurs { .. })), "{outcome:?}");
    }

    #[test]
    fn a_file_of_another_user_is_not_ours() {
        let fs = SimFs::new();
        fs.write("/f", b"");
        let mut found = fs.metadata(Path::new("/f")).unwrap();
        found.owner += 1;
        let outcome = check_is_ours(&fs, Path::new("/f"), &found);
        assert!(matches!(outcome, Err(Error::NotOurs { .. })), "{outcome:?}");
        assert_eq!(fs.files(), [Path::new("/f")]);
    }

    #[test]
    fn where_every_file_belongs_to_somebody_else_ours_is_continued() {
        let fs = SimFs::new();
        fs.give_all_to(99_999);
        fs.write("/f", b"");
        assert!(Partial::reopen(&fs, "/f".into()).unwrap().is_some());
        assert_eq!(fs.files(), [Path::new("/f")]);
    }

    #[test]
    fn a_file_that_cannot_be_opened_is_an_error_and_not_a_missing_one() {
        let fs = SimFs::new();
        fs.write("/f", b"");
        fs.fail(1, Effect::Open, Errno::ACCESS);
        let outcome = Partial::reopen(&fs, "/f".into());
        assert!(matches!(outcome, Err(Error::Io { .. })), "{outcome:?}");
        fs.fail(1, Effect::Open, Errno::NOENT);
        assert!(Partial::reopen(&fs, "/f".into()).unwrap().is_none());
    }

    #[test]
    fn a_killed_process_leaves_a_file_whose_lock_is_free() {
        let fs = SimFs::new();
        let partial = Partial::create(&fs, "/f".into()).unwrap();
        assert!(partial.file().try_lock().unwrap());
        let rival = Partial::reopen(&fs, "/f".into()).unwrap().unwrap();
        assert!(!rival.file().try_lock().unwrap());
        let fs = fs.kill();
        let heir = Partial::reopen(&fs, "/f".into()).unwrap().unwrap();
        assert!(heir.file().try_lock().unwrap());
    }
}
