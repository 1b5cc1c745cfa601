//! What happens in a transfer until its end.

use ossum_client::Retry;
use ossum_transfer::Snapshot;
use serde::Serialize;

use super::Event;
use super::listed::counted;

/// A transfer begins.
#[derive(Debug, Serialize)]
pub(crate) struct Start {
    pub(crate) source: String,
    pub(crate) destination: String,
}

impl Event for Start {
    const NAME: &'static str = "start";

    fn for_people(&self) -> Vec<String> {
        vec![format!("copy {} to {}", self.source, self.destination)]
    }
}

/// A part that is there.
#[derive(Debug, Serialize)]
pub(crate) struct PartEvent {
    pub(crate) number: u32,
    pub(crate) bytes: u64,
    /// Whether an earlier run had moved it.
    pub(crate) reused: bool,
}

impl Event for PartEvent {
    const NAME: &'static str = "part";

    fn for_people(&self) -> Vec<String> {
        vec![format!("part {}: {} bytes", self.number, self.bytes)]
    }
}

/// An earlier run is continued.
#[derive(Debug, Serialize)]
pub(crate) struct ResumedEvent {
    pub(crate) parts: u32,
}

impl Event for ResumedEvent {
    const NAME: &'static str = "resumed";

    fn for_people(&self) -> Vec<String> {
        vec![format!(
            "goes on with {}",
            counted(self.parts.into(), "part")
        )]
    }
}

/// What an earlier run has moved cannot be used.
#[derive(Debug, Serialize)]
pub(crate) struct RestartedEvent {
    pub(crate) reason: String,
}

impl Event for RestartedEvent {
    const NAME: &'static str = "restarted";

    fn for_people(&self) -> Vec<String> {
        vec![format!("begins anew: {}", self.reason)]
    }
}

/// A request that failed and is repeated.
#[derive(Debug, Serialize)]
pub(crate) struct RetryEvent {
    operation: String,
    attempt: u32,
    wait_ms: u128,
    cause: String,
}

impl From<Retry> for RetryEvent {
    fn from(retry: Retry) -> Self {
        Self {
            operation: retry.operation.to_string(),
            attempt: retry.attempt,
            wait_ms: retry.wait.as_millis(),
            cause: retry.cause,
        }
    }
}

impl Event for RetryEvent {
    const NAME: &'static str = "retry";

    fn for_people(&self) -> Vec<String> {
        vec![format!("{} again: {}", self.operation, self.cause)]
    }
}

/// How far a transfer is.
#[derive(Debug, Serialize)]
pub(crate) struct ProgressEvent {
    bytes_total: Option<u64>,
    bytes_sent: u64,
    bytes_reused: u64,
    parts_total: u32,
    parts_done: u32,
    requests: u64,
    retries: u64,
}

impl From<Snapshot> for ProgressEvent {
    fn from(snapshot: Snapshot) -> Self {
        Self {
            bytes_total: snapshot.bytes_total,
            bytes_sent: snapshot.bytes_moved,
            bytes_reused: snapshot.bytes_reused,
            parts_total: snapshot.parts_total,
            parts_done: snapshot.parts_done,
            requests: snapshot.requests,
            retries: snapshot.retries,
        }
    }
}

impl Event for ProgressEvent {
    const NAME: &'static str = "progress";

    fn for_people(&self) -> Vec<String> {
        // People see a bar, or the lines of `progress.rs`.
        Vec::new()
    }
}
