use std::fmt::Write as _;

use ossum_checkpoint::Removed;
use ossum_types::UploadId;
use serde::Serialize;

use super::Job;
use crate::output::Event;
use crate::output::listed::counted;

/// A transfer that was given up, or would be.
#[derive(Debug, Serialize)]
pub(crate) struct GivenUp {
    id: String,
    source: String,
    destination: String,
    /// Uploads that are no more.
    aborted: Vec<String>,
    /// Uploads that could not be aborted.
    orphaned: Vec<String>,
    removed: Vec<String>,
    dry_run: bool,
}

impl GivenUp {
    fn of(job: &Job) -> Self {
        Self {
            id: job.id.clone(),
            source: job.source.clone(),
            destination: job.destination.clone(),
            aborted: Vec::new(),
            orphaned: Vec::new(),
            removed: Vec::new(),
            dry_run: false,
        }
    }

    pub(crate) fn planned(job: &Job, uploads: &[UploadId]) -> Self {
        Self {
            aborted: uploads.iter().map(ToString::to_string).collect(),
            dry_run: true,
            ..Self::of(job)
        }
    }

    pub(crate) fn done(
        job: &Job,
        uploads: &[UploadId],
        orphans: &[UploadId],
        removed: &Removed,
    ) -> Self {
        let aborted = uploads.iter().filter(|id| !orphans.contains(id));
        let files = removed.partial.iter().chain(&removed.checkpoint);
        Self {
            aborted: aborted.map(ToString::to_string).collect(),
            orphaned: orphans.iter().map(ToString::to_string).collect(),
            removed: files.map(|path| path.display().to_string()).collect(),
            ..Self::of(job)
        }
    }
}

impl Event for GivenUp {
    const NAME: &'static str = "given_up";

    fn for_people(&self) -> Vec<String> {
        let id = self.id.get(..8).unwrap_or(&self.id);
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
        let mut text = format!("{what} {}", counted(self.jobs, "unfinished transfer"));
        if self.running > 0 {
            let _ = write!(text, "; {} running, left alone", self.running);
        }
        if self.failed > 0 {
            let _ = write!(text, "; {} failed", self.failed);
        }
        vec![text]
    }
}
