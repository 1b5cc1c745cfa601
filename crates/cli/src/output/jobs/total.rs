use ossum_types::ByteSize;
use serde::Serialize;

use super::{Job, Kind};
use crate::output::Event;
use crate::output::listed::counted;

/// The end of a list of what is unfinished.
#[derive(Debug, Default, Serialize)]
pub(crate) struct JobsTotal {
    /// Runs among them.
    jobs: u64,
    runs: u64,
    running: u64,
    /// Of transfers: how much a run is nobody knows.
    bytes_done: u64,
    bytes_total: u64,
}

impl JobsTotal {
    pub(crate) fn add(&mut self, job: &Job) {
        self.jobs += 1;
        self.runs += u64::from(job.kind == Kind::Run);
        self.running += u64::from(job.state == "running");
        if let Some(bytes_total) = job.bytes_total {
            self.bytes_done = self.bytes_done.saturating_add(job.bytes_done);
            self.bytes_total = self.bytes_total.saturating_add(bytes_total);
        }
    }
}

impl Event for JobsTotal {
    const NAME: &'static str = "total";

    fn for_people(&self) -> Vec<String> {
        let transfers = self.jobs - self.runs;
        let mut facts = Vec::new();
        if self.runs > 0 {
            facts.push(counted(self.runs, "unfinished run"));
        }
        if transfers > 0 {
            facts.push(counted(transfers, "unfinished transfer"));
        }
        if facts.is_empty() {
            return vec!["no unfinished transfers".to_owned()];
        }
        facts.push(format!("{} running", self.running));
        if transfers > 0 {
            let (done, total) = (
                ByteSize::new(self.bytes_done),
                ByteSize::new(self.bytes_total),
            );
            facts.push(format!("{done} of {total} done"));
        }
        vec![facts.join(", ")]
    }
}
