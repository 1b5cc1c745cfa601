//! What an audit adds up and writes down as it goes.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufWriter;
use std::time::SystemTime;

use tempfile::NamedTempFile;

use super::Detail;
use super::finding::{Finding, Verdict};
use super::series::Series;
use crate::error::Error;
use crate::job::Job;
use crate::ledger::{Became, Line};

/// What an audit has found.
#[derive(Debug, Clone)]
pub struct Audit {
    /// What was planned.
    pub job: Job,
    /// When it was audited.
    pub time: SystemTime,
    /// How many there are of each verdict.
    pub verdicts: BTreeMap<Verdict, u64>,
    /// How many bytes are sound.
    pub sound_bytes: u64,
    /// How many shards are done.
    pub shards_done: u32,
    /// Objects at the destination that are none of this migration's.
    pub others: u64,
    /// Lines of ledgers that could not be read.
    pub damaged_lines: u64,
    /// Lines that say that something failed, by the kind of their cause.
    pub failures: BTreeMap<String, Failures>,
    /// Bytes that were moved, those of failures and repetitions among them.
    pub bytes_moved: u64,
    /// How many attempts at shards there were.
    pub attempts: u64,
    /// Bytes moved over time.
    pub throughput: Series,
    /// The first findings; all of them are in `report.csv`.
    pub findings: Vec<Finding>,
}

/// Failures of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failures {
    /// How many lines.
    pub lines: u64,
    /// What one of them says.
    pub example: String,
}

/// So many findings are in the page for people.
const SHOWN: usize = 1000;

/// So many kinds of causes are counted apart; the rest together.
const KINDS: usize = 64;

pub(super) struct Book<'a> {
    audit: Counts,
    detail: Detail,
    tell: &'a mut dyn FnMut(&Finding),
    csv: csv::Writer<BufWriter<File>>,
    file: NamedTempFile,
}

#[derive(Default)]
struct Counts {
    verdicts: BTreeMap<Verdict, u64>,
    sound_bytes: u64,
    shards_done: u32,
    others: u64,
    damaged_lines: u64,
    failures: BTreeMap<String, Failures>,
    bytes_moved: u64,
    attempts: u64,
    throughput: Series,
    findings: Vec<Finding>,
}

const COLUMNS: [&str; 9] = [
    "verdict",
    "key",
    "shard",
    "size",
    "size_at_destination",
    "source_etag",
    "destination_etag",
    "crc64",
    "cause",
];

impl Audit {
    /// How many there are of a verdict.
    pub fn of(&self, verdict: Verdict) -> u64 {
        self.verdicts.get(&verdict).copied().unwrap_or(0)
    }

    /// How many findings there are; none means that all that was planned is at the destination, and proven.
    pub fn count(&self) -> u64 {
        let findings = self
            .verdicts
            .iter()
            .filter(|(verdict, _)| verdict.is_finding());
        findings.map(|(_, count)| count).sum()
    }
}

impl<'a> Book<'a> {
    pub(super) fn begin(detail: Detail, tell: &'a mut dyn FnMut(&Finding)) -> Result<Self, Error> {
        let file = NamedTempFile::new().map_err(failed)?;
        let open = file.reopen().map_err(failed)?;
        let mut csv = csv::Writer::from_writer(BufWriter::new(open));
        csv.write_record(COLUMNS).map_err(of_csv)?;
        Ok(Self {
            audit: Counts::default(),
            detail,
            tell,
            csv,
            file,
        })
    }

    /// Writes down what was found of one thing.
    pub(super) fn find(&mut self, finding: Finding) -> Result<(), Error> {
        *self.audit.verdicts.entry(finding.verdict).or_default() += 1;
        let is_sound = finding.verdict == Verdict::Sound;
        if is_sound {
            let bytes = &mut self.audit.sound_bytes;
            *bytes = bytes.saturating_add(finding.size_there.unwrap_or(0));
        } else {
            (self.tell)(&finding);
        }
        if !is_sound || self.detail == Detail::Everything {
            self.write(&finding)?;
        }
        if !is_sound && self.audit.findings.len() < SHOWN {
            self.audit.findings.push(finding);
        }
        Ok(())
    }

    fn write(&mut self, finding: &Finding) -> Result<(), Error> {
        let text = |number: Option<u64>| number.map_or_else(String::new, |n| n.to_string());
        let fields: [&str; COLUMNS.len()] = [
            finding.verdict.word(),
            &finding.key,
            &text(finding.shard.map(u64::from)),
            &text(finding.size),
            &text(finding.size_there),
            finding
                .source_etag
                .as_ref()
                .map_or("", |etag| etag.as_str()),
            finding.etag_there.as_ref().map_or("", |etag| etag.as_str()),
            finding.crc64.as_deref().unwrap_or_default(),
            finding.cause.as_deref().unwrap_or_default(),
        ];
        self.csv.write_record(fields).map_err(of_csv)
    }

    /// Counts what a line of a ledger says.
    pub(super) fn line(&mut self, line: &Line) {
        let counts = &mut self.audit;
        counts.bytes_moved = counts.bytes_moved.saturating_add(line.bytes_moved);
        counts
            .throughput
            .add(line.time, line.elapsed_ms, line.bytes_moved);
        let Became::Failed(cause) = &line.became else {
            return;
        };
        let is_known = counts.failures.contains_key(&cause.kind);
        let kind = if is_known || counts.failures.len() < KINDS {
            &cause.kind
        } else {
            "other"
        };
        let failures = counts.failures.entry(kind.to_owned());
        let failures = failures.or_insert_with(|| Failures {
            lines: 0,
            example: cause.message.clone(),
        });
        failures.lines += 1;
    }

    pub(super) fn attempts(&mut self, count: u64) {
        self.audit.attempts += count;
    }

    pub(super) fn damaged(&mut self, lines: u64) {
        self.audit.damaged_lines += lines;
    }

    pub(super) fn shard_done(&mut self) {
        self.audit.shards_done += 1;
    }

    /// Counts an object that is none of the migration's.
    pub(super) fn other(&mut self) {
        self.audit.others += 1;
    }

    pub(super) fn finish(
        self,
        job: Job,
        time: SystemTime,
    ) -> Result<(Audit, NamedTempFile), Error> {
        let written = self.csv.into_inner();
        let written = written.map_err(|error| failed(error.into_error()))?;
        written
            .into_inner()
            .map_err(|error| failed(error.into_error()))?;
        let counts = self.audit;
        let audit = Audit {
            job,
            time,
            verdicts: counts.verdicts,
            sound_bytes: counts.sound_bytes,
            shards_done: counts.shards_done,
            others: counts.others,
            damaged_lines: counts.damaged_lines,
            failures: counts.failures,
            bytes_moved: counts.bytes_moved,
            attempts: counts.attempts,
            throughput: counts.throughput,
            findings: counts.findings,
        };
        Ok((audit, self.file))
    }
}

fn failed(source: std::io::Error) -> Error {
    Error::local("write the report to", "a temporary file".as_ref())(source)
}

fn of_csv(error: csv::Error) -> Error {
    failed(error.into())
}
