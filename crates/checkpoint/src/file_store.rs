mod claim;
mod creation;
mod file_log;
#[cfg(test)]
#[cfg(feature = "interleavings")]
mod interleavings;
mod look;
mod place;
mod survey;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ossum_durable::{Durability, Fs};

pub use self::claim::{Claim, Removed};
use self::file_log::FileLog;
use self::look::{Look, look};
use self::place::{Place, Places};
pub(crate) use self::survey::survey;
pub use self::survey::{Runner, Seen, Sighting, runner_of};
use crate::{CheckpointStore, Error, Log, Transfer};

/// Keeps each log in a file, which only its owner may read (`0600`).
///
/// The file is locked while it is open. Where a file system has no locks, two processes can work
/// on the same transfer, and both then prove what they find, as always. Symbolic links are not
/// followed, and files that somebody else may have written are not touched.
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
    /// Beside the local file, as `{file}.cp`, or as `{file}.{8 hex}.cp` if that name is taken by
    /// something else; of a copy, below the state directory.
    Beside,
    /// In this file. Something else in its place is an error.
    File(PathBuf),
    /// In this directory, as `{file name}.{8 hex}.cp`. It is made, for its owner alone, if it is
    /// missing.
    Directory(PathBuf),
}

impl FileStore {
    /// A store that makes its files through `fs`.
    ///
    /// Below `state_directory` (`$XDG_STATE_HOME/ossum`) lie the checkpoints of copies, and of
    /// uploads from a directory that cannot be written or whose disk is full, if they are kept
    /// [`Beside`](CheckpointPlace::Beside). With [`Durability::None`] nothing is synced.
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

    fn log_at(&self, place: Option<Place>, transfer: &Transfer) -> FileLog {
        FileLog::new(Arc::clone(&self.fs), self.durability, place, transfer)
    }
}

/// Makes sure that nobody works on `transfer` with the checkpoint at `path`, if one of it is there.
///
/// # Errors
/// [`Error::InUse`] if somebody does; [`Error::Io`] if that cannot be told.
pub(crate) fn check_unused(fs: &dyn Fs, path: &Path, transfer: &Transfer) -> Result<(), Error> {
    // A lock that was taken to look ends with what was found.
    look(fs, path, transfer).map(drop)
}

impl CheckpointStore for FileStore {
    fn open(&self, transfer: &Transfer) -> Result<Box<dyn Log>, Error> {
        let Places { usual, spare } =
            Places::of(&self.place, self.state_directory.as_deref(), transfer);
        // What can be continued comes before what is free: a checkpoint may lie under its second
        // name, and the first have become free since.
        let mut usable = None;
        let mut taken = None;
        for place in usual {
            let found = look(&*self.fs, &place.path, transfer)?;
            let log = self.log_at(Some(place), transfer);
            match found {
                Look::Session(file) => return Ok(Box::new(log.with_file(file))),
                Look::Blank(file) => usable = usable.or_else(|| Some(log.with_file(file))),
                Look::Free => usable = usable.or(Some(log)),
                Look::Taken(error) => taken = Some(error),
            }
        }
        let mut free = None;
        if let Some(place) = spare {
            match look(&*self.fs, &place.path, transfer)? {
                Look::Session(file) => {
                    // What has the usual name is empty, and a power loss may have brought it back.
                    if let Some(mut blank) = usable {
                        let _ = blank.remove();
                    }
                    let log = self.log_at(Some(place), transfer);
                    return Ok(Box::new(log.with_file(file)));
                }
                Look::Blank(file) => {
                    // It is of no use to anybody, and a lock on it would be taken for another's.
                    let mut blank = self.log_at(Some(place.clone()), transfer).with_file(file);
                    free = blank.remove().is_ok().then_some(place);
                }
                Look::Free => free = Some(place),
                // The usual place will do, or none.
                Look::Taken(_) => {}
            }
        }
        match (usable, taken) {
            (Some(log), _) => Ok(Box::new(log.with_spare(free))),
            (None, Some(error)) => Err(error),
            (None, None) => Ok(Box::new(self.log_at(None, transfer))),
        }
    }
}
