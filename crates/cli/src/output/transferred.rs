//! What `cp` and `demo` have to say.

use std::time::Duration;

use ossum_client::Retry;
use ossum_transfer::{Report, Snapshot, Verified};
use ossum_types::ByteSize;
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
}

impl Event for PartEvent {
    const NAME: &'static str = "part";

    fn for_people(&self) -> Vec<String> {
        vec![format!("part {}: {} bytes", self.number, self.bytes)]
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

/// A transfer succeeded.
#[derive(Debug, Serialize)]
pub(crate) struct Done {
    source: String,
    destination: String,
    resumed: bool,
    restarted: Option<String>,
    bytes_total: u64,
    bytes_sent: u64,
    bytes_reused: u64,
    parts_total: u32,
    parts_reused: u32,
    requests: u64,
    retries: u64,
    crc64: Option<String>,
    verified: &'static str,
    etag: Option<String>,
    version_id: Option<String>,
    elapsed_ms: u64,
}

impl Done {
    pub(crate) fn of(source: String, destination: String, report: &Report) -> Self {
        Self {
            source,
            destination,
            resumed: report.bytes_reused > 0,
            restarted: None,
            bytes_total: report.bytes_total,
            bytes_sent: report.bytes_sent,
            bytes_reused: report.bytes_reused,
            parts_total: report.parts_total,
            parts_reused: report.parts_reused,
            requests: report.requests,
            retries: report.retries,
            crc64: Some(report.crc64.to_string()),
            verified: match report.verified {
                Verified::Crc64 => "crc64",
                Verified::Md5 => "md5",
                Verified::Length => "length",
            },
            etag: Some(report.etag.to_string()),
            version_id: report.version_id.as_ref().map(ToString::to_string),
            elapsed_ms: u64::try_from(report.elapsed.as_millis()).unwrap_or(u64::MAX),
        }
    }

    /// What the transfer cost, and how it was verified.
    pub(crate) fn summary(&self) -> String {
        let mut facts = vec![
            pace(self.bytes_total, Duration::from_millis(self.elapsed_ms)),
            counted(self.requests, "request"),
        ];
        if self.retries > 0 {
            facts.push(counted(self.retries, "retry"));
        }
        facts.push(match (self.verified, &self.crc64) {
            ("crc64", Some(crc64)) => format!("verified by CRC-64 {crc64}"),
            ("md5", _) => "verified by MD5".to_owned(),
            _ => "only its length verified".to_owned(),
        });
        facts.join(", ")
    }
}

impl Event for Done {
    const NAME: &'static str = "done";

    fn for_people(&self) -> Vec<String> {
        let copied = format!("{} -> {}", self.source, self.destination);
        vec![format!("{copied}: {}", self.summary())]
    }
}

/// `20 MiB in 1.2s (16.67 MiB/s)`; no rate where it would be a guess.
pub(crate) fn pace(bytes: u64, elapsed: Duration) -> String {
    let size = ByteSize::new(bytes);
    let millis = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
    if millis < 10 {
        return format!("{size} at once");
    }
    let rate = ByteSize::new(bytes.saturating_mul(1000) / millis);
    if millis < 1000 {
        return format!("{size} in {millis} ms ({rate}/s)");
    }
    format!("{size} in {:.1}s ({rate}/s)", elapsed.as_secs_f64())
}

/// A transfer was left out.
#[derive(Debug, Serialize)]
pub(crate) struct Skipped {
    pub(crate) source: String,
    pub(crate) destination: String,
    pub(crate) reason: &'static str,
}

impl Event for Skipped {
    const NAME: &'static str = "skipped";

    fn for_people(&self) -> Vec<String> {
        vec![format!("skipped {}: {}", self.destination, self.reason)]
    }
}

/// A transfer that would take place.
#[derive(Debug, Serialize)]
pub(crate) struct Planned {
    pub(crate) source: String,
    pub(crate) destination: String,
    pub(crate) bytes_total: u64,
}

impl Event for Planned {
    const NAME: &'static str = "planned";

    fn for_people(&self) -> Vec<String> {
        let size = ByteSize::new(self.bytes_total);
        vec![format!(
            "would copy {} to {} ({size})",
            self.source, self.destination
        )]
    }
}

/// Something a person may want to know, and a script too.
#[derive(Debug, Serialize)]
pub(crate) struct Statement {
    /// What it is about.
    pub(crate) step: &'static str,
    pub(crate) text: String,
}

impl Event for Statement {
    const NAME: &'static str = "step";

    fn for_people(&self) -> Vec<String> {
        vec![format!("{:<10}{}", self.step, self.text)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pace_is_size_time_and_rate() {
        assert_eq!(
            pace(20 << 20, Duration::from_secs(2)),
            "20 MiB in 2.0s (10 MiB/s)"
        );
        assert_eq!(
            pace(1 << 20, Duration::from_millis(250)),
            "1 MiB in 250 ms (4 MiB/s)"
        );
        assert_eq!(pace(0, Duration::ZERO), "0 B at once");
    }
}
