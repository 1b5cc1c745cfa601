use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ossum_durable::{Durability, FileId, Fs, FsFile, Metadata, sync_directory_of};

use super::creation::create;
use super::look::has_its_name;
use super::place::Place;
use crate::file_name::{PARTIAL, with_suffix};
use crate::{Error, Log, Transfer};

/// What only the owner may read and write.
const PRIVATE: u32 = 0o600;

/// A log in a file, which is made when something is first appended.
#[derive(Debug)]
pub(super) struct FileLog {
    fs: Arc<dyn Fs>,
    durability: Durability,
    /// `None` if there is nowhere to make it.
    place: Option<Place>,
    /// Where it is made if it cannot be made at its place.
    spare: Option<Place>,
    transfer: Transfer,
    file: Option<OpenFile>,
}

/// A file that is open and locked.
#[derive(Debug)]
pub(super) struct OpenFile {
    file: Box<dyn FsFile>,
    id: FileId,
    len_bytes: u64,
    is_private: bool,
    name_is_durable: bool,
}

impl OpenFile {
    /// Takes an open file that is as `found`.
    pub(super) fn found(file: Box<dyn FsFile>, found: &Metadata) -> Self {
        Self {
            file,
            id: found.id,
            len_bytes: found.len_bytes,
            is_private: found.mode & 0o777 == PRIVATE,
            // Whoever made it may have been stopped before the directory was synced.
            name_is_durable: false,
        }
    }

    pub(super) fn id(&self) -> FileId {
        self.id
    }

    pub(super) fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.file.read_at(buffer, offset)
    }

    /// Closes it to others whatever the umask was, and whoever made it empty.
    fn make_private(&mut self) {
        // A file system without permissions of its own refuses, and then there is nothing to set.
        // Nothing in a checkpoint is secret, so that is no reason to go without.
        if !self.is_private {
            let _ = self.file.set_mode(PRIVATE);
            self.is_private = true;
        }
    }

    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.make_private();
        // At the length that is known to be good: what a failed write left is written over.
        self.file.write_all_at(bytes, self.len_bytes)?;
        self.len_bytes += bytes.len() as u64;
        Ok(())
    }

    fn sync(&mut self, fs: &dyn Fs, path: &Path) -> io::Result<()> {
        self.file.sync()?;
        if !self.name_is_durable {
            sync_directory_of(fs, path).map_err(cause)?;
            self.name_is_durable = true;
        }
        Ok(())
    }
}

impl FileLog {
    pub(super) fn new(
        fs: Arc<dyn Fs>,
        durability: Durability,
        place: Option<Place>,
        transfer: &Transfer,
    ) -> Self {
        Self {
            fs,
            durability,
            place,
            spare: None,
            transfer: transfer.clone(),
            file: None,
        }
    }

    pub(super) fn with_file(self, file: OpenFile) -> Self {
        Self {
            file: Some(file),
            ..self
        }
    }

    pub(super) fn with_spare(self, spare: Option<Place>) -> Self {
        Self { spare, ..self }
    }

    fn create(&self) -> Result<OpenFile, Error> {
        let Some(place) = &self.place else {
            return Err(Error::Unwritable {
                path: None,
                source: None,
            });
        };
        create(&*self.fs, place, &self.transfer)
    }

    fn is_empty(&self) -> bool {
        self.file.as_ref().is_none_or(|open| open.len_bytes == 0)
    }
}

impl Log for FileLog {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        match &self.file {
            Some(open) => open.read_at(buffer, offset),
            None => Ok(0),
        }
    }

    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut open = match self.file.take() {
            Some(open) => open,
            None => self.create()?,
        };
        let outcome = open.append(bytes);
        self.file = Some(open);
        outcome
    }

    fn truncate(&mut self, len_bytes: u64) -> io::Result<()> {
        if let Some(open) = &mut self.file {
            open.file.set_len(len_bytes)?;
            open.len_bytes = len_bytes;
        }
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        match (&mut self.file, &self.place, self.durability) {
            (Some(open), Some(place), Durability::Full) => open.sync(&*self.fs, &place.path),
            _ => Ok(()),
        }
    }

    fn remove(&mut self) -> io::Result<()> {
        let (Some(open), Some(place)) = (&self.file, &self.place) else {
            return Ok(());
        };
        // What has taken its name meanwhile is not ours to remove.
        if has_its_name(&*self.fs, &place.path, open.id)? {
            self.fs.remove_file(&place.path)?;
        }
        self.file = None;
        Ok(())
    }

    fn step_aside(&mut self) -> bool {
        // An old session that cannot even be removed would be found before one in another place.
        // An empty file would not.
        if self.remove().is_err() && !self.is_empty() {
            return false;
        }
        let Some(spare) = self.spare.take() else {
            return false;
        };
        self.place = Some(spare);
        self.file = None;
        true
    }

    fn location(&self) -> Option<&Path> {
        self.place.as_ref().map(|place| place.path.as_path())
    }

    fn partial_path(&self, target: &Path) -> PathBuf {
        let suffix = self.place.as_ref().map(|place| &*place.partial_suffix);
        with_suffix(target, suffix.unwrap_or(PARTIAL))
    }
}

/// What the operating system said; the journal names the checkpoint itself.
pub(super) fn cause(error: ossum_durable::Error) -> io::Error {
    match error {
        ossum_durable::Error::Io { source, .. } => source,
        other => io::Error::other(other),
    }
}
