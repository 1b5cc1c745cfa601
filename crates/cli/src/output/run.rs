//! What a run over many objects has to say.

use ossum_many::{Snapshot, Summary};
use ossum_types::ByteSize;
use serde::Serialize;

use super::listed::counted;
use super::transferred::pace;
use super::{ErrorEvent, Event};

/// What happened to a file or object of a run.
#[derive(Debug, Serialize)]
pub(crate) struct OfItem<'a, E> {
    pub(crate) source: &'a str,
    pub(crate) destination: &'a str,
    #[serde(flatten)]
    pub(crate) event: E,
}

impl<E: Event> Event for OfItem<'_, E> {
    const NAME: &'static str = E::NAME;

    fn for_people(&self) -> Vec<String> {
        let lines = self.event.for_people().into_iter();
        lines
            .map(|line| format!("{}: {line}", self.source))
            .collect()
    }
}

/// A file or object of a run that failed.
#[derive(Debug, Serialize)]
pub(crate) struct ItemError {
    pub(crate) source: String,
    pub(crate) destination: String,
    #[serde(flatten)]
    pub(crate) error: ErrorEvent,
}

impl Event for ItemError {
    const NAME: &'static str = "error";

    /// One line, which names the item.
    fn for_people(&self) -> Vec<String> {
        let text = std::iter::once(&self.error.message).chain(&self.error.causes);
        let text = text.cloned().collect::<Vec<_>>().join(": ");
        let is_named = text.contains(&self.source)
            || !self.destination.is_empty() && text.contains(&self.destination);
        let place = self.error.place().map(|place| format!(" ({place})"));
        let text = text + &place.unwrap_or_default();
        vec![if is_named {
            format!("error: {text}")
        } else {
            format!("error: {}: {text}{}", self.source, self.advice())
        }]
    }
}

impl ItemError {
    /// What to do about a file that is as it is: no later run fares better.
    fn advice(&self) -> String {
        let lasting = ["loop", "leads_nowhere", "bad_name"].contains(&self.error.kind);
        match &self.error.hint {
            Some(hint) if lasting => format!(" ({hint})"),
            _ => String::new(),
        }
    }
}

/// How far a run is.
#[derive(Debug, Serialize)]
pub(crate) struct RunProgress {
    files: u64,
    files_found: u64,
    skipped: u64,
    failed: u64,
    bytes_found: u64,
    bytes_sent: u64,
    bytes_reused: u64,
    listing_done: bool,
}

impl From<&Snapshot> for RunProgress {
    fn from(snapshot: &Snapshot) -> Self {
        Self {
            files: snapshot.files_done,
            files_found: snapshot.files_found,
            skipped: snapshot.files_skipped,
            failed: snapshot.files_failed,
            bytes_found: snapshot.bytes_found,
            bytes_sent: snapshot.bytes_moved,
            bytes_reused: snapshot.bytes_reused,
            listing_done: snapshot.listing_done,
        }
    }
}

impl Event for RunProgress {
    const NAME: &'static str = "progress";

    fn for_people(&self) -> Vec<String> {
        // People see a bar, or lines of their own.
        Vec::new()
    }
}

/// A run has ended.
#[derive(Debug, Serialize)]
pub(crate) struct RunDone {
    pub(crate) source: String,
    pub(crate) destination: String,
    /// The exit code.
    pub(crate) code: u8,
    pub(crate) dry_run: bool,
    /// What it ended with, if it did not do all.
    pub(crate) error: Option<ErrorEvent>,
    files: u64,
    skipped: u64,
    failed: u64,
    /// Of what was compared.
    #[serde(flatten)]
    compared: Option<Compared>,
    bytes_total: u64,
    bytes_sent: u64,
    bytes_reused: u64,
    requests: u64,
    retries: u64,
    resumed: bool,
    resumable: bool,
    elapsed_ms: u64,
}

/// What became of two sides that were compared.
#[derive(Debug, Clone, Copy, Serialize)]
struct Compared {
    /// Of those that were copied: made of what the destination had of them under another name.
    renamed: u64,
    /// Deleted at the destination.
    deleted: u64,
    /// The same on both sides.
    kept: u64,
}

impl RunDone {
    /// With what a comparison has found.
    pub(crate) fn with_compared(self, summary: &Summary) -> Self {
        let compared = Compared {
            renamed: summary.renamed,
            deleted: summary.deleted,
            kept: summary.kept,
        };
        Self {
            compared: Some(compared),
            ..self
        }
    }

    /// Whether anything became of anything.
    pub(crate) fn has_items(&self) -> bool {
        let compared = self.compared.map_or(0, |sums| sums.deleted + sums.kept);
        self.files + self.skipped + self.failed + compared > 0
    }

    pub(crate) fn of(
        source: String,
        destination: String,
        code: u8,
        dry_run: bool,
        summary: &Summary,
    ) -> Self {
        Self {
            source,
            destination,
            code,
            dry_run,
            error: None,
            files: summary.files,
            skipped: summary.skipped,
            failed: summary.failed,
            compared: None,
            bytes_total: summary.bytes_total,
            bytes_sent: summary.bytes_sent,
            bytes_reused: summary.bytes_reused,
            requests: summary.requests,
            retries: summary.retries,
            resumed: summary.resumed,
            resumable: summary.resumable,
            elapsed_ms: u64::try_from(summary.elapsed.as_millis()).unwrap_or(u64::MAX),
        }
    }
}

impl Event for RunDone {
    const NAME: &'static str = "run_done";

    fn for_people(&self) -> Vec<String> {
        let files = counted(self.files, "file");
        let elapsed = std::time::Duration::from_millis(self.elapsed_ms);
        let mut facts = if self.dry_run {
            let size = ByteSize::new(self.bytes_total);
            vec![format!("would copy {files} ({size})")]
        } else {
            let pace = pace(self.bytes_total, elapsed);
            vec![format!("{files}, {pace}")]
        };
        if self.bytes_reused > 0 {
            let reused = ByteSize::new(self.bytes_reused);
            facts.push(format!("{reused} of it already there"));
        }
        if let Some(Compared {
            renamed,
            deleted,
            kept,
        }) = self.compared
        {
            facts.extend((renamed > 0).then(|| format!("{renamed} of them renamed and not sent")));
            let gone = if self.dry_run {
                "to be deleted"
            } else {
                "deleted"
            };
            facts.extend((deleted > 0).then(|| format!("{deleted} {gone}")));
            facts.push(format!("{kept} the same"));
        }
        if self.skipped > 0 {
            facts.push(format!("{} skipped", self.skipped));
        }
        if self.failed > 0 {
            facts.push(format!("{} failed", self.failed));
        }
        let copied = format!("{} -> {}", self.source, self.destination);
        vec![format!("{copied}: {}", facts.join(", "))]
    }
}
