use std::path::PathBuf;
use std::sync::Arc;

use ossum_durable::{Durability, Fs};

use crate::{CheckpointStore, Error, Log, Transfer};

/// Keeps each log in a file.
#[derive(Debug, Clone)]
pub struct FileStore {
    fs: Arc<dyn Fs>,
    place: CheckpointPlace,
    state_directory: Option<PathBuf>,
    durability: Durability,
}

/// Where checkpoints lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CheckpointPlace {
    /// Beside the local file; of a copy, below the state directory.
    Beside,
    /// In this file.
    File(PathBuf),
    /// In this directory, which is made if it is missing.
    Directory(PathBuf),
}

impl FileStore {
    /// A store that makes its files through `fs`.
    ///
    /// Below `state_directory` (`$XDG_STATE_HOME/ossum`) lie the checkpoints of copies, and of
    /// uploads from a directory that cannot be written.
    pub fn new(
        fs: Arc<dyn Fs>,
        place: CheckpointPlace,
        state_directory: Option<PathBuf>,
        durability: Durability,
    ) -> Self {
        Self {
            fs,
            place,
            state_directory,
            durability,
        }
    }
}

impl CheckpointStore for FileStore {
    fn open(&self, _transfer: &Transfer) -> Result<Box<dyn Log>, Error> {
        Err(Error::Unwritable {
            path: None,
            source: None,
        })
    }
}
