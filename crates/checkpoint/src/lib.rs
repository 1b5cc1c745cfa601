//! Remembers one unfinished transfer, so that a later process can continue it.
//!
//! Knows what was written down and nothing else: no network, no decision about what is still good
//! or whether to resume. What it remembers is a hint; whoever acts on it proves it first. The
//! format is documented byte by byte in `docs/checkpoint-format.md`.
//!
//! Start at [`Journal`]; where its bytes lie is up to a [`CheckpointStore`].

mod bounds;
mod error;
mod file_name;
mod file_store;
#[cfg(test)]
mod fixtures;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod fuzzing;
mod header;
mod holder;
mod identity;
mod journal;
mod lines;
mod locks;
mod memory_store;
mod path_text;
mod pointer;
mod pointers;
mod record;
mod replay;
mod sealed;
mod session;
mod shown;
mod store;
mod text;
mod transfer;
pub mod unix_seconds;

pub use error::{Action, Error};
pub use file_name::partial_path;
pub use file_store::{
    CheckpointPlace, Claim, FileStore, Removed, Runner, Seen, Sighting, runner_of,
};
pub use header::Header;
pub use holder::Holder;
pub use identity::{FileIdentity, ObjectIdentity, SourceIdentity};
pub use journal::{Found, Journal};
pub use memory_store::MemoryStore;
pub use path_text::PathText;
pub use pointer::{End, Pointer};
pub use pointers::Pointers;
pub use record::{Record, RecordedPart, Remembered};
pub use store::{CheckpointStore, Log};
pub use text::is_checkpoint;
pub use transfer::{Transfer, TransferId, Way};
