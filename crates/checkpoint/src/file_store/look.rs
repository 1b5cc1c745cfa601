use std::io;
use std::path::Path;

use ossum_durable::{FileId, FileKind, Fs, FsFile, Metadata};
use rustix::io::Errno;

use super::file_log::OpenFile;
use crate::replay::{Content, holder_in, identify};
use crate::session::SessionId;
use crate::{Action, Error, Transfer};

/// So often a file may change under its name while we look, before we call it busy.
const ATTEMPTS: usize = 8;

/// How opening a file fails if it can be no checkpoint that goes on.
const OF_NO_USE: &[Errno] = &[Errno::LOOP, Errno::ACCESS, Errno::PERM, Errno::ROFS];

/// What lies under a name where a transfer's checkpoint may be.
#[derive(Debug)]
pub(super) enum Look {
    /// Nothing.
    Free,
    /// A session of this transfer, locked.
    Session(OpenFile),
    /// A file of ours in which nothing can be read, locked.
    Blank(OpenFile),
    /// Something that must be left alone: the error that says so.
    Taken(Error),
}

/// Looks what lies at `path`, and locks it if it is ours.
///
/// # Errors
/// [`Error::InUse`] if it is this transfer's and somebody else has it; [`Error::Io`].
pub(super) fn look(fs: &dyn Fs, path: &Path, transfer: &Transfer) -> Result<Look, Error> {
    for _ in 0..ATTEMPTS {
        if let Some(found) = look_once(fs, path, transfer)? {
            return Ok(found);
        }
    }
    Err(in_use(path, None))
}

/// `None` if the file lost its name meanwhile.
fn look_once(fs: &dyn Fs, path: &Path, transfer: &Transfer) -> Result<Option<Look>, Error> {
    let at = |action| Error::at(action, Some(path.to_owned()));
    let Some(named) = inspect(fs, path)? else {
        return Ok(Some(Look::Free));
    };
    if !could_be_ours(fs, path, &named) {
        return Ok(Some(Look::Taken(foreign(path))));
    }
    let file = match fs.open_to_continue(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        // Of no use to us, whosoever it is: a link, not ours to write, or on a disk that became
        // read-only.
        Err(error) if is_any(&error, OF_NO_USE) => {
            return Ok(Some(Look::Taken(foreign(path))));
        }
        Err(error) => return Err(at(Action::Open)(error)),
    };
    let open = file.metadata().map_err(at(Action::Inspect))?;
    if open.id != named.id {
        return Ok(None);
    }
    // Whose it is comes before the lock: another transfer's file is not locked even for a moment,
    // or its process, just starting, would take us for its twin.
    if let Some(taken) = taken_by_another(path, &identify_file(&*file, path, transfer)?) {
        return Ok(Some(Look::Taken(taken)));
    }
    if !lock(&*file, path)? {
        let holder = holder_in(&|buffer, offset| file.read_at(buffer, offset), transfer);
        return Err(in_use(path, holder));
    }
    if !has_its_name(fs, path, open.id)? {
        return Ok(None);
    }
    sort(path, file, transfer).map(Some)
}

/// Sorts a locked file by what it holds now: who had it before may have written meanwhile.
fn sort(path: &Path, file: Box<dyn FsFile>, transfer: &Transfer) -> Result<Look, Error> {
    let content = identify_file(&*file, path, transfer)?;
    if let Some(taken) = taken_by_another(path, &content) {
        return Ok(Look::Taken(taken));
    }
    let found = file.metadata();
    let found = found.map_err(Error::at(Action::Inspect, Some(path.to_owned())))?;
    let file = OpenFile::found(file, &found);
    Ok(match content {
        Content::Own(()) => Look::Session(file),
        _ => Look::Blank(file),
    })
}

