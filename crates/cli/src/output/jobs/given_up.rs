use std::fmt::Write as _;

use ossum_checkpoint::Removed;
use ossum_types::UploadId;
use serde::Serialize;

use super::{Job, short};
use crate::output::Event;
use crate::output::listed::counted;

/// A transfer or run that was given up, or would be.
#[derive(Debug, Serialize)]
pub(crate) struct GivenUp {
    id: String,
    source: String,
    destination: String,
    #[serde(flatten)]
    undone: Undone,
    dry_run: bool,
}

/// What became of what it had left.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Undone {
    /// Uploads that are no more.
    aborted: Vec<String>,
    /// Uploads that could not be aborted.
    orphaned: Vec<String>,
    pub(crate) removed: Vec<String>,
}

impl Undone {
    pub(crate) fn planned(uploads: &[UploadId]) -> Self {
        Self {
            aborted: uploads.iter().map(ToString::to_string).collect(),
            ..Self::default()
        }
    }

    pub(crate) fn done(uploads: &[UploadId], orphans: &[UploadId], removed: &Removed) -> Self {
        let aborted = uploads.iter().filter(|id| !orphans.contains(id));
        let files = removed.partial.iter().chain(&removed.checkpoint);
        Self {
            aborted: aborted.map(ToString::to_string).collect(),
            orphaned: orphans.iter().map(ToString::to_string).collect(),
            removed: files.map(|path| path.display().to_string()).collect(),
        }
    }

    /// The same and what became of another one.
    pub(crate) fn add(&mut self, other: Self) {
        self.aborted.extend(other.aborted);
        self.orphaned.extend(other.orphaned);
        self.removed.extend(other.removed);
    }
}

impl GivenUp {
    pub(crate) fn of(job: &Job, undone: Undone, dry_run: bool) -> Self {
        Self {
            id: job.id.clone(),
            source: job.source.clone(),
            destination: job.destination.clone(),
            undone,
            dry_run,
        }
    }
}

impl Event for GivenUp {
    const NAME: &'static str = "given_up";

    fn for_people(&self) -> Vec<String> {
        let id = short(&self.id);
        let what = if self.dry_run {
            "would give up"
        } else {
            "gave up"
        };
        vec![format!(
            "{what} {id}: {} -> {}",
            self.source, self.destination
        )]
    }
}

/// The end of giving up many.
#[derive(Debug, Default, Serialize)]
pub(crate) struct GivenUpTotal {
    pub(crate) jobs: u64,
    /// These were left alone.
    pub(crate) running: u64,
    pub(crate) failed: u64,
    pub(crate) dry_run: bool,
}

impl Event for GivenUpTotal {
    const NAME: &'static str = "total";

    fn for_people(&self) -> Vec<String> {
        let what = if self.dry_run {
            "would give up"
        } else {
            "gave up"
        };
        let mut text = format!("{what} {}", counted(self.jobs, "unfinished job"));
        if self.running > 0 {
            let _ = write!(text, "; {} running, left alone", self.running);
        }
        if self.failed > 0 {
            let _ = write!(text, "; {} failed", self.failed);
        }
        vec![text]
    }
}
