mod first_name;

use std::io;
use std::path::Path;

use rustix::io::Errno;

use crate::target::{directory_of, inspect};
use crate::{Error, FileKind, Fs, Metadata, Operation, Partial, Target};

/// What happens to a file that already has the target's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overwrite {
    /// It is replaced.
    Allow,
    /// It stays, and nothing is published.
    Forbid,
}

/// Whether success means that a power loss takes nothing back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Bytes and name are on the disk before success is reported.
    Full,
    /// Nothing is waited for. A killed process still leaves the old file or the new one, but
    /// after a power loss the name may lead to damaged bytes.
    None,
}

/// Gives a finished file its final name.
///
/// Its permissions become those of the file it replaces (without set-ID bits), otherwise those of
/// any new file; where the file system has permissions of its own, those. Owner, access lists and
/// extended attributes of a replaced file are not carried over. The time of modification is left
/// as it is.
///
/// Dropping `partial` afterwards is safe; it no longer leads anywhere.
///
/// # Errors
/// - [`Error::AlreadyExists`] if the name is taken and [`Overwrite::Forbid`]. Nothing happened.
/// - [`Error::NotAFile`] if a directory, device, pipe or symbolic link has taken the target's name
///   since it was resolved. Nothing happened.
/// - [`Error::Replaced`] if another file has taken the partial's name. Nothing was published.
/// - [`Error::Io`] with [`Operation::SyncDirectory`]: published, but a power loss may take the new
///   name back. With [`Operation::Sync`]: nothing was published, and which of the partial's bytes
///   are on the disk is unknown. With any other operation: nothing was published, except where a
///   file system cannot rename without replacing; there the target can be published and the
///   partial's name be left too. Of a partial without a name, what replaces a file can be left under the
///   name that it has for a moment, as by a crash in that moment.
///
/// # Durability
/// With [`Durability::Full`], on return the bytes and the name survive a power loss. At every
/// moment before, the name leads to all of the old bytes or all of the new ones.
pub fn publish(
    fs: &dyn Fs,
    partial: &Partial,
    target: &Target,
    overwrite: Overwrite,
    durability: Durability,
) -> Result<(), Error> {
    publish_with_mode(fs, partial, target, overwrite, durability, None)
}

/// As [`publish`], where it is known which permissions new files have: for whoever makes many, as to
/// [find them out](Fs::mode_of_new_files) costs more than to move a small file. `None` asks.
///
/// # Errors
/// As [`publish`].
pub fn publish_with_mode(
    fs: &dyn Fs,
    partial: &Partial,
    target: &Target,
    overwrite: Overwrite,
    durability: Durability,
    mode_of_new_files: Option<u32>,
) -> Result<(), Error> {
    let publication = Publication {
        fs,
        partial,
        target,
        durability,
        mode_of_new_files,
    };
    // That a name is free still, a file without one finds out by taking it.
    if !partial.is_named() && target.existing().is_none() {
        match publication.carry_out(None, Overwrite::Forbid) {
            Err(Error::AlreadyExists { .. }) => {}
            outcome => return outcome,
        }
    }
    let replaced = inspect_target(fs, target, overwrite)?;
    publication.carry_out(replaced, overwrite)
}

/// What is to be published, and how.
struct Publication<'a> {
    fs: &'a dyn Fs,
    partial: &'a Partial,
    target: &'a Target,
    durability: Durability,
    mode_of_new_files: Option<u32>,
}

impl Publication<'_> {
    /// Publishes in the place of what was last seen there.
    fn carry_out(&self, replaced: Option<Metadata>, overwrite: Overwrite) -> Result<(), Error> {
        let Self {
            fs,
            partial,
            target,
            durability,
            mode_of_new_files,
        } = *self;
        // 1. permissions, as the sync makes them durable too, and nobody may find the final name
        //    with the partial's  2. bytes durable, or a power loss could keep the rename and lose
        //    them  3. the name is still ours  4. name moved: the only step that others see
        // 5. name durable. A crash between any two leaves the old file or the new one.
        let is_taken = replaced.is_some();
        set_final_mode(fs, partial, target, replaced, mode_of_new_files)?;
        if durability == Durability::Full {
            partial.sync()?;
        }
        if partial.is_named() {
            check_name_is_ours(fs, partial)?;
            move_into_place(fs, partial.path(), target.path(), overwrite)?;
        } else {
            first_name::give(fs, partial, target, is_taken, overwrite)?;
        }
        if durability == Durability::Full {
            sync_directory_of(fs, target.path())?;
        }
        Ok(())
    }
}

