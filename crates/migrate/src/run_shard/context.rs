use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Semaphore;

use super::RunShard;
use super::troubles::Troubles;
use crate::cause::Outlook;
use crate::job::Job;
use crate::ledger::{Attempt, Line};
use crate::manifest::Row;
use crate::open_uploads::OpenUploads;
use crate::progress::Progress;

/// What everybody knows who works on a shard.
pub(super) struct Context<'a> {
    pub(super) run: &'a RunShard,
    pub(super) job: &'a Job,
    pub(super) progress: &'a Progress,
    pub(super) tell: &'a (dyn Fn(&Line) + Sync),
    pub(super) attempt: &'a Attempt,
    pub(super) uploads: &'a OpenUploads,
    pub(super) troubles: Troubles,
    /// For rows so large that one or two use all requests.
    pub(super) large: Semaphore,
    pub(super) next: AtomicUsize,
    pub(super) pending: &'a [&'a Row],
}

impl<'a> Context<'a> {
    /// The next row that nobody has taken; `None` at the end, or where the attempt is to end.
    pub(super) fn next(&self) -> Option<&'a Row> {
        if self.progress.is_cancelled() || self.troubles.are_too_many() {
            return None;
        }
        let next = self.next.fetch_add(1, Ordering::Relaxed);
        self.pending.get(next).copied()
    }
}

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// Nothing: the attempt ended before.
    NotTried,
    /// An earlier attempt has done it.
    Before,
    /// This one has; so many bytes.
    Done(u64),
    Failed(Outlook),
}

impl Fate {
    /// How many bytes of the row are done.
    pub(super) fn bytes(&self, row: &Row) -> u64 {
        match self {
            Self::Done(bytes) => *bytes,
            Self::Before => row.len().unwrap_or(0),
            Self::NotTried | Self::Failed(_) => 0,
        }
    }
}
