mod hint;

pub(crate) use hint::is_out_of_files;

use std::io;
use std::path::{Path, PathBuf};

use ossum_transfer::Safe;
use ossum_types::{ObjectUrl, PartNumber, Span};

use crate::exit::Verdict;
use crate::signals::Signal;

/// Why a command did not do what it was asked to.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The command makes no sense as it was typed.
    #[error("{message}")]
    Usage { message: String, hint: String },
    /// A setting is missing or wrong.
    #[error(transparent)]
    Config(#[from] ossum_config::Error),
    /// Credentials could not be had from where they come from.
    #[error(transparent)]
    Credentials(#[from] ossum_client::auth::CredentialsError),
    /// OSS or the network said no.
    #[error(transparent)]
    Client(#[from] ossum_client::Error),
    /// A transfer failed.
    #[error(transparent)]
    Transfer(#[from] ossum_transfer::Error),
    /// Something on this machine failed.
    #[error("{action} {}", .path.display())]
    Local {
        action: &'static str,
        path: PathBuf,
        source: io::Error,
    },
    /// The log cannot be written.
    #[error("open the log {}", .path.display())]
    Log { path: PathBuf, source: io::Error },
    /// A copy from one region to another, which OSS does not make.
    #[error("{message}")]
    BetweenRegions {
        message: String,
        hint: String,
        #[source]
        cause: Option<Box<Failure>>,
    },
    /// What is remembered of a transfer could not be read, written or had.
    #[error(transparent)]
    Checkpoint(#[from] ossum_checkpoint::Error),
    /// No unfinished transfer or run has an ID that begins like this.
    #[error("no unfinished transfer or run {0}")]
    NoSuchJob(String),
    /// What a transfer has begun at OSS could not be ended, so all was left as it was.
    #[error("nothing of the transfer {id} was removed: its upload could not be aborted")]
    NotGivenUp { id: String, source: Box<Failure> },
    /// A host cannot be found or reached.
    #[error("{what}")]
    Unreachable { what: String, source: io::Error },
    /// What was looked into is not as it should be; each finding was told.
    #[error("{check}: {failed} of the checks failed, this one first")]
    Unwell {
        failed: u64,
        check: &'static str,
        source: Box<Failure>,
    },
    /// A small file could not be written.
    #[error(transparent)]
    File(#[from] ossum_durable::Error),
    /// Something that has no path failed.
    #[error("{action}")]
    System { action: String, source: io::Error },
    /// The results could not be written to standard output.
    #[error("write to standard output")]
    Output(#[source] io::Error),
    /// What was done to some of many things failed; each was told.
    #[error("{failed} of {total} failed")]
    Some { failed: u64, total: u64 },
    /// A run over many objects, or one of them, failed in a way that only a run can.
    #[error(transparent)]
    Many(Box<ossum_many::Error>),
    /// What of a source cannot be migrated; each was told.
    #[error("{left_out} of {total} are in no shard")]
    Unplanned { left_out: u64, total: u64 },
    /// An audit has found what is not as it should be; each was told.
    #[error("not all is as it should be: {findings} in the report")]
    Unsound { findings: u64, work: String },
    /// A migration failed in a way that only one can.
    #[error(transparent)]
    Migrate(Box<ossum_migrate::Error>),
    /// A shard is not done, and to try again may be of use.
    #[error(transparent)]
    TryAgain(Box<Failure>),
    /// A shard is not done, and will not be until somebody changes something.
    #[error(transparent)]
    Never(Box<Failure>),
    /// A failure that has been told already.
    #[error(transparent)]
    Told(Box<Failure>),
    /// The destination is there, and must not be replaced.
    #[error("{0} already exists")]
    Exists(String),
    /// Bytes are not what they should be.
    #[error("{0}")]
    Differs(String),
    /// Two things that were compared are not the same.
    #[error("{0}")]
    Unequal(String),
    /// An object did not become readable as long as it was waited for.
    #[error("restore {url}: it cannot be read yet after {waited}")]
    StillArchived { url: ObjectUrl, waited: Span },
    /// A signal asked for an end.
    #[error("interrupted by {signal}")]
    Interrupted {
        signal: Signal,
        /// The command that was typed.
        again: String,
        left: Left,
    },
}

/// What a transfer that was interrupted has left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Left {
    /// Nothing.
    Nothing,
    /// Parts of an upload that nothing continues; a warning has told which.
    Orphans,
    /// Parts that the same command, run again, goes on with.
    Kept(Safe),
    /// A run of which so many files are done; the same command, run again, goes on.
    Run(u64),
}

impl Left {
    /// What a transfer left that ended with `error`.
    pub(crate) fn by(error: &ossum_transfer::Error) -> Self {
        match (error.safe(), error.left_upload()) {
            (Some(safe), _) => Self::Kept(safe),
            (None, Some(_)) => Self::Orphans,
            (None, None) => Self::Nothing,
        }
    }
}

impl Failure {
    /// Says that a command makes no sense, and what would.
    pub(crate) fn usage(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Usage {
            message: message.into(),
            hint: hint.into(),
        }
    }

    /// What an end is where `failed` of `total` things failed, each of which was told.
    pub(crate) fn if_any(failed: u64, total: u64) -> Result<(), Self> {
        match failed {
            0 => Ok(()),
            failed => Err(Self::Some { failed, total }),
        }
    }

    /// What a failure of `migrate run-shard` means to whoever started it.
    pub(crate) fn of_shard(self) -> Self {
        match self {
            Self::TryAgain(_) | Self::Never(_) => self,
            other if Verdict::on(&other).may_pass() => Self::TryAgain(Box::new(other)),
            other => Self::Never(Box::new(other)),
        }
    }

    /// What to do next, as one sentence without a full stop.
    pub(crate) fn hint(&self) -> Option<String> {
        hint::hint(self)
    }

    /// Whether the same command, run again, continues where this one ended.
    pub(crate) fn is_resumable(&self) -> bool {
        match self {
            Self::Transfer(error) => error.is_resumable(),
            Self::Interrupted { left, .. } => matches!(left, Left::Kept(_) | Left::Run(_)),
            _ => false,
        }
    }

    /// The ID of the unfinished transfer that is left, as `jobs` takes it.
    pub(crate) fn job_id(&self) -> Option<String> {
        match self {
            Self::Transfer(error) => Some(error.kept()?.id().short()),
            _ => None,
        }
    }

    /// What OSS or the network said, if it was one of them.
    pub(crate) fn client(&self) -> Option<&ossum_client::Error> {
        match self {
            Self::Client(error) => Some(error),
            Self::Transfer(error) => error.client(),
            Self::NotGivenUp { source, .. } | Self::Unwell { source, .. } => source.client(),
            Self::BetweenRegions { cause, .. } => cause.as_ref()?.client(),
            _ => None,
        }
    }

    /// The local file that was read or written, if it is known.
    pub(crate) fn file(&self) -> Option<&Path> {
        match self {
            Self::Transfer(error) => error.file(),
            Self::Local { path, .. } => Some(path),
            Self::Told(source) | Self::NotGivenUp { source, .. } => source.file(),
            _ => None,
        }
    }

    /// The number of the part that failed, if a part did.
    pub(crate) fn part(&self) -> Option<u32> {
        match self {
            Self::Transfer(error) => error.part().map(PartNumber::get),
            Self::Told(source) => source.part(),
            _ => None,
        }
    }

    /// Whether another process works on what is to be changed.
    pub(crate) fn is_in_use(&self) -> bool {
        match self {
            Self::Checkpoint(error) => matches!(error, ossum_checkpoint::Error::InUse { .. }),
            Self::Many(error) => matches!(**error, ossum_many::Error::InUse { .. }),
            _ => false,
        }
    }

    /// Whether standard output is closed because nobody wants more of it.
    pub(crate) fn is_nobody_listening(&self) -> bool {
        match self {
            Self::Output(error) => error.kind() == io::ErrorKind::BrokenPipe,
            Self::Transfer(error) => error.kind() == ossum_transfer::ErrorKind::NobodyReads,
            _ => false,
        }
    }
}

impl From<ossum_many::Error> for Failure {
    /// What any transfer could fail of is the same in a run.
    fn from(error: ossum_many::Error) -> Self {
        use ossum_many::Error as Many;
        match error {
            Many::Transfer(error) => Self::Transfer(error),
            Many::Client(error) => Self::Client(error),
            Many::File(error) => Self::File(error),
            Many::Checkpoint(error) => Self::Checkpoint(error),
            Many::Exists(destination) => Self::Exists(destination),
            Many::Local {
                action,
                path,
                source,
            } => Self::Local {
                action,
                path,
                source,
            },
            error => Self::Many(Box::new(error)),
        }
    }
}

impl From<ossum_migrate::Error> for Failure {
    /// What anything else could fail of is the same in a migration.
    fn from(error: ossum_migrate::Error) -> Self {
        use ossum_migrate::Error as Migrate;
        match error {
            Migrate::Transfer(error) => Self::Transfer(error),
            Migrate::Client(error) => Self::Client(error),
            Migrate::Many(error) => error.into(),
            Migrate::File(error) => Self::File(error),
            Migrate::Local {
                action,
                path,
                source,
            } => Self::Local {
                action,
                path,
                source,
            },
            error => Self::Migrate(Box::new(error)),
        }
    }
}
