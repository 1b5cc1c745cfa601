use std::fmt;
use std::io;
use std::path::PathBuf;

use crate::Holder;
use crate::shown::checkpoint_at;

/// Why something could not be remembered or found again.
///
/// `path` is where the checkpoint lies or would lie; a store that keeps none on a disk has none.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Another process works on the transfer, or this one already does.
    #[error("{} is in use{}", checkpoint_at(path.as_deref()), by(holder.as_ref()))]
    InUse {
        /// The checkpoint that is locked.
        path: Option<PathBuf>,
        /// Who wrote last that they hold it, if that can be read.
        holder: Option<Holder>,
    },
    /// Where the checkpoint belongs lies something that is not ours, and is left alone.
    #[error("{} is not one of this transfer", checkpoint_at(path.as_deref()))]
    Foreign {
        /// What is in the way.
        path: Option<PathBuf>,
    },
    /// Where the checkpoint belongs lies one of a format that is not known yet; left alone.
    #[error("{} has format {format}, which needs a newer version", checkpoint_at(path.as_deref()))]
    Newer {
        /// What is in the way.
        path: Option<PathBuf>,
        /// Its format.
        format: u64,
    },
    /// No checkpoint can be made: the transfer can go on, but cannot be continued later.
    #[error("{} cannot be made", checkpoint_at(path.as_deref()))]
    Unwritable {
        /// Where it was last tried; `None` if there is no place at all.
        path: Option<PathBuf>,
        /// What the operating system said.
        source: Option<io::Error>,
    },
    /// Writing that down would be wrong, and nothing was written.
    #[error("{} cannot take that: {reason}", checkpoint_at(path.as_deref()))]
    Refused {
        /// The checkpoint.
        path: Option<PathBuf>,
        /// Why not.
        reason: &'static str,
    },
    /// The operating system refused or failed; its reason is the source.
    #[error("{action} {}", checkpoint_at(path.as_deref()))]
    Io {
        /// What was being done.
        action: Action,
        /// To which file or directory.
        path: Option<PathBuf>,
        /// What the operating system said.
        source: io::Error,
    },
    /// A pointer could not be written, read or removed.
    #[error(transparent)]
    Durable(#[from] ossum_durable::Error),
}

/// What was being done when it failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Action {
    /// Asking what lies there.
    Inspect,
    /// Opening what lies there.
    Open,
    /// Making a new one.
    Create,
    /// Making sure that nobody else works on it.
    Lock,
    /// Reading.
    Read,
    /// Appending.
    Write,
    /// Cutting off its end, or all of it.
    Cut,
    /// Waiting until it is durable.
    Sync,
    /// Removing it.
    Remove,
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Inspect => "inspect",
            Self::Open => "open",
            Self::Create => "create",
            Self::Lock => "lock",
            Self::Read => "read",
            Self::Write => "write",
            Self::Cut => "cut",
            Self::Sync => "sync",
            Self::Remove => "remove",
        })
    }
}

impl Error {
    /// Says what was being done when the operating system failed: for `map_err`.
    ///
    /// An error of this crate that travelled in an [`io::Error`] is taken out again.
    pub(crate) fn at(action: Action, path: Option<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        move |error| {
            error.downcast::<Self>().unwrap_or_else(|source| Self::Io {
                action,
                path,
                source,
            })
        }
    }
}

/// Lets an error of this crate pass through [`Log`](crate::Log), whose errors are those of the
/// operating system. The [`Journal`](crate::Journal) takes it out again.
impl From<Error> for io::Error {
    fn from(error: Error) -> Self {
        Self::other(error)
    }
}

fn by(holder: Option<&Holder>) -> String {
    holder.map_or_else(String::new, |holder| format!(" by {holder}"))
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;
    use std::time::SystemTime;

    use super::*;

    #[test]
    fn whoever_finds_it_in_use_reads_by_whom() {
        let holder = Holder {
            process: 7,
            host: "h".to_owned(),
            since: SystemTime::UNIX_EPOCH,
        };
        let error = Error::InUse {
            path: Some("/d/a.cp".into()),
            holder: Some(holder),
        };
        assert_eq!(
            error.to_string(),
            "checkpoint /d/a.cp is in use by process 7 on host h"
        );
    }

    #[test]
    fn an_error_of_ours_survives_the_way_through_a_log() {
        let inner = io::Error::from(Error::Foreign { path: None });
        let error = Error::at(Action::Write, None)(inner);
        assert!(matches!(error, Error::Foreign { .. }), "{error:?}");

        let error = Error::at(Action::Write, None)(io::ErrorKind::StorageFull.into());
        assert_eq!(error.to_string(), "write checkpoint");
        assert!(error.source().is_some());
    }
}
