//! What `jobs` has to say.

mod detail;
mod given_up;

use std::path::Path;

use ossum_checkpoint::{Pointer, Remembered, Seen, Sighting, Way};
use ossum_plan::PartLayout;
use ossum_types::ByteSize;
use serde::Serialize;

pub(crate) use self::detail::JobDetail;
pub(crate) use self::given_up::{GivenUp, GivenUpTotal};
use super::Event;
use super::listed::{counted, moment, utc};

/// An unfinished transfer.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Job {
    pub(crate) id: String,
    /// `running`, `stopped`, `checkpoint_missing` or `checkpoint_damaged`.
    pub(crate) state: &'static str,
    direction: &'static str,
    pub(crate) source: String,
    pub(crate) destination: String,
    bytes_total: u64,
    /// What its checkpoint says to be there; nobody has looked.
    bytes_done: u64,
    percent: u64,
    began: Option<String>,
    changed: Option<String>,
    process: Option<u32>,
    host: Option<String>,
    pub(crate) upload_id: Option<String>,
}

impl Job {
    pub(crate) fn of(pointer: &Pointer, sighting: &Sighting) -> Self {
        let remembered = remembered(sighting);
        let bytes_total = remembered.map_or(pointer.size, |remembered| remembered.header.size);
        let bytes_done = remembered.map_or(0, bytes_done);
        let (direction, source, destination) = route(&pointer.transfer.way);
        let runner = sighting.running.as_ref();
        let upload_id = remembered.and_then(|remembered| remembered.upload_id.as_ref());
        let upload_id = upload_id.or(pointer.upload_id.as_ref());
        Self {
            id: pointer.transfer.id().to_string(),
            state: state(sighting),
            direction,
            source,
            destination,
            bytes_total,
            bytes_done,
            percent: percent(bytes_done, bytes_total),
            began: utc(pointer.began),
            changed: sighting.changed.and_then(utc),
            process: runner.and_then(|runner| runner.process),
            host: runner.and_then(|runner| runner.host.clone()),
            upload_id: upload_id.map(ToString::to_string),
        }
    }

    /// As much of the ID as people read.
    pub(crate) fn short_id(&self) -> &str {
        self.id.get(..8).unwrap_or(&self.id)
    }

    fn state_for_people(&self) -> &'static str {
        match self.state {
            "checkpoint_missing" => "no checkpoint",
            "checkpoint_damaged" => "damaged",
            state => state,
        }
    }

    fn done(&self) -> String {
        let (done, total) = (
            ByteSize::new(self.bytes_done),
            ByteSize::new(self.bytes_total),
        );
        format!("{done} of {total} ({}%)", self.percent)
    }
}

impl Event for Job {
    const NAME: &'static str = "job";

    fn for_people(&self) -> Vec<String> {
        vec![format!(
            "{}  {:<13}  {}  {:<8}  {} -> {}, {}",
            self.short_id(),
            self.state_for_people(),
            moment(self.began.as_ref()),
            self.direction,
            self.source,
            self.destination,
            self.done()
        )]
    }
}

fn remembered(sighting: &Sighting) -> Option<&Remembered> {
    match &sighting.checkpoint {
        Seen::Session(remembered) => Some(remembered),
        Seen::Missing | Seen::Damaged => None,
    }
}

fn state(sighting: &Sighting) -> &'static str {
    match (&sighting.running, &sighting.checkpoint) {
        (Some(_), _) => "running",
        (None, Seen::Session(_)) => "stopped",
        (None, Seen::Missing) => "checkpoint_missing",
        (None, Seen::Damaged) => "checkpoint_damaged",
    }
}

fn route(way: &Way) -> (&'static str, String, String) {
    let shown = |path: &Path| path.display().to_string();
    match way {
        Way::Upload { file, object } => ("upload", shown(file), object.to_string()),
        Way::Download { object, file, .. } => ("download", object.to_string(), shown(file)),
        Way::Copy {
            source,
            destination,
            ..
        } => ("copy", source.to_string(), destination.to_string()),
    }
}

fn layout(remembered: &Remembered) -> Option<PartLayout> {
    let header = &remembered.header;
    PartLayout::new(header.size, header.part_size).ok()
}

fn bytes_done(remembered: &Remembered) -> u64 {
    let Some(layout) = layout(remembered) else {
        return 0;
    };
    let ranges = remembered
        .parts
        .keys()
        .filter_map(|number| layout.part(*number));
    ranges.map(|range| range.end() - range.start()).sum()
}

/// Rounded down, so that 100 means all.
fn percent(done: u64, total: u64) -> u64 {
    match u128::from(total) {
        0 => 0,
        total => u64::try_from(u128::from(done) * 100 / total).unwrap_or(100),
    }
}

/// The end of a list of unfinished transfers.
#[derive(Debug, Default, Serialize)]
pub(crate) struct JobsTotal {
    jobs: u64,
    running: u64,
    bytes_done: u64,
    bytes_total: u64,
}

impl JobsTotal {
    pub(crate) fn add(&mut self, job: &Job) {
        self.jobs += 1;
        self.running += u64::from(job.state == "running");
        self.bytes_done = self.bytes_done.saturating_add(job.bytes_done);
        self.bytes_total = self.bytes_total.saturating_add(job.bytes_total);
    }
}

impl Event for JobsTotal {
    const NAME: &'static str = "total";

    fn for_people(&self) -> Vec<String> {
        if self.jobs == 0 {
            return vec!["no unfinished transfers".to_owned()];
        }
        let (done, total) = (
            ByteSize::new(self.bytes_done),
            ByteSize::new(self.bytes_total),
        );
        let jobs = counted(self.jobs, "unfinished transfer");
        vec![format!(
            "{jobs}, {} running, {done} of {total} done",
            self.running
        )]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hundred_percent_is_all_of_it() {
        assert_eq!(percent(999, 1000), 99);
        assert_eq!(percent(u64::MAX, u64::MAX), 100);
        assert_eq!(percent(0, 0), 0);
    }
}
