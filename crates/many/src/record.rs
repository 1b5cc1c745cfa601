//! What of a run is done, remembered until all of it is.
//!
//! One line an item, appended when it is done: the beginning of a hash of its name, of which bytes
//! the source had, of which the destination has, and of how it was made; and how many bytes that
//! are. So a line counts only as long as all of these are the same, and a damaged one counts for
//! nothing. It is a hint: an item that is not in it is copied again.

mod lines;

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use ossum_durable::{RealFs, create_private_directories};
use sha2::{Digest, Sha256};

#[cfg(any(test, fuzzing))]
pub(crate) use self::lines::for_each_line;
pub(crate) use self::lines::{Noted, noted};
use self::lines::{end_line, read_marks};
use crate::error::Error;

/// The record of one run, locked.
#[derive(Debug)]
pub(crate) struct Record {
    directory: PathBuf,
    /// What earlier attempts have done, in order: 16 bytes an item.
    before: Vec<u128>,
    log: File,
    has_failed: AtomicBool,
}

const DONE: &str = "done";

/// So often the log may lose its name while we look, before we call it busy.
const ATTEMPTS: usize = 8;

/// Stands for texts, of which no two lists look alike.
pub(crate) fn mark(texts: &[&str]) -> u128 {
    let mut hash = Sha256::new();
    for text in texts {
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text);
    }
    let mut first = [0; 16];
    first.copy_from_slice(&hash.finalize()[..16]);
    u128::from_be_bytes(first)
}

/// Where the records of runs lie below `directory`.
pub(crate) fn runs(directory: &Path) -> PathBuf {
    directory.join("runs")
}

/// Where the checkpoints of its transfers belong.
pub(crate) fn checkpoints(record: &Path) -> PathBuf {
    record.join("checkpoints")
}

/// The file that is locked, and that has a line for each item that is done.
pub(crate) fn log(record: &Path) -> PathBuf {
    record.join(DONE)
}

/// What earlier attempts have done, without a lock: for those who only look.
pub(crate) fn look(record: &Path) -> Vec<u128> {
    // Where there is nothing to be read, nothing is known to be done.
    let read = File::open(log(record)).and_then(read_marks);
    read.unwrap_or_default()
}

impl Record {
    /// Opens the record in `directory`, or begins one.
    ///
    /// # Errors
    /// [`Error::InUse`] if another process has it; others if none can be kept there.
    pub(crate) fn open(directory: &Path) -> Result<Self, Error> {
        create_private_directories(&RealFs, &checkpoints(directory))?;
        let mut options = OpenOptions::new();
        options.read(true).append(true).create(true).mode(0o600);
        Self::locked(directory, &options)
    }

    /// Takes the record in `directory`, if there is one.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub(crate) fn take(directory: &Path) -> Result<Option<Self>, Error> {
        let mut options = OpenOptions::new();
        options.read(true).append(true);
        match Self::locked(directory, &options) {
            Err(Error::Local { source, .. }) if is_missing(&source) => Ok(None),
            outcome => outcome.map(Some),
        }
    }

    fn locked(directory: &Path, options: &OpenOptions) -> Result<Self, Error> {
        let path = log(directory);
        for _ in 0..ATTEMPTS {
            let mut log = options.open(&path).map_err(Error::local("open", &path))?;
            match log.try_lock() {
                Err(TryLockError::WouldBlock) => break,
                // Where a file system has no locks, two processes copy the same twice.
                Ok(()) | Err(TryLockError::Error(_)) => {}
            }
            // Who had it locked may have removed it: then it is nobody's record any more.
            if !has_its_name(&log, &path) {
                continue;
            }
            let before = log
                .try_clone()
                .and_then(read_marks)
                .and_then(|before| end_line(&mut log).map(|()| before))
                .map_err(Error::local("read", &path))?;
            return Ok(Self {
                directory: directory.to_owned(),
                before,
                log,
                has_failed: AtomicBool::new(false),
            });
        }
        Err(Error::InUse { path, holder: None })
    }

    /// Where it lies.
    pub(crate) fn directory(&self) -> &Path {
        &self.directory
    }

    /// What earlier attempts have done.
    pub(crate) fn before(&self) -> &[u128] {
        &self.before
    }

    /// Takes note of what is done, of `bytes` bytes. A process that is killed then has left the
    /// note. A failure is told once, as it costs no more than time.
    pub(crate) fn add(&self, mark: u128, bytes: u64) {
        if self.before.binary_search(&mark).is_ok() {
            return; // it became again what it had been
        }
        // One write: lines of several threads never mix.
        let written = (&self.log).write_all(lines::line(mark, bytes).as_bytes());
        if let Err(error) = written
            && !self.has_failed.swap(true, Ordering::Relaxed)
        {
            let path = self.directory.display();
            tracing::warn!(
                "{path} cannot be written ({error}); if this run is interrupted, some of it is copied again"
            );
        }
    }

    /// Removes it, but for checkpoints that are left in it: of transfers that a filter leaves out
    /// by now, or that nobody knows of.
    ///
    /// # Errors
    /// What the operating system said of the first file that could not be removed.
    pub(crate) fn remove(self) -> io::Result<()> {
        fs::remove_file(log(&self.directory))?;
        remove_if_empty(&checkpoints(&self.directory))?;
        remove_if_empty(&self.directory)
    }
}

/// Whether `path` still leads to that file.
fn has_its_name(file: &File, path: &Path) -> bool {
    match (file.metadata(), fs::metadata(path)) {
        (Ok(open), Ok(named)) => (open.dev(), open.ino()) == (named.dev(), named.ino()),
        _ => false,
    }
}

/// Removes a directory, if it is there and nothing is in it.
pub(crate) fn remove_if_empty(directory: &Path) -> io::Result<()> {
    match fs::remove_dir(directory) {
        Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty => Ok(()),
        Err(error) if is_missing(&error) => Ok(()),
        removed => removed,
    }
}

/// Whether there is nothing of that name.
pub(crate) fn is_missing(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}

#[cfg(test)]
mod tests;
