use std::ffi::OsStr;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use ossum_durable::{
    Durability, FileKind, Fs, Metadata, Operation, create_private_directories, write_whole,
};
use rustix::io::Errno;

use crate::file_store::{check_unused, survey};
use crate::text::{pointer_line, read_pointer};
use crate::{Claim, End, Error, Pointer, Sighting, Transfer, TransferId};

/// No pointer is longer, in bytes: a command line has at most 2 MiB on Linux.
pub(crate) const MAX_POINTER_BYTES: usize = 4 << 20;

/// What waits to become a pointer for a day, in nanoseconds, was left by a crash.
const LEFTOVER_AGE_NS: i128 = 24 * 60 * 60 * 1_000_000_000;

/// How the name of a pointer ends.
const SUFFIX: &str = ".json";

/// The pointers to this user's unfinished transfers: a small file each, replaced as a whole.
#[derive(Debug, Clone)]
pub struct Pointers {
    fs: Arc<dyn Fs>,
    directory: PathBuf,
    /// Whether leftovers of crashes were removed.
    swept: Arc<AtomicBool>,
}

impl Pointers {
    /// Keeps pointers in `transfers/` below `state_directory` (`$XDG_STATE_HOME/ossum`).
    pub fn new(fs: Arc<dyn Fs>, mut state_directory: PathBuf) -> Self {
        state_directory.push("transfers");
        Self {
            fs,
            directory: state_directory,
            swept: Arc::default(),
        }
    }

    /// Writes the pointer to a transfer, in place of an older one.
    ///
    /// Directories that are missing are made. Only the owner may look into what is made. The first
    /// time, temporary files beside it that are more than a day older are removed.
    ///
    /// # Errors
    /// [`Error::Durable`]; the older one is as it was, or there is none.
    ///
    /// # Durability
    /// On return it survives a power loss.
    pub fn put(&self, pointer: &Pointer) -> Result<(), Error> {
        self.write(pointer, Durability::Full)
    }

