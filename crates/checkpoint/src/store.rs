use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::{Error, Transfer, file_name};

/// Keeps one log a transfer: in files, in memory, in a database.
///
/// A log is bytes to its store; what they mean is the [`Journal`](crate::Journal)'s business.
pub trait CheckpointStore: fmt::Debug + Send + Sync {
    /// Opens the log of `transfer` for one user at a time; it need not exist yet.
    ///
    /// Makes nothing. Dropping the log lets the next one open it.
    ///
    /// # Errors
    /// [`Error::InUse`] while somebody else has it open.
    fn open(&self, transfer: &Transfer) -> Result<Box<dyn Log>, Error>;
}

/// An append-only log that is in use by nobody else.
///
/// Errors are those of the operating system; an [`Error`] may travel in one (see its
/// `From` implementation) and is what a caller then gets.
pub trait Log: fmt::Debug + Send {
    /// Reads bytes at `offset`, as many as come at once; 0 at the end, and of a log that does not
    /// exist.
    ///
    /// # Errors
    /// Those of the operating system.
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize>;

    /// Adds `bytes` at the end, and makes the log if it does not exist.
    ///
    /// # Errors
    /// Any first part of the bytes may be there; the next call takes their place.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// Cuts the log to `len_bytes`, which is at most its length. One that does not exist stays so.
    ///
    /// # Errors
    /// Those of the operating system.
    fn truncate(&mut self, len_bytes: u64) -> io::Result<()>;

    /// Returns when the bytes, and the name that leads to them, survive a power loss, or at once
    /// if the store does not promise that.
    ///
    /// # Errors
    /// It is then unknown which bytes survive. It is not called again.
    fn sync(&mut self) -> io::Result<()>;

    /// Removes the log. It can be appended to again afterwards, which makes a new one.
    ///
    /// # Errors
    /// Then it may still be there.
    fn remove(&mut self) -> io::Result<()>;

    /// Gives up its place, which cannot be written, for another one; `false` if there is none.
    /// What was begun in the one it leaves is removed.
    fn step_aside(&mut self) -> bool {
        // That nothing can be kept here is known already; a failure would say it once more.
        let _ = self.remove();
        false
    }

    /// The file it is kept in, or will be once something is appended.
    fn location(&self) -> Option<&Path> {
        None
    }

    /// Where the bytes of an unfinished download to `target` belong: in the same directory, under
    /// a name that fits this log's.
    fn partial_path(&self, target: &Path) -> PathBuf {
        file_name::with_suffix(target, file_name::PARTIAL)
    }
}
