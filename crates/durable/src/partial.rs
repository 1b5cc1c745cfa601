mod reopen;
mod reserve;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::target::{directory_of, inspect};
use crate::{Error, FileId, Fs, FsFile, Operation, Target, temporary};

/// A file of our own that is still being written, under the name it has until it is published, or
/// without one.
///
/// Dropping it closes the file and leaves it where it is: a later run may continue it. One without a
/// name is gone then.
#[derive(Debug)]
pub struct Partial {
    path: PathBuf,
    is_named: bool,
    file: Box<dyn FsFile>,
    /// Once it has been asked for: of an open file it stays the same.
    id: OnceLock<FileId>,
    sync_failed: AtomicBool,
}

impl Partial {
    /// Makes a new, empty file that only its owner may read (`0600`).
    ///
    /// Make it in the directory of its [`Target`](crate::Target): only there can it be renamed.
    ///
    /// # Errors
    /// [`Error::AlreadyExists`] if anything has that name; [`Error::Io`] if it cannot be made.
    pub fn create(fs: &dyn Fs, path: PathBuf) -> Result<Self, Error> {
        match fs.create_new(&path) {
            Ok(file) => Ok(Self::of(path, file)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                Err(Error::AlreadyExists { path })
            }
            Err(error) => Err(Error::at(Operation::Create, &path)(error)),
        }
    }

    /// Makes one in the directory of `target` under a name that nothing has, `.ossum-*.tmp`: for
    /// what nobody will continue. A crash may leave it behind.
    ///
    /// # Errors
    /// [`Error::Io`] if it cannot be made.
    pub fn temporary(fs: &dyn Fs, target: &Target) -> Result<Self, Error> {
        temporary::create_in(target.directory(), |path| fs.create_new(path))
            .map(|(path, file)| Self::of(path, file))
            .map_err(Error::at(Operation::Create, target.path()))
    }

    /// Makes one without a name: for what nobody will continue, and of which a crash is to leave nothing
    /// behind. `None` where there are no such files.
    ///
    /// `path` is the name that it gets for a moment if it has to replace a file; a crash in that moment
    /// leaves it.
    ///
    /// # Errors
    /// [`Error::Io`] if it cannot be made.
    pub fn unnamed(fs: &dyn Fs, path: PathBuf) -> Result<Option<Self>, Error> {
        match fs.create_unnamed(directory_of(&path)) {
            Ok(file) => Ok(Some(Self {
                is_named: false,
                ..Self::of(path, file)
            })),
            Err(error) if error.kind() == io::ErrorKind::Unsupported => Ok(None),
            Err(error) => Err(Error::at(Operation::Create, &path)(error)),
        }
    }

    fn of(path: PathBuf, file: Box<dyn FsFile>) -> Self {
        Self {
            path,
            is_named: true,
            file,
            id: OnceLock::new(),
            sync_failed: AtomicBool::new(false),
        }
    }

    /// Its name while it is being written, or the one that it may get for a moment.
    pub fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn is_named(&self) -> bool {
        self.is_named
    }

    /// Writes all of `bytes` at `offset`; any number of threads at once.
    ///
    /// # Errors
    /// [`Error::Io`]; any first part of the bytes may have been written.
    pub fn write_all_at(&self, bytes: &[u8], offset: u64) -> Result<(), Error> {
        self.file
            .write_all_at(bytes, offset)
            .map_err(Error::at(Operation::Write, &self.path))
    }

    /// The open file.
    pub fn file(&self) -> &dyn FsFile {
        &*self.file
    }

    /// Which file it is.
    ///
    /// # Errors
    /// [`Error::Io`] if that cannot be found out.
    pub fn id(&self) -> Result<FileId, Error> {
        if let Some(id) = self.id.get() {
            return Ok(*id);
        }
        let found = self.file.metadata();
        let found = found.map_err(Error::at(Operation::Inspect, &self.path))?;
        Ok(*self.id.get_or_init(|| found.id))
    }

    /// Whether its name still leads to this file, and not to nothing or to somebody else's; one without
    /// a name has none.
    ///
    /// # Errors
    /// [`Error::Io`] if that cannot be found out.
    pub fn has_its_name(&self, fs: &dyn Fs) -> Result<bool, Error> {
        if !self.is_named {
            return Ok(false);
        }
        let id = self.id()?;
        let named = inspect(fs, &self.path)?;
        Ok(named.is_some_and(|named| named.id == id))
    }

    /// Removes it, unless it has been published or has lost its name to another file.
    ///
    /// # Errors
    /// [`Error::Io`]; then it may still be there.
    pub fn remove(&self, fs: &dyn Fs) -> Result<(), Error> {
        if !self.has_its_name(fs)? {
            return Ok(());
        }
        fs.remove_file(&self.path)
            .map_err(Error::at(Operation::Remove, &self.path))
    }

    /// Returns when all bytes written so far are durable.
    ///
    /// # Errors
    /// [`Error::Io`], and from then on every time: the operating system reports a lost write once
    /// and forgets it, so the success of a second try would mean nothing.
    pub fn sync(&self) -> Result<(), Error> {
        let outcome = if self.sync_failed.load(Ordering::Acquire) {
            Err(io::Error::other("an earlier sync of it failed"))
        } else {
            self.file.sync()
        };
        outcome.map_err(|error| {
            self.sync_failed.store(true, Ordering::Release);
            Error::at(Operation::Sync, &self.path)(error)
        })
    }
}

#[cfg(test)]
mod tests {
    use tempfile::tempdir;

    use super::*;
    use crate::{Effect, Errno, RealFs, SimFs};

    #[test]
    fn a_name_that_is_taken_is_left_alone() {
        let dir = tempdir().unwrap();
        let path = dir.path().join("f.part");
        std::fs::write(&path, "somebody's").unwrap();
        let error = Partial::create(&RealFs, path.clone()).unwrap_err();
        assert!(matches!(error, Error::AlreadyExists { .. }));
        assert_eq!(std::fs::read(&path).unwrap(), b"somebody's");
    }

    #[test]
    fn a_file_that_cannot_be_made_is_not_taken_for_one_that_is_there() {
        let fs = SimFs::new();
        fs.fail(1, Effect::Create, Errno::NOSPC);
        let error = Partial::create(&fs, "/f.part".into()).unwrap_err();
        assert_eq!(error.to_string(), "create /f.part");
    }

    #[test]
    fn only_its_own_file_is_removed() {
        let dir = tempdir().unwrap();
        let path = dir.path().join("f.part");
        let partial = Partial::create(&RealFs, path.clone()).unwrap();
        assert!(partial.has_its_name(&RealFs).unwrap());
        partial.remove(&RealFs).unwrap();
        assert!(!path.exists());

        let others = Partial::create(&RealFs, path.clone()).unwrap();
        assert!(!partial.has_its_name(&RealFs).unwrap());
        partial.remove(&RealFs).unwrap();
        assert!(others.has_its_name(&RealFs).unwrap());
    }

    #[test]
    fn a_failed_sync_is_never_made_good_by_a_second_one() {
        let fs = SimFs::new();
        fs.fail(1, Effect::Sync, Errno::IO);
        let partial = Partial::create(&fs, "/f.part".into()).unwrap();
        assert!(partial.sync().is_err());
        assert!(partial.sync().is_err());
        assert_eq!(fs.effects(), [Effect::Create, Effect::Sync]);
    }
}
