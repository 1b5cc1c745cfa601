use ossum_migrate::Status;
use ossum_types::ByteSize;
use serde::Serialize;

use crate::output::Event;
use crate::output::listed::counted;
use crate::progress::words::span;

/// How far a migration is.
#[derive(Debug, Serialize)]
pub(crate) struct MigrationStatus {
    work: String,
    source: String,
    destination: String,
    shards: u32,
    shards_done: u32,
    shards_begun: u32,
    shards_to_do: Vec<u32>,
    rows: u64,
    rows_done: u64,
    rows_failed: u64,
    bytes: u64,
    bytes_done: u64,
    huge_objects: u64,
    finished: bool,
    workers: u64,
    bytes_per_second: u64,
    rows_per_hour: u64,
    left_seconds: Option<u64>,
}

impl MigrationStatus {
    pub(crate) fn of(work: &str, status: &Status) -> Self {
        let job = &status.job;
        Self {
            work: work.to_owned(),
            source: job.source.to_string(),
            destination: job.destination.url.to_string(),
            shards: job.shards,
            shards_done: status.shards_done,
            shards_begun: status.shards_begun,
            shards_to_do: status.shards_to_do.clone(),
            rows: job.totals.rows,
            rows_done: status.rows_done,
            rows_failed: status.rows_failed,
            bytes: job.totals.bytes,
            bytes_done: status.bytes_done,
            huge_objects: job.totals.huge_objects,
            finished: status.finished,
            workers: status.workers,
            bytes_per_second: status.bytes_per_second,
            rows_per_hour: status.rows_per_hour,
            left_seconds: status.left.map(|left| left.as_secs()),
        }
    }

    fn pace(&self) -> String {
        if self.workers == 0 {
            return "no worker has written anything in the last ten minutes".to_owned();
        }
        let workers = counted(self.workers, "worker");
        let rate = ByteSize::new(self.bytes_per_second);
        let rows = self.rows_per_hour;
        let left = match self.left_seconds {
            Some(seconds) => format!(", {} left", span(seconds)),
            None => String::new(),
        };
        format!("{workers} in the last ten minutes: {rate}/s, {rows} rows an hour{left}")
    }

    fn next(&self) -> String {
        let work = &self.work;
        if self.shards_done < self.shards {
            format!("next: ossum migrate run --work {work}")
        } else if !self.finished {
            format!("next: ossum migrate finish --work {work}")
        } else {
            format!("next: ossum migrate audit --work {work}")
        }
    }
}

impl Event for MigrationStatus {
    const NAME: &'static str = "migration_status";

    fn for_people(&self) -> Vec<String> {
        let size = |bytes| ByteSize::new(bytes);
        let failed = match self.rows_failed {
            0 => String::new(),
            failed => format!(", {failed} failed so far"),
        };
        let mut lines = vec![
            format!("{} -> {}", self.source, self.destination),
            format!(
                "{} of {} done, {} begun",
                self.shards_done,
                counted(self.shards.into(), "shard"),
                self.shards_begun
            ),
            format!(
                "{} of {} done{failed}; {} of {}",
                self.rows_done,
                counted(self.rows, "row"),
                size(self.bytes_done),
                size(self.bytes)
            ),
        ];
        if self.shards_done < self.shards {
            lines.push(self.pace());
        } else if self.huge_objects > 0 {
            let huge = counted(self.huge_objects, "huge object");
            let state = if self.finished {
                "completed"
            } else {
                "to be completed"
            };
            lines.push(format!("{huge} {state}"));
        }
        lines.push(self.next());
        lines
    }
}