fn identify_file(
    file: &dyn FsFile,
    path: &Path,
    transfer: &Transfer,
) -> Result<Content<()>, Error> {
    identify(&|buffer, offset| file.read_at(buffer, offset), transfer)
        .map_err(Error::at(Action::Read, Some(path.to_owned())))
}

fn taken_by_another<T>(path: &Path, content: &Content<T>) -> Option<Error> {
    match content {
        Content::Foreign => Some(foreign(path)),
        Content::Newer(format) => Some(Error::Newer {
            path: Some(path.to_owned()),
            format: *format,
        }),
        Content::Empty | Content::Damaged | Content::Own(_) => None,
    }
}

/// What is at `path`. A directory that is missing, or that may not be looked into, holds nothing
/// for us; whether something can be made there shows when it is made.
pub(super) fn inspect(fs: &dyn Fs, path: &Path) -> Result<Option<Metadata>, Error> {
    const NOTHING: &[Errno] = &[Errno::NOENT, Errno::NOTDIR, Errno::ACCESS, Errno::PERM];
    match fs.metadata(path) {
        Ok(found) => Ok(Some(found)),
        Err(error) if is_any(&error, NOTHING) || error.kind() == io::ErrorKind::NotFound => {
            Ok(None)
        }
        Err(error) => Err(Error::at(Action::Inspect, Some(path.to_owned()))(error)),
    }
}

/// Whether nobody but us can have written it, as far as its file system tells.
fn could_be_ours(fs: &dyn Fs, path: &Path, found: &Metadata) -> bool {
    let is_plain = found.kind == FileKind::File && found.links == 1;
    is_plain && (is_private(found) || looks_like_new_files(fs, path, found))
}

fn is_private(found: &Metadata) -> bool {
    found.owner == rustix::process::geteuid().as_raw() && writers(found) == 0
}

/// Whether files that we make there look the same: FAT has no permissions, a network share may
/// have other owners, and a checkpoint must be found again there too.
fn looks_like_new_files(fs: &dyn Fs, path: &Path, found: &Metadata) -> bool {
    let probe = path.with_file_name(format!(".ossum-{}.tmp", SessionId::random()));
    let Ok(file) = fs.create_new(&probe) else {
        return false;
    };
    let made = file.metadata();
    // Nothing follows from a failure: it is empty, and its name says that it may go.
    let _ = fs.remove_file(&probe);
    made.is_ok_and(|made| made.owner == found.owner && writers(&made) == writers(found))
}

/// Who else than the owner may write.
fn writers(found: &Metadata) -> u32 {
    found.mode & 0o022
}

/// Takes the lock; `false` if somebody else has it.
///
/// Where there are no locks, what protects is that nothing found is trusted.
pub(super) fn lock(file: &dyn FsFile, path: &Path) -> Result<bool, Error> {
    const NO_LOCKS: &[Errno] = &[Errno::NOTSUP, Errno::NOLCK, Errno::NOSYS];
    match file.try_lock() {
        Err(error) if is_any(&error, NO_LOCKS) || error.kind() == io::ErrorKind::Unsupported => {
            Ok(true)
        }
        outcome => outcome.map_err(Error::at(Action::Lock, Some(path.to_owned()))),
    }
}

/// Whether `path` still leads to that file: a lock on a file that was removed protects nothing.
pub(super) fn has_its_name(fs: &dyn Fs, path: &Path, id: FileId) -> Result<bool, Error> {
    Ok(inspect(fs, path)?.is_some_and(|named| named.id == id))
}

pub(super) fn in_use(path: &Path, holder: Option<crate::Holder>) -> Error {
    Error::InUse {
        path: Some(path.to_owned()),
        holder,
    }
}

fn foreign(path: &Path) -> Error {
    Error::Foreign {
        path: Some(path.to_owned()),
    }
}

pub(super) fn is_any(error: &io::Error, errnos: &[Errno]) -> bool {
    Errno::from_io_error(error).is_some_and(|errno| errnos.contains(&errno))
}
