use std::time::Duration;

use ossum_migrate::ledger::{Cause, Line};
use ossum_migrate::{FinishEnd, RowsSoFar, RunEnd, ShardEnd, Verdict};
use ossum_types::ByteSize;
use serde::Serialize;

use crate::output::Event;
use crate::output::listed::counted;

/// How far the rows of shards are.
#[derive(Debug, Serialize)]
pub(crate) struct RowsProgress {
    pub(crate) rows_before: u64,
    pub(crate) rows_done: u64,
    pub(crate) rows_failed: u64,
    pub(crate) bytes_before: u64,
    pub(crate) bytes_done: u64,
    requests: u64,
    retries: u64,
}

impl RowsProgress {
    pub(crate) fn of(so_far: &RowsSoFar) -> Self {
        Self {
            rows_before: so_far.rows_before,
            rows_done: so_far.rows_done,
            rows_failed: so_far.rows_failed,
            bytes_before: so_far.bytes_before,
            bytes_done: so_far.bytes_done,
            requests: so_far.requests,
            retries: so_far.retries,
        }
    }
}

impl Event for RowsProgress {
    const NAME: &'static str = "rows_progress";

    fn for_people(&self) -> Vec<String> {
        // People see a bar, or the lines of `progress.rs`.
        Vec::new()
    }
}

/// A row that failed.
#[derive(Debug, Serialize)]
pub(crate) struct RowFailed {
    shard: Option<u32>,
    row: Option<u64>,
    key: String,
    kind: String,
    message: String,
}

impl RowFailed {
    pub(crate) fn of(shard: Option<u32>, line: &Line, cause: &Cause) -> Self {
        Self {
            shard,
            row: line.row,
            key: line.key.clone(),
            kind: cause.kind.clone(),
            message: cause.message.clone(),
        }
    }
}

impl Event for RowFailed {
    const NAME: &'static str = "row_failed";

    fn for_people(&self) -> Vec<String> {
        vec![format!("failed {}: {}", self.key, self.message)]
    }
}

/// How an attempt at a shard ended.
#[derive(Debug, Serialize)]
pub(crate) struct ShardEnded {
    shard: u32,
    verdict: &'static str,
    rows: u64,
    rows_before: u64,
    rows_done: u64,
    rows_failed: u64,
    bytes: u64,
    elapsed_ms: u64,
}

impl ShardEnded {
    pub(crate) fn of(shard: u32, end: &ShardEnd, elapsed: Duration) -> Self {
        Self {
            shard,
            verdict: match end.verdict() {
                Verdict::Done => "done",
                Verdict::TryAgain => "try_again",
                Verdict::Never => "never",
            },
            rows: end.rows,
            rows_before: end.rows_before,
            rows_done: end.rows_done,
            rows_failed: end.rows_failed + end.rows_never,
            bytes: end.bytes,
            elapsed_ms: millis(elapsed),
        }
    }
}

impl Event for ShardEnded {
    const NAME: &'static str = "shard";

    fn for_people(&self) -> Vec<String> {
        let shard = self.shard;
        let (there, of) = (self.rows_before + self.rows_done, self.rows);
        let size = ByteSize::new(self.bytes);
        let state = if self.verdict == "done" {
            "done"
        } else {
            "not done"
        };
        vec![format!(
            "shard {shard} {state}: {there} of {of} rows, {size}"
        )]
    }
}

/// How a run over all shards ended.
#[derive(Debug, Serialize)]
pub(crate) struct MigrationRun {
    work: String,
    shards: u32,
    shards_done: u32,
    shards_failed: u32,
    rows_done: u64,
    rows_failed: u64,
    elapsed_ms: u64,
}

impl MigrationRun {
    pub(crate) fn of(work: &str, end: &RunEnd, elapsed: Duration) -> Self {
        Self {
            work: work.to_owned(),
            shards: end.shards,
            shards_done: end.shards_done,
            shards_failed: end.shards_failed,
            rows_done: end.rows_done,
            rows_failed: end.rows_failed,
            elapsed_ms: millis(elapsed),
        }
    }
}

impl Event for MigrationRun {
    const NAME: &'static str = "migration_run";

    fn for_people(&self) -> Vec<String> {
        let (done, of) = (self.shards_done, counted(self.shards.into(), "shard"));
        let mut lines = vec![format!("{done} of {of} done")];
        if self.shards_done == self.shards {
            let work = &self.work;
            lines.push(format!("next: ossum migrate finish --work {work}"));
        }
        lines
    }
}

/// How huge objects were completed.
#[derive(Debug, Serialize)]
pub(crate) struct MigrationFinished {
    work: String,
    huge_objects: u64,
    bytes: u64,
    failed: u64,
    elapsed_ms: u64,
}

impl MigrationFinished {
    pub(crate) fn of(work: &str, end: &FinishEnd, elapsed: Duration) -> Self {
        Self {
            work: work.to_owned(),
            huge_objects: end.objects,
            bytes: end.bytes,
            failed: end.failed,
            elapsed_ms: millis(elapsed),
        }
    }
}

impl Event for MigrationFinished {
    const NAME: &'static str = "migration_finished";

    fn for_people(&self) -> Vec<String> {
        let huge = counted(self.huge_objects, "huge object");
        let mut lines = vec![format!("{huge} completed, {}", ByteSize::new(self.bytes))];
        if self.failed == 0 {
            let work = &self.work;
            lines.push(format!("next: ossum migrate audit --work {work}"));
        }
        lines
    }
}

fn millis(elapsed: Duration) -> u64 {
    u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX)
}