/// Looks at the target again: hours may have passed since it was resolved.
fn inspect_target(
    fs: &dyn Fs,
    target: &Target,
    overwrite: Overwrite,
) -> Result<Option<Metadata>, Error> {
    let path = || target.path().to_owned();
    match inspect(fs, target.path())? {
        Some(found) if found.kind != FileKind::File => Err(Error::NotAFile {
            path: path(),
            kind: found.kind,
        }),
        Some(_) if overwrite == Overwrite::Forbid => Err(Error::AlreadyExists { path: path() }),
        found => Ok(found),
    }
}

fn set_final_mode(
    fs: &dyn Fs,
    partial: &Partial,
    target: &Target,
    replaced: Option<Metadata>,
    mode_of_new_files: Option<u32>,
) -> Result<(), Error> {
    // What has no name was made with the permissions of any new file.
    if replaced.is_none() && !partial.is_named() {
        return Ok(());
    }
    let mode = match (replaced, mode_of_new_files) {
        // Writing to a set-ID program clears those bits, and these are new bytes.
        (Some(replaced), _) => replaced.mode & 0o777,
        (None, Some(mode)) => mode,
        (None, None) => fs
            .mode_of_new_files(target.directory())
            .map_err(Error::at(Operation::Inspect, target.directory()))?,
    };
    match partial.file().set_mode(mode) {
        // Some file systems have permissions of their own (FAT, many a network share). What cannot
        // be kept there is no reason to withhold the bytes, and the file is ours alone as it is.
        Err(error) if is_any(&error, &[Errno::PERM, Errno::NOTSUP]) => Ok(()),
        outcome => outcome.map_err(Error::at(Operation::SetMode, partial.path())),
    }
}

/// Makes sure that the name about to be moved leads to the bytes that were written.
///
/// This finds accidents: a second program at work here, a clean-up, a restored backup. Against an
/// attacker it proves nothing, as the name can change once more before it is moved; but who may
/// do that may also replace the target itself.
fn check_name_is_ours(fs: &dyn Fs, partial: &Partial) -> Result<(), Error> {
    if partial.has_its_name(fs)? {
        return Ok(());
    }
    Err(Error::Replaced {
        path: partial.path().to_owned(),
    })
}

fn move_into_place(fs: &dyn Fs, from: &Path, to: &Path, overwrite: Overwrite) -> Result<(), Error> {
    let moved = match overwrite {
        Overwrite::Allow => fs.rename(from, to),
        Overwrite::Forbid => fs.rename_to_free_name(from, to),
    };
    match moved {
        Err(error)
            if overwrite == Overwrite::Forbid && error.kind() == io::ErrorKind::AlreadyExists =>
        {
            Err(Error::AlreadyExists {
                path: to.to_owned(),
            })
        }
        moved => moved.map_err(Error::at(Operation::MoveIntoPlace, to)),
    }
}

/// Returns when the name `path` is durable, be it made, moved or removed.
///
/// File systems that cannot sync a directory, some network ones among them, are taken at their
/// word that there is nothing to wait for.
///
/// # Errors
/// [`Error::Io`]; what a power loss would leave is then unknown, and asking again proves nothing.
pub fn sync_directory_of(fs: &dyn Fs, path: &Path) -> Result<(), Error> {
    let directory = directory_of(path);
    match fs.sync_directory(directory) {
        Err(error) if is_any(&error, &[Errno::INVAL, Errno::NOTSUP]) => Ok(()),
        outcome => outcome.map_err(Error::at(Operation::SyncDirectory, directory)),
    }
}

/// Whether the operating system said one of `errnos`.
pub(crate) fn is_any(error: &io::Error, errnos: &[Errno]) -> bool {
    Errno::from_io_error(error).is_some_and(|errno| errnos.contains(&errno))
}

#[cfg(test)]
mod power_loss;
#[cfg(test)]
mod tests;
