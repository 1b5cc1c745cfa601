use std::io;
use std::path::{Path, PathBuf};

use ossum_types::Invalid;

use crate::source::S3Error;

/// Why a migration, or a question about one, did not go on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// OSS or the network said no.
    #[error(transparent)]
    Client(#[from] ossum_client::Error),
    /// A transfer failed.
    #[error(transparent)]
    Transfer(#[from] ossum_transfer::Error),
    /// A listing failed, or a name in it is one that nothing can have.
    #[error(transparent)]
    Many(#[from] ossum_many::Error),
    /// An object of the source could not be looked at.
    #[error("look at {key} at the source")]
    Source {
        /// Its key below the source.
        key: String,
        /// Why.
        source: ossum_transfer::SourceError,
    },
    /// S3 said no.
    #[error(transparent)]
    S3(#[from] S3Error),
    /// A file of a work place that is a directory could not be written.
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
    /// Something that was typed, or is in a listing, is no valid value.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The work place has no plan.
    #[error("{0} has no whole plan")]
    NotPlanned(String),
    /// The work place has a plan already, which stays.
    #[error("{0} has a plan already")]
    Planned(String),
    /// The work place is where objects are looked for, so that its own files would be migrated.
    #[error("the work place {work} is part of the source {source_place}")]
    WorkInSource {
        /// The work place.
        work: String,
        /// The source.
        source_place: String,
    },
    /// A thread of the migration panicked.
    #[error("a thread of the migration panicked; this is a fault of ossum")]
    Died,
    /// There is something to be done before.
    #[error("{shards} shards are not done yet, {first} among them")]
    NotAllDone {
        /// The first of them.
        first: u32,
        /// How many.
        shards: u64,
    },
    /// There is no such shard.
    #[error("there is no shard {number}: the plan has {shards}, from 0 on")]
    NoSuchShard {
        /// The one that was asked for.
        number: u32,
        /// How many there are.
        shards: u32,
    },
    /// A file of the work place is not what it should be.
    #[error("{name} in {place} is damaged: {why}")]
    Damaged {
        /// The work place.
        place: String,
        /// The file in it.
        name: String,
        /// What is wrong with it.
        why: String,
    },
    /// A file of the work place is of another version of this program.
    #[error("{name} in {place} has the format {format}, and this version knows {known}", known = crate::job::FORMAT)]
    Format {
        /// The work place.
        place: String,
        /// The file in it.
        name: String,
        /// Its format.
        format: u64,
    },
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
}

/// A path on one line, whatever is in its name.
fn shown(path: &Path) -> String {
    path.to_string_lossy().escape_debug().to_string()
}
