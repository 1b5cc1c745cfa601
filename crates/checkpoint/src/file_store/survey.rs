use std::path::Path;
use std::time::{Duration, SystemTime};

use ossum_durable::{FileKind, Fs, Metadata};
use rustix::io::Errno;
use rustix::process::{Pid, test_kill_process};

use super::look::{inspect, lock};
use crate::locks::{Locked, locked};
use crate::replay::{Content, replay};
use crate::{Action, Error, Holder, Pointer, Remembered};

/// What can be seen of an unfinished transfer by somebody who only looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sighting {
    /// What its checkpoint says.
    pub checkpoint: Seen,
    /// Who works on it; `None` if nobody does.
    pub running: Option<Runner>,
    /// When its checkpoint last changed, if there is one.
    pub changed: Option<SystemTime>,
}

/// What lies where a pointer says that the checkpoint is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seen {
    /// Nothing, or nothing of this transfer.
    Missing,
    /// A checkpoint in which nothing can be read.
    Damaged,
    /// A session.
    Session(Box<Remembered>),
}

/// Who works on a transfer, as far as can be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Runner {
    /// The process ID.
    pub process: Option<u32>,
    /// What its host calls itself.
    pub host: Option<String>,
}

impl Sighting {
    fn of_nothing() -> Self {
        Self {
            checkpoint: Seen::Missing,
            running: None,
            changed: None,
        }
    }
}

/// Looks at the checkpoint that `pointer` names, and changes nothing.
///
/// # Errors
/// [`Error::Io`] if it is there and cannot be read.
pub(crate) fn survey(fs: &dyn Fs, pointer: &Pointer) -> Result<Sighting, Error> {
    let Some(path) = &pointer.checkpoint else {
        return Ok(Sighting::of_nothing());
    };
    let at = |action| Error::at(action, Some(path.clone()));
    let Some(found) = file_at(fs, path)? else {
        return Ok(Sighting::of_nothing());
    };
    let file = fs.open_to_read(path).map_err(at(Action::Open))?;
    let read = |buffer: &mut [u8], offset| file.read_at(buffer, offset);
    let content = replay(&read, &pointer.transfer).map_err(at(Action::Read))?;
    let checkpoint = match content {
        Content::Own(replayed) => Seen::Session(Box::new(replayed.remembered)),
        Content::Empty | Content::Damaged => Seen::Damaged,
        Content::Foreign | Content::Newer(_) => return Ok(Sighting::of_nothing()),
    };
    let holder = match &checkpoint {
        Seen::Session(remembered) => remembered.holder.as_ref(),
        _ => None,
    };
    Ok(Sighting {
        running: runner(fs, path, &found, holder)?,
        changed: time(found.modified_ns),
        checkpoint,
    })
}

/// The file at `path`, if there is one that can be looked at.
fn file_at(fs: &dyn Fs, path: &Path) -> Result<Option<Metadata>, Error> {
    Ok(inspect(fs, path)?.filter(|found| found.kind == FileKind::File))
}

/// Who has the file at `path` locked; `last` wrote last that they have it.
///
/// Looks as [`Pointers::look`](crate::Pointers::look) does, and changes nothing.
///
/// # Errors
/// [`Error::Io`] if it is there and cannot be looked at.
pub fn runner_of(fs: &dyn Fs, path: &Path, last: Option<&Holder>) -> Result<Option<Runner>, Error> {
    match file_at(fs, path)? {
        Some(found) => runner(fs, path, &found, last),
        None => Ok(None),
    }
}