    fn write(&self, pointer: &Pointer, durability: Durability) -> Result<(), Error> {
        let path = self.path(pointer.transfer.id());
        create_private_directories(&*self.fs, &self.directory)?;
        // A replaced file passes on its permissions, and a new file made here is its owner's
        // alone. Should a crash leave it empty, it reads as damaged.
        match self.fs.create_new(&path) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                return Err(at(Operation::Create, &path)(error));
            }
            Err(_) => self.check_is_file(&path)?,
            Ok(_) => {}
        }
        let line = pointer_line(pointer);
        write_whole(&*self.fs, &path, &line, durability)?;
        // Only a crash leaves something, so that once for each process is often enough.
        if !self.swept.swap(true, Ordering::Relaxed) {
            // The pointer is written, and leftovers do no harm: a later process tries again.
            let _ = self.remove_leftovers(&path);
        }
        Ok(())
    }

    /// Finds that the pointer at `path` is a file: a symbolic link would be followed to what is
    /// somebody else's.
    fn check_is_file(&self, path: &Path) -> Result<(), Error> {
        let found = self.fs.metadata(path);
        let kind = found.map_err(at(Operation::Inspect, path))?.kind;
        if kind != FileKind::File {
            let path = path.to_owned();
            return Err(ossum_durable::Error::NotAFile { path, kind }.into());
        }
        Ok(())
    }

    /// Whether anything lies where the pointer to `transfer` does, be it damaged.
    pub fn is_there(&self, transfer: &Transfer) -> bool {
        self.fs.metadata(&self.path(transfer.id())).is_ok()
    }

    /// Whether there is none, nor anything else where they lie.
    pub fn is_empty(&self) -> bool {
        match self.fs.names_in(&self.directory) {
            Ok(names) => names.is_empty(),
            Err(error) => is_missing(&error),
        }
    }

    /// The pointer to `transfer`; `None` if there is none that can be read.
    ///
    /// # Errors
    /// [`Error::Durable`].
    pub fn find(&self, transfer: &Transfer) -> Result<Option<Pointer>, Error> {
        let found = self.read(&self.path(transfer.id()))?;
        Ok(found.filter(|pointer| pointer.transfer == *transfer))
    }

    /// Takes down how a run of `transfer` ended, if it has a pointer and nobody goes on with it yet.
    ///
    /// # Errors
    /// As [`put`](Self::put) and [`check_unused`](Self::check_unused).
    ///
    /// # Durability
    /// With [`Durability::None`] it waits for no disk; a power loss soon after may then take the
    /// pointer. The checkpoint has the upload ID as well.
    pub fn ended(
        &self,
        transfer: &Transfer,
        end: End,
        durability: Durability,
    ) -> Result<(), Error> {
        let Some(pointer) = self.find(transfer)? else {
            return Ok(());
        };
        self.check_unused(&pointer, None)?;
        let pointer = Pointer {
            end: Some(end),
            ..pointer
        };
        self.write(&pointer, durability)
    }

    /// Removes the pointer to `transfer`, if there is one.
    ///
    /// # Errors
    /// [`Error::Durable`]; then it may still be there.
    pub fn remove(&self, transfer: &Transfer) -> Result<(), Error> {
        let path = self.path(transfer.id());
        match self.fs.remove_file(&path) {
            Err(error) if is_missing(&error) => Ok(()),
            outcome => outcome.map_err(at(Operation::Remove, &path)),
        }
    }

    /// All pointers that can be read, the oldest first.
    ///
    /// # Errors
    /// [`Error::Durable`].
    pub fn list(&self) -> Result<Vec<Pointer>, Error> {
        let names = match self.fs.names_in(&self.directory) {
            Err(error) if is_missing(&error) => return Ok(Vec::new()),
            outcome => outcome.map_err(at(Operation::Read, &self.directory))?,
        };
        let mut pointers = Vec::new();
        for name in names {
            let path = self.directory.join(name);
            // Under any other name it could neither be found nor removed.
            let found = self.read(&path)?;
            pointers.extend(found.filter(|pointer| self.path(pointer.transfer.id()) == path));
        }
        pointers.sort_by_key(|pointer| (pointer.began, pointer.transfer.id()));
        Ok(pointers)
    }

    /// Looks at the transfer that `pointer` leads to, without touching it. Takes no lock, unless it
    /// was last worked on by another host; then only for a moment.
    ///
    /// # Errors
    /// [`Error::Io`] if its checkpoint is there and cannot be read.
    pub fn look(&self, pointer: &Pointer) -> Result<Sighting, Error> {
        survey(&*self.fs, pointer)
    }

    /// Takes the transfer that `pointer` leads to, to give it up.
    ///
    /// # Errors
    /// [`Error::InUse`] while somebody works on it; otherwise [`Error::Io`]. All is as it was.
    pub fn claim(&self, pointer: Pointer) -> Result<Claim, Error> {
        Claim::take(Arc::clone(&self.fs), self.clone(), pointer)
    }

    /// Makes sure that nobody works on the transfer with the checkpoint that `pointer` names.
    ///
    /// `except` is a checkpoint that this process has open itself. No lock is held afterwards.
    ///
    /// # Errors
    /// [`Error::InUse`] if somebody does; [`Error::Io`] if the file system does not let us know.
    pub fn check_unused(&self, pointer: &Pointer, except: Option<&Path>) -> Result<(), Error> {
        match &pointer.checkpoint {
            Some(path) if !except.is_some_and(|except| self.is_same(path, except)) => {
                check_unused(&*self.fs, path, &pointer.transfer)
            }
            _ => Ok(()),
        }
    }

    /// Whether both paths lead to the same file: a directory may have several.
    fn is_same(&self, one: &Path, other: &Path) -> bool {
        let id = |path| self.fs.metadata(path).map(|found| found.id);
        one == other || matches!((id(one), id(other)), (Ok(one), Ok(other)) if one == other)
    }

    /// Removes what processes left that were killed while they wrote a pointer, once it is so much
    /// older than the pointer at `newest` that nobody can be writing it any more.
    fn remove_leftovers(&self, newest: &Path) -> io::Result<()> {
        let now_ns = self.fs.metadata(newest)?.modified_ns;
        for name in self.fs.names_in(&self.directory)? {
            if !is_temporary(&name) {
                continue;
            }
            let path = self.directory.join(name);
            let is_old = |found: Metadata| found.modified_ns < now_ns - LEFTOVER_AGE_NS;
            if self.fs.metadata(&path).is_ok_and(is_old) {
                // Somebody else may just have removed it.
                let _ = self.fs.remove_file(&path);
            }
        }
        Ok(())
    }

    fn path(&self, id: TransferId) -> PathBuf {
        self.directory.join(format!("{id}{SUFFIX}"))
    }

    fn read(&self, path: &Path) -> Result<Option<Pointer>, Error> {
        if path.extension().is_none_or(|extension| extension != "json") {
            return Ok(None);
        }
        let file = match self.fs.open_to_continue(path) {
            Ok(file) => file,
            Err(error) if is_missing(&error) => return Ok(None),
            Err(error) => return Err(at(Operation::Open, path)(error)),
        };
        let found = file.metadata().map_err(at(Operation::Inspect, path))?;
        let length = usize::try_from(found.len_bytes).unwrap_or(usize::MAX);
        if length > MAX_POINTER_BYTES {
            return Ok(None);
        }
        let mut bytes = vec![0; length];
        match file.read_exact_at(&mut bytes, 0) {
            // Damaged, or of a later version: as good as none.
            Ok(()) => Ok(read_pointer(&bytes).ok()),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
            Err(error) => Err(at(Operation::Read, path)(error)),
        }
    }
}

/// Whether a name is one of those under which [`write_whole`] writes.
fn is_temporary(name: &OsStr) -> bool {
    let name = name.as_bytes();
    name.starts_with(b".ossum-") && name.ends_with(b".tmp")
}

fn at(operation: Operation, path: &Path) -> impl FnOnce(io::Error) -> Error {
    move |error| ossum_durable::Error::at(operation, path)(error).into()
}

/// Nothing is there, or nothing that we put there: a link, a directory, something in between that
/// is no directory.
fn is_missing(error: &io::Error) -> bool {
    const MISSING: &[Errno] = &[Errno::NOENT, Errno::NOTDIR, Errno::LOOP, Errno::ISDIR];
    error.kind() == io::ErrorKind::NotFound
        || Errno::from_io_error(error).is_some_and(|errno| MISSING.contains(&errno))
}
