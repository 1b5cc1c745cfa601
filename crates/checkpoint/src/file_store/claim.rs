use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ossum_durable::{FileKind, Fs, Operation};
use ossum_types::UploadId;

use super::file_log::OpenFile;
use super::look::{Look, has_its_name, in_use, lock, look};
use crate::replay::{Content, replay};
use crate::{Action, Error, Header, Pointer, Pointers, Remembered};

/// An unfinished transfer that is about to be given up: nobody else works on it while this is held.
#[derive(Debug)]
pub struct Claim {
    fs: Arc<dyn Fs>,
    pointers: Pointers,
    pointer: Pointer,
    /// Locked; `None` if there is none of this transfer.
    checkpoint: Option<(PathBuf, OpenFile)>,
    remembered: Option<Box<Remembered>>,
}

/// What was removed of a transfer that was given up, and what was not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Removed {
    /// The checkpoint.
    pub checkpoint: Option<PathBuf>,
    /// The bytes of a download so far.
    pub partial: Option<PathBuf>,
    /// A file that has the name of those bytes, and may be somebody else's: it was left alone.
    pub left: Option<PathBuf>,
}

impl Claim {
    /// # Errors
    /// [`Error::InUse`] while somebody works on the transfer; [`Error::Io`].
    pub(crate) fn take(
        fs: Arc<dyn Fs>,
        pointers: Pointers,
        pointer: Pointer,
    ) -> Result<Self, Error> {
        let mut claim = Self {
            fs,
            pointers,
            pointer,
            checkpoint: None,
            remembered: None,
        };
        let Some(path) = claim.pointer.checkpoint.clone() else {
            return Ok(claim);
        };
        let (Look::Session(file) | Look::Blank(file)) =
            look(&*claim.fs, &path, &claim.pointer.transfer)?
        else {
            return Ok(claim); // nothing, or nothing of ours
        };
        let read = |buffer: &mut [u8], offset| file.read_at(buffer, offset);
        let content = replay(&read, &claim.pointer.transfer)
            .map_err(Error::at(Action::Read, Some(path.clone())))?;
        if let Content::Own(replayed) = content {
            claim.remembered = Some(Box::new(replayed.remembered));
        }
        claim.checkpoint = Some((path, file));
        Ok(claim)
    }

    /// The multipart uploads that the transfer has begun and not ended: those that its checkpoint
    /// and its pointer know of, usually one.
    pub fn upload_ids(&self) -> Vec<UploadId> {
        let remembered = self.remembered.as_ref();
        let recorded = remembered.and_then(|remembered| remembered.upload_id.clone());
        let pointed = self.pointer.upload_id.clone();
        let pointed = pointed.filter(|id| recorded.as_ref() != Some(id));
        recorded.into_iter().chain(pointed).collect()
    }

    /// Removes the bytes of a download, the checkpoint, and the pointer, in this order: what is left
    /// by a crash in between can be given up again.
    ///
    /// Each is removed only if it is certain to be this transfer's.
    ///
    /// # Errors
    /// [`Error::InUse`] if somebody writes the bytes; otherwise [`Error::Io`] and
    /// [`Error::Durable`]. What was not reached is still there.
    pub fn remove(self) -> Result<Removed, Error> {
        let mut removed = Removed::default();
        match self.partial()? {
            Partial::Ours(path) => {
                let at = Error::at(Action::Remove, Some(path.clone()));
                self.fs.remove_file(&path).map_err(at)?;
                removed.partial = Some(path);
            }
            Partial::Unknown(path) => removed.left = Some(path),
            Partial::None => {}
        }
        let transfer = &self.pointer.transfer;
        let Some((path, file)) = &self.checkpoint else {
            // Nothing kept others away meanwhile.
            if self.pointers.find(transfer)?.as_ref() == Some(&self.pointer) {
                self.pointers.remove(transfer)?;
            }
            return Ok(removed);
        };
        if has_its_name(&*self.fs, path, file.id())? {
            let at = Error::at(Action::Remove, Some(path.clone()));
            self.fs.remove_file(path).map_err(at)?;
            removed.checkpoint = Some(path.clone());
        }
        self.pointers.remove(transfer)?;
        Ok(removed)
    }

    /// What lies where the bytes so far should.
    fn partial(&self) -> Result<Partial, Error> {
        let Some(path) = &self.pointer.partial else {
            return Ok(Partial::None);
        };
        let found = match self.fs.metadata(path) {
            Ok(found) => found,
            Err(error) if is_nothing(&error) => return Ok(Partial::None),
            Err(error) => return Err(at(Operation::Inspect, path)(error)),
        };
        // Whoever goes on with the bytes proves them; here they are removed. The number of an inode
        // is given to another file once ours is gone, which is not likely to be just as long. The
        // times tell nothing more, as they change with each write, and the number of a device
        // changes with a reboot.
        let is_ours = self.remembered.as_ref().is_some_and(|remembered| {
            let Header { size, partial, .. } = remembered.header;
            let is_as_long = found.len_bytes == size;
            partial.is_some_and(|id| id.inode == found.id.inode) && is_as_long
        });
        if !is_ours || found.kind != FileKind::File {
            return Ok(Partial::Unknown(path.clone()));
        }
        let file = self.fs.open_to_continue(path);
        let file = file.map_err(at(Operation::Open, path))?;
        if !lock(&*file, path)? {
            return Err(in_use(path, None));
        }
        Ok(Partial::Ours(path.clone()))
    }
}

enum Partial {
    None,
    Ours(PathBuf),
    Unknown(PathBuf),
}

fn is_nothing(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}

fn at(operation: Operation, path: &Path) -> impl FnOnce(io::Error) -> Error {
    move |error| ossum_durable::Error::at(operation, path)(error).into()
}
