use std::fmt;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;

use ossum_checkpoint::{CheckpointStore, Pointers};
use ossum_durable::{Durability, Fs, RealFs};
use ossum_plan::PartSizeWish;

use crate::budget::Budget;

/// How a transfer is carried out; nothing here changes what arrives.
#[derive(Debug, Clone)]
pub struct Options {
    /// How large parts are. A transfer that is continued has those it began with.
    pub part_size: PartSizeWish,
    /// How many requests are under way at a time; absent leaves it to the transfer.
    pub concurrency: Option<NonZeroUsize>,
    /// A hard cap for all buffers together, in bytes. Fewer requests are under way where it would
    /// not do for all.
    pub memory_bytes: u64,
    /// What this transfer shares with others that run at the same time; absent shares nothing.
    pub budget: Option<Budget>,
    /// Whether success survives a power loss.
    pub durability: Durability,
    /// How the transfer is remembered, so that a later one continues it; absent remembers nothing.
    pub checkpoint: Option<Checkpointing>,
    /// What happens when the source changes while it is read.
    pub on_change: OnChange,
    /// Where files are.
    pub files: Files,
    /// The permissions of a file that replaces none, where they are known; absent asks the system for
    /// them each time, which costs more than to move a small object.
    pub mode_of_new_files: Option<u32>,
}

impl Default for Options {
    /// Sizes and concurrency as they suit, at most 256 MiB of buffers, success is durable, nothing
    /// is remembered.
    fn default() -> Self {
        Self {
            part_size: PartSizeWish::Auto,
            concurrency: None,
            memory_bytes: 256 << 20,
            budget: None,
            durability: Durability::Full,
            checkpoint: None,
            on_change: OnChange::Fail,
            files: Files::default(),
            mode_of_new_files: None,
        }
    }
}

/// How an unfinished transfer is remembered.
#[derive(Debug, Clone)]
pub struct Checkpointing {
    /// Where checkpoints are kept.
    pub store: Arc<dyn CheckpointStore>,
    /// Where those who look for unfinished transfers find them, and where an upload ID is found
    /// again whose checkpoint is torn; absent does without.
    pub pointers: Option<Pointers>,
    /// The command that a user gave, for whoever looks. Without secrets.
    pub command: Arc<[String]>,
    /// The directory it was given in.
    pub directory: Option<PathBuf>,
    /// That nothing is remembered of any earlier transfer: whoever begins many finds that out once,
    /// and small ones then look for nothing.
    pub nothing_earlier: bool,
}

impl Checkpointing {
    /// Keeps checkpoints in `store`, and nothing else.
    pub fn new(store: Arc<dyn CheckpointStore>) -> Self {
        Self {
            store,
            pointers: None,
            command: Arc::default(),
            directory: None,
            nothing_earlier: false,
        }
    }
}

/// What happens when the source changes while it is read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum OnChange {
    /// The transfer fails; what it has moved is kept for the next one.
    #[default]
    Fail,
    /// It starts over with the new bytes, twice at most.
    StartOver,
}

/// The file system that a transfer reads and writes.
#[derive(Clone)]
pub struct Files(Arc<dyn Fs>);

impl Files {
    /// Stands in for the real one: for tests.
    pub fn new(fs: impl Fs + 'static) -> Self {
        Self(Arc::new(fs))
    }
}

impl Default for Files {
    /// That of the operating system.
    fn default() -> Self {
        Self::new(RealFs)
    }
}

impl std::ops::Deref for Files {
    type Target = dyn Fs;

    fn deref(&self) -> &Self::Target {
        &*self.0
    }
}

impl fmt::Debug for Files {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
