use std::collections::BTreeMap;

use ossum_migrate::audit::{Audit, Finding, Verdict};
use ossum_migrate::names;
use ossum_types::ByteSize;
use serde::Serialize;

use crate::output::Event;
use crate::output::listed::counted;

/// Something that is not as it should be.
#[derive(Debug, Serialize)]
pub(crate) struct AuditFinding {
    verdict: &'static str,
    key: String,
    shard: Option<u32>,
    size: Option<u64>,
    size_at_destination: Option<u64>,
    cause: Option<String>,
}

impl AuditFinding {
    pub(crate) fn of(finding: &Finding) -> Self {
        Self {
            verdict: finding.verdict.word(),
            key: finding.key.clone(),
            shard: finding.shard,
            size: finding.size,
            size_at_destination: finding.size_there,
            cause: finding.cause.clone(),
        }
    }
}

impl Event for AuditFinding {
    const NAME: &'static str = "audit_finding";

    fn for_people(&self) -> Vec<String> {
        let cause = self.cause.as_ref().map(|cause| format!("  ({cause})"));
        let cause = cause.unwrap_or_default();
        vec![format!("{:<14}  {}{cause}", self.verdict, self.key)]
    }
}

/// The end of an audit.
#[derive(Debug, Serialize)]
pub(crate) struct MigrationAudited {
    work: String,
    objects: u64,
    bytes: u64,
    sound: u64,
    sound_bytes: u64,
    findings: u64,
    /// How many there are of each verdict.
    verdicts: BTreeMap<&'static str, u64>,
    shards: u32,
    shards_done: u32,
    others: u64,
    damaged_lines: u64,
    bytes_moved: u64,
    report_html: &'static str,
    report_csv: &'static str,
    #[serde(skip)]
    not_shown: u64,
}

impl MigrationAudited {
    pub(crate) fn of(work: &str, audit: &Audit, not_shown: u64) -> Self {
        let verdicts = audit.verdicts.iter();
        Self {
            work: work.to_owned(),
            objects: audit.job.totals.objects,
            bytes: audit.job.totals.bytes,
            sound: audit.of(Verdict::Sound),
            sound_bytes: audit.sound_bytes,
            findings: audit.count(),
            verdicts: verdicts
                .map(|(verdict, count)| (verdict.word(), *count))
                .collect(),
            shards: audit.job.shards,
            shards_done: audit.shards_done,
            others: audit.others,
            damaged_lines: audit.damaged_lines,
            bytes_moved: audit.bytes_moved,
            report_html: names::REPORT_HTML,
            report_csv: names::REPORT_CSV,
            not_shown,
        }
    }
}

impl Event for MigrationAudited {
    const NAME: &'static str = "migration_audited";

    fn for_people(&self) -> Vec<String> {
        let mut lines = Vec::new();
        if self.not_shown > 0 {
            lines.push(format!("and {} more", self.not_shown));
        }
        let objects = counted(self.objects, "object");
        let size = ByteSize::new(self.sound_bytes);
        lines.push(format!(
            "{} of {objects} there and proven, {size}",
            self.sound
        ));
        let (work, html, csv) = (&self.work, self.report_html, self.report_csv);
        lines.push(format!("reports in {work}: {html}, {csv}"));
        lines
    }
}