/// Who has the file locked.
///
/// The operating system's list of locks tells without a lock being taken. Only where it does not
/// see them all (a process on another host, or no such list) is the lock tried, and let go at once.
fn runner(
    fs: &dyn Fs,
    path: &Path,
    found: &Metadata,
    holder: Option<&Holder>,
) -> Result<Option<Runner>, Error> {
    let host = Holder::this_process(SystemTime::UNIX_EPOCH).host;
    let Suspect::Process(process) = Suspect::of(locked(found.id.inode), holder, &host) else {
        return Ok(None);
    };
    if !is_locked(fs, path)? {
        return Ok(None);
    }
    Ok(Some(match (process, holder) {
        (Some(process), holder) if holder.is_none_or(|holder| holder.process != process) => {
            Runner {
                process: Some(process),
                host: Some(host),
            }
        }
        (_, Some(holder)) => Runner {
            process: Some(holder.process),
            host: Some(holder.host.clone()),
        },
        (_, None) => Runner {
            process,
            host: None,
        },
    }))
}

/// Who may have a file locked, before the lock is tried.
#[derive(Debug, PartialEq, Eq)]
enum Suspect {
    Nobody,
    /// With its number, if the list of locks tells.
    Process(Option<u32>),
}

impl Suspect {
    /// `last` wrote last that they have it; `host` is what this host calls itself.
    fn of(locked: Locked, last: Option<&Holder>, host: &str) -> Self {
        let is_here = last.is_none_or(|last| last.host == host);
        match locked {
            Locked::By(process) => Self::Process(Some(process)),
            Locked::Nobody if is_here => Self::Nobody,
            Locked::Unknown if is_here && last.is_some_and(is_gone) => Self::Nobody,
            Locked::Nobody | Locked::Unknown => Self::Process(None),
        }
    }
}

/// Whether no process of this machine has that number.
fn is_gone(holder: &Holder) -> bool {
    let pid = i32::try_from(holder.process).ok().and_then(Pid::from_raw);
    pid.is_some_and(|pid| test_kill_process(pid) == Err(Errno::SRCH))
}

fn is_locked(fs: &dyn Fs, path: &Path) -> Result<bool, Error> {
    match fs.open_to_continue(path) {
        Ok(file) => Ok(!lock(&*file, path)?),
        // Gone meanwhile, or nothing that a transfer of ours could hold.
        Err(_) => Ok(false),
    }
}

fn time(nanoseconds: i128) -> Option<SystemTime> {
    let seconds = u64::try_from(nanoseconds / 1_000_000_000).ok()?;
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holder(process: u32, host: &str) -> Holder {
        Holder {
            process,
            host: host.to_owned(),
            since: SystemTime::UNIX_EPOCH,
        }
    }

    /// The number of a process that has ended.
    fn ended() -> u32 {
        let mut child = std::process::Command::new("true").spawn().unwrap();
        child.wait().unwrap();
        child.id()
    }

    #[test]
    fn nobody_is_suspected_where_the_list_of_locks_would_tell() {
        let (this, other) = (holder(1, "here"), holder(1, "elsewhere"));
        let suspect = |locked, last| Suspect::of(locked, last, "here");
        assert_eq!(suspect(Locked::Nobody, None), Suspect::Nobody);
        assert_eq!(suspect(Locked::Nobody, Some(&this)), Suspect::Nobody);
        let unnamed = Suspect::Process(None);
        assert_eq!(suspect(Locked::Nobody, Some(&other)), unnamed);
        let named = Suspect::Process(Some(7));
        assert_eq!(suspect(Locked::By(7), Some(&other)), named);
    }

    #[test]
    fn without_a_list_of_locks_only_a_process_that_ended_here_is_not_suspected() {
        let suspect = |last: Option<Holder>| Suspect::of(Locked::Unknown, last.as_ref(), "here");
        let unnamed = Suspect::Process(None);
        assert_eq!(suspect(None), unnamed);
        let own = std::process::id();
        assert_eq!(suspect(Some(holder(own, "here"))), unnamed);
        let ended = ended();
        assert_eq!(suspect(Some(holder(ended, "here"))), Suspect::Nobody);
        assert_eq!(suspect(Some(holder(ended, "elsewhere"))), unnamed);
    }
}
