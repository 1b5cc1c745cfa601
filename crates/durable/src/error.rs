use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::FileKind;

/// What could not be done to which path.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The operating system refused or failed; its reason is the source.
    #[error("{operation} {}", Shown(path))]
    Io {
        /// What was being done.
        operation: Operation,
        /// To which file or directory.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// Something that is no regular file stands where a file should go.
    #[error("{} is {kind}, not a file", Shown(path))]
    NotAFile {
        /// Where the file should go.
        path: PathBuf,
        /// What is there.
        kind: FileKind,
    },
    /// There is a file of that name, and it must not be replaced.
    #[error("{} already exists", Shown(path))]
    AlreadyExists {
        /// The name that is taken.
        path: PathBuf,
    },
    /// Another file has taken the name under which the bytes were written.
    #[error("{} is not the file that was written any more", Shown(path))]
    Replaced {
        /// The name that was ours.
        path: PathBuf,
    },
    /// The file that an earlier run should have left was not made by one: it belongs to another
    /// user, or has a second name, under which its bytes would change too.
    #[error("{} is not a file of ours", Shown(path))]
    NotOurs {
        /// Where the file is.
        path: PathBuf,
    },
    /// The file system has less space than the file still needs.
    #[error(
        "no space for {}: {needed_bytes} bytes are needed and {available_bytes} are free",
        Shown(path)
    )]
    NoSpace {
        /// The file to be written.
        path: PathBuf,
        /// How much it needs beyond what it has.
        needed_bytes: u64,
        /// How much was free for us when it was looked at.
        available_bytes: u64,
    },
}

impl Error {
    /// Says what was being done to `path` when the operating system failed: for `map_err`.
    pub fn at(operation: Operation, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io {
            operation,
            path: path.to_owned(),
            source,
        }
    }
}

/// What was being done to a path when it failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Operation {
    /// Making a new file.
    Create,
    /// Making a directory.
    CreateDirectory,
    /// Opening a file that exists.
    Open,
    /// Asking for type, size, times or mode, or where a symbolic link leads.
    Inspect,
    /// Reading bytes.
    Read,
    /// Writing bytes.
    Write,
    /// Growing or cutting a file.
    SetLength,
    /// Asking for free space, or reserving it.
    Reserve,
    /// Setting permissions.
    SetMode,
    /// Setting the time of modification.
    SetModified,
    /// Waiting until a file's bytes are durable.
    Sync,
    /// Waiting until a directory's names are durable.
    SyncDirectory,
    /// Renaming a finished file to the name it is for.
    MoveIntoPlace,
    /// Removing a name.
    Remove,
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Create => "create",
            Self::CreateDirectory => "create directory",
            Self::Open => "open",
            Self::Inspect => "inspect",
            Self::Read => "read",
            Self::Write => "write",
            Self::SetLength => "set the length of",
            Self::Reserve => "reserve space for",
            Self::SetMode => "set the permissions of",
            Self::SetModified => "set the modification time of",
            Self::Sync => "sync",
            Self::SyncDirectory => "sync directory",
            Self::MoveIntoPlace => "move into place",
            Self::Remove => "remove",
        })
    }
}

/// A path on one line of a terminal, whatever characters are in it.
struct Shown<'a>(&'a Path);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.to_string_lossy().chars() {
            if c.is_control() {
                write!(f, "{}", c.escape_default())?;
            } else {
                write!(f, "{c}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;

    use super::*;

    #[test]
    fn the_message_names_operation_and_path_and_leaves_the_cause_to_source() {
        let cause = io::Error::from(io::ErrorKind::StorageFull);
        let error = Error::at(Operation::Write, Path::new("/data/a b"))(cause);
        assert_eq!(error.to_string(), "write /data/a b");
        assert!(error.source().is_some());
    }

    #[test]
    fn a_hostile_name_stays_on_one_line() {
        let path = PathBuf::from("a\n\u{1b}[2Jb\u{9b}");
        let shown = Error::AlreadyExists { path }.to_string();
        assert_eq!(shown, "a\\n\\u{1b}[2Jb\\u{9b} already exists");
    }

    #[test]
    fn every_operation_is_named() {
        let named = |operation: Operation| {
            let error = Error::at(operation, Path::new("/f"))(io::ErrorKind::Other.into());
            error.to_string()
        };
        for (operation, words) in [
            (Operation::Create, "create /f"),
            (Operation::CreateDirectory, "create directory /f"),
            (Operation::SetLength, "set the length of /f"),
            (Operation::SetModified, "set the modification time of /f"),
            (Operation::SyncDirectory, "sync directory /f"),
            (Operation::MoveIntoPlace, "move into place /f"),
        ] {
            assert_eq!(named(operation), words);
        }
    }
}
