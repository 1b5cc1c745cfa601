//! What `cp` and `demo` have to say at the end.

use std::time::Duration;

use ossum_transfer::{Report, Verified};
use ossum_types::ByteSize;
use serde::Serialize;

use super::Event;
use super::listed::counted;

/// A transfer succeeded.
#[derive(Debug, Serialize)]
pub(crate) struct Done {
    source: String,
    destination: String,
    /// The object that it was made of in place of the source, which has the same bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    copied_from: Option<String>,
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
            copied_from: None,
            resumed: report.resumed,
            restarted: report.restarted.map(|reason| reason.to_string()),
            bytes_total: report.bytes_total,
            bytes_sent: report.bytes_sent,
            bytes_reused: report.bytes_reused,
            parts_total: report.parts_total,
            parts_reused: report.parts_reused,
            requests: report.requests,
            retries: report.retries,
            crc64: report.crc64.map(|crc64| crc64.to_string()),
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

    /// The same, made of an object that has the source's bytes.
    pub(crate) fn made_of(self, url: String) -> Self {
        Self {
            copied_from: Some(url),
            ..self
        }
    }

    /// How much of it was there already, in bytes.
    pub(crate) fn bytes_reused(&self) -> u64 {
        self.bytes_reused
    }

    /// What the transfer cost, and how it was verified.
    pub(crate) fn summary(&self) -> String {
        let moved = self.bytes_total.saturating_sub(self.bytes_reused);
        let elapsed = Duration::from_millis(self.elapsed_ms);
        let mut facts = vec![pace_of(self.bytes_total, moved, elapsed)];
        if self.bytes_reused > 0 {
            let reused = ByteSize::new(self.bytes_reused);
            facts.push(format!("{reused} of it already there"));
        }
        facts.extend(self.restarted.as_ref().map(|why| self.what_of_it(why)));
        facts.push(counted(self.requests, "request"));
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

impl Done {
    fn what_of_it(&self, why: &str) -> String {
        if self.resumed {
            format!("{why}, and what still matched was kept")
        } else {
            format!("begun anew: {why}")
        }
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
    pace_of(bytes, bytes, elapsed)
}

/// The same where only `moved` of all bytes took the time.
fn pace_of(bytes: u64, moved: u64, elapsed: Duration) -> String {
    let size = ByteSize::new(bytes);
    let millis = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
    if millis < 10 {
        return format!("{size} at once");
    }
    let time = match millis {
        0..1000 => format!("{millis} ms"),
        _ => format!("{:.1}s", elapsed.as_secs_f64()),
    };
    if moved == 0 {
        return format!("{size} in {time}");
    }
    let rate = ByteSize::new(moved.saturating_mul(1000) / millis);
    format!("{size} in {time} ({rate}/s)")
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
    /// The object that it would be made of in place of the source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) copied_from: Option<String>,
    pub(crate) bytes_total: u64,
}

impl Event for Planned {
    const NAME: &'static str = "planned";

    fn for_people(&self) -> Vec<String> {
        let size = ByteSize::new(self.bytes_total);
        let origin = self.copied_from.as_ref();
        let origin = origin.map(|origin| format!(", made of {origin}"));
        vec![format!(
            "would copy {} to {} ({size}){}",
            self.source,
            self.destination,
            origin.unwrap_or_default()
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

    #[test]
    fn the_rate_is_that_of_what_was_moved_now() {
        assert_eq!(
            pace_of(20 << 20, 10 << 20, Duration::from_secs(2)),
            "20 MiB in 2.0s (5 MiB/s)"
        );
        assert_eq!(
            pace_of(20 << 20, 0, Duration::from_secs(2)),
            "20 MiB in 2.0s"
        );
    }
}
