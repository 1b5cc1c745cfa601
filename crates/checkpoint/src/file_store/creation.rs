use std::io;
use std::path::Path;

use ossum_durable::{Fs, Metadata, create_private_directories};
use rustix::io::Errno;

use super::file_log::{OpenFile, cause};
use super::look::{in_use, inspect, is_any, lock};
use super::place::{Directory, Place};
use crate::replay::holder_in;
use crate::{Action, Error, Transfer};

/// Makes the file of a new checkpoint, and locks it.
///
/// # Errors
/// [`Error::InUse`] if somebody was quicker; [`Error::Unwritable`] if nothing can be made there;
/// otherwise [`Error::Io`].
pub(super) fn create(fs: &dyn Fs, place: &Place, transfer: &Transfer) -> Result<OpenFile, Error> {
    let path = &place.path;
    if place.directory == Directory::Ours {
        let directory = path.parent().unwrap_or(path);
        create_private_directories(fs, directory)
            .map_err(|error| unwritable(path, cause(error)))?;
    }
    let file = match fs.create_new(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            return Err(in_use(path, holder_at(fs, path, transfer)));
        }
        Err(error) => return Err(cannot_create(path, error)),
    };
    let made = file.metadata();
    let made = made.map_err(Error::at(Action::Inspect, Some(path.clone())))?;
    // Between the name and the lock somebody can find the file, take the lock, and even remove it, or
    // begin in it and leave what is to go on.
    let is_as_made = |named: Metadata| named.id == made.id && named.len_bytes == 0;
    if !lock(&*file, path)? || !inspect(fs, path)?.is_some_and(is_as_made) {
        return Err(in_use(path, None));
    }
    Ok(OpenFile::found(file, &made))
}

fn cannot_create(path: &Path, error: io::Error) -> Error {
    // A disk that is full or read-only can show that at any step of a beginning, not only here, and
    // so is the journal's to recognise.
    if is_any(&error, &[Errno::ACCESS, Errno::PERM]) {
        return unwritable(path, error);
    }
    Error::at(Action::Create, Some(path.to_owned()))(error)
}

fn unwritable(path: &Path, source: io::Error) -> Error {
    Error::Unwritable {
        path: Some(path.to_owned()),
        source: Some(source),
    }
}

fn holder_at(fs: &dyn Fs, path: &Path, transfer: &Transfer) -> Option<crate::Holder> {
    // For the message only, so that every failure just makes it shorter.
    let file = fs.open_to_continue(path).ok()?;
    holder_in(&|buffer, offset| file.read_at(buffer, offset), transfer)
}
