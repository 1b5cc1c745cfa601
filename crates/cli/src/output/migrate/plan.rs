use std::time::Duration;

use ossum_migrate::Job;
use ossum_migrate::ledger::Cause;
use ossum_types::ByteSize;
use serde::Serialize;

use crate::output::Event;
use crate::output::listed::counted;

/// How much of a source is listed.
#[derive(Debug, Serialize)]
pub(crate) struct PlanningProgress {
    pub(crate) objects: u64,
    pub(crate) bytes: u64,
}

impl Event for PlanningProgress {
    const NAME: &'static str = "planning_progress";

    fn for_people(&self) -> Vec<String> {
        // People see a bar, or the lines of `progress.rs`.
        Vec::new()
    }
}

/// Something of a source that cannot be migrated.
#[derive(Debug, Serialize)]
pub(crate) struct LeftOut {
    key: String,
    kind: String,
    message: String,
}

impl LeftOut {
    pub(crate) fn of(key: &str, cause: &Cause) -> Self {
        Self {
            key: key.to_owned(),
            kind: cause.kind.clone(),
            message: cause.message.clone(),
        }
    }
}

impl Event for LeftOut {
    const NAME: &'static str = "left_out";

    fn for_people(&self) -> Vec<String> {
        vec![format!("left out {}: {}", self.key, self.message)]
    }
}

/// A plan that is whole.
#[derive(Debug, Serialize)]
pub(crate) struct MigrationPlanned {
    work: String,
    source: String,
    destination: String,
    objects: u64,
    bytes: u64,
    huge_objects: u64,
    rows: u64,
    shards: u32,
    left_out: u64,
    elapsed_ms: u64,
}

impl MigrationPlanned {
    pub(crate) fn of(work: &str, job: &Job, elapsed: Duration) -> Self {
        Self {
            work: work.to_owned(),
            source: job.source.to_string(),
            destination: job.destination.url.to_string(),
            objects: job.totals.objects,
            bytes: job.totals.bytes,
            huge_objects: job.totals.huge_objects,
            rows: job.totals.rows,
            shards: job.shards,
            left_out: job.totals.left_out,
            elapsed_ms: u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX),
        }
    }
}

impl Event for MigrationPlanned {
    const NAME: &'static str = "migration_planned";

    fn for_people(&self) -> Vec<String> {
        let objects = counted(self.objects, "object");
        let shards = counted(self.shards.into(), "shard");
        let size = ByteSize::new(self.bytes);
        let mut lines = vec![format!("planned {objects}, {size}, in {shards}")];
        if self.huge_objects > 0 {
            let huge = counted(self.huge_objects, "huge object");
            lines.push(format!(
                "{huge} in ranges; `ossum migrate finish` completes them"
            ));
        }
        let work = &self.work;
        lines.push(format!("next: ossum migrate run --work {work}"));
        lines
    }
}
