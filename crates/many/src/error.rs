use std::io;
use std::path::{Path, PathBuf};

use ossum_checkpoint::Holder;
use ossum_types::{ByteSize, Invalid};

use crate::names::BadName;
use crate::run_pointer::RunPointer;
use crate::trouble::Trouble;

/// Why a run, or one item of it, did not do what it was asked to.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The transfer of an object failed.
    #[error(transparent)]
    Transfer(#[from] ossum_transfer::Error),
    /// OSS or the network said no to a question about many objects, or about one.
    #[error(transparent)]
    Client(#[from] ossum_client::Error),
    /// A small file could not be written.
    #[error(transparent)]
    File(#[from] ossum_durable::Error),
    /// Something on this machine failed.
    #[error("{action} {}", shown(path))]
    Local {
        /// What was being done.
        action: &'static str,
        /// To what.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// No key begins so.
    #[error("no object is below {0}")]
    NothingThere(String),
    /// The source is no directory.
    #[error("{} is not a directory", shown(.0))]
    NotADirectory(PathBuf),
    /// What is copied would become part of what is copied.
    #[error("{destination} is part of {source_url}, which would be copied into itself")]
    IntoItself {
        /// The source.
        source_url: String,
        /// The destination.
        destination: String,
    },
    /// No file can be made of an object.
    #[error(transparent)]
    Name(#[from] BadName),
    /// No object can be made of a file, or none can be asked for.
    #[error(transparent)]
    Key(#[from] Invalid),
    /// The name of a file is not text, so it cannot be a key.
    #[error("its name is not UTF-8, so it cannot be a key")]
    NotText,
    /// A link leads to a directory that it is in.
    #[error("it leads to a directory that it is in")]
    Loop,
    /// A link in the source leads to nothing.
    #[error("it is a link that leads nowhere")]
    LeadsNowhere,
    /// A link in the destination leads out of it.
    #[error("{} is a link that leads out of the destination", shown(.0))]
    LeadsOut(PathBuf),
    /// The destination is there and must not be replaced.
    #[error("{0} already exists")]
    Exists(String),
    /// No more bytes may be moved.
    #[error(transparent)]
    Limit(#[from] Limit),
    /// Another process carries out the same run.
    #[error("{} is at work on the same run; it holds {}", by(holder.as_ref()), shown(path))]
    InUse {
        /// The file that is locked.
        path: PathBuf,
        /// Who wrote last that they hold it, if that can be read.
        holder: Option<Holder>,
    },
    /// Who works on a run cannot be told.
    #[error(transparent)]
    Checkpoint(#[from] ossum_checkpoint::Error),
    /// What failed is likely to fail for all.
    #[error("{failed} in a row failed alike: {trouble}")]
    AllAlike {
        /// How many.
        failed: u64,
        /// Why.
        trouble: Trouble,
    },
    /// What is to be compared is part of what it is compared with.
    #[error("{source_url} and {destination} overlap")]
    Overlap {
        /// The source.
        source_url: String,
        /// The destination.
        destination: String,
    },
    /// Nothing is left in the source, so all at the destination would be deleted.
    #[error("{source_place} is empty, and all {would_delete} at the destination would be deleted")]
    EmptySource {
        /// The source.
        source_place: String,
        /// How many items would be deleted.
        would_delete: u64,
    },
    /// What the source has is not known, so neither is what would have to be deleted.
    #[error("{unknown} of {source_place} could not be read, so what to delete is not known")]
    UnknownSource {
        /// The source.
        source_place: String,
        /// How many files or directories.
        unknown: u64,
    },
    /// More would be deleted than may be.
    #[error("{would_delete} of {there} at the destination would be deleted, and {most} may be")]
    TooManyDeleted {
        /// How many items would be deleted.
        would_delete: u64,
        /// How many there are.
        there: u64,
        /// How many may be deleted.
        most: u64,
    },
    /// What is deleted cannot be kept there.
    #[error("{0} cannot keep what is deleted: it is not in the bucket of the destination")]
    Backup(String),
    /// What a plan was made for is not there any more.
    #[error("{0} has changed since the plan was made")]
    Drifted(String),
    /// A file holds no plan.
    #[error("{} cannot be carried out: {why}", shown(path))]
    BadPlan {
        /// The file.
        path: PathBuf,
        /// Why.
        why: &'static str,
    },
    /// A plan is of other places.
    #[error("{} is the plan of {source_place} -> {destination}", shown(path))]
    OtherPlan {
        /// The file.
        path: PathBuf,
        /// Its source.
        source_place: String,
        /// Its destination.
        destination: String,
    },
    /// A listing is not in the order of names, so what is missing in it is not known.
    #[error("the listing is not in order at {}", _0.escape_debug())]
    OutOfOrder(String),
    /// It was cancelled.
    #[error("cancelled")]
    Cancelled,
    /// A fault of ossum itself.
    #[error("a thread of the run panicked; this is a fault of ossum")]
    Died,
}

/// A run would have moved more bytes than it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the next {} would pass the limit of {}: {} were moved", ByteSize::new(*next_bytes), ByteSize::new(*limit_bytes), ByteSize::new(*moved_bytes))]
pub struct Limit {
    /// How many bytes it may move.
    pub limit_bytes: u64,
    /// How many it has moved, or is moving.
    pub moved_bytes: u64,
    /// How many were next.
    pub next_bytes: u64,
}

impl Error {
    /// What could not be done to `path`.
    pub(crate) fn local(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Local {
            action,
            path,
            source,
        }
    }

    /// The same with the name of the process that works on the run, if one does.
    pub(crate) fn held_by(self, run: Option<&RunPointer>) -> Self {
        match self {
            Self::InUse { path, holder: None } => Self::InUse {
                path,
                holder: run.map(|run| run.holder.clone()),
            },
            error => error,
        }
    }

    /// Whether it is what everything ends with that was cancelled.
    pub(crate) fn is_cancelled(&self) -> bool {
        match self {
            Self::Cancelled => true,
            Self::Transfer(error) => error.kind() == ossum_transfer::ErrorKind::Cancelled,
            _ => false,
        }
    }
}

fn by(holder: Option<&Holder>) -> String {
    holder.map_or_else(|| "another process".to_owned(), Holder::to_string)
}

/// A path on one line, whatever is in its name.
fn shown(path: &Path) -> String {
    path.to_string_lossy().escape_debug().to_string()
}
