//! What `jobs` has to say.

mod detail;
mod end;
mod given_up;
mod resumed;
mod run;
mod total;

use std::path::Path;

use ossum_checkpoint::{Pointer, Remembered, Seen, Sighting, Way};
use ossum_many::RunPointer;
use ossum_plan::PartLayout;
use ossum_types::ByteSize;
use serde::Serialize;

pub(crate) use self::detail::{JobDetail, OfRun};
pub(crate) use self::end::Explanation;
pub(crate) use self::given_up::{GivenUp, GivenUpTotal, Undone};
pub(crate) use self::resumed::ResumedTotal;
pub(crate) use self::run::RunDetail;
pub(crate) use self::total::JobsTotal;
use super::Event;
use super::listed::{counted, moment, utc};

/// An unfinished transfer, or an unfinished run of many.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Job {
    pub(crate) id: String,
    kind: Kind,
    /// Of a transfer that is part of a run, that one's ID.
    run: Option<String>,
    /// `running`, `stopped`, `checkpoint_missing`, `checkpoint_damaged` or, of a run,
    /// `record_missing`.
    pub(crate) state: &'static str,
    direction: &'static str,
    pub(crate) source: String,
    pub(crate) destination: String,
    /// Nobody knows how much a run is.
    bytes_total: Option<u64>,
    /// What its checkpoint, or record, says to be there; nobody has looked.
    bytes_done: u64,
    percent: Option<u64>,
    /// Of a run, the items that its record says to be there.
    files_done: Option<u64>,
    began: Option<String>,
    changed: Option<String>,
    process: Option<u32>,
    host: Option<String>,
    pub(crate) upload_id: Option<String>,
}

/// What an ID stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Transfer,
    Run,
}

impl Job {
    /// A transfer, and the run that it is part of.
    pub(crate) fn of(pointer: &Pointer, sighting: &Sighting, run: Option<&RunPointer>) -> Self {
        let remembered = remembered(sighting);
        let bytes_total = remembered.map_or(pointer.size, |remembered| remembered.header.size);
        let bytes_done = remembered.map_or(0, bytes_done);
        let (direction, source, destination) = route(&pointer.transfer.way);
        let runner = sighting.running.as_ref();
        let upload_id = remembered.and_then(|remembered| remembered.upload_id.as_ref());
        let upload_id = upload_id.or(pointer.upload_id.as_ref());
        Self {
            id: pointer.transfer.id().to_string(),
            kind: Kind::Transfer,
            run: run.map(|run| run.id.clone()),
            state: state(sighting),
            direction,
            source,
            destination,
            bytes_total: Some(bytes_total),
            bytes_done,
            percent: Some(percent(bytes_done, bytes_total)),
            files_done: None,
            began: utc(pointer.began),
            changed: sighting.changed.and_then(utc),
            process: runner.and_then(|runner| runner.process),
            host: runner.and_then(|runner| runner.host.clone()),
            upload_id: upload_id.map(ToString::to_string),
        }
    }

    /// As much of the ID as people read.
    fn short_id(&self) -> &str {
        short(&self.id)
    }

    fn state_for_people(&self) -> &'static str {
        match self.state {
            "checkpoint_missing" => "no checkpoint",
            "checkpoint_damaged" => "damaged",
            "record_missing" => "no record",
            state => state,
        }
    }

    fn done(&self) -> String {
        let done = ByteSize::new(self.bytes_done);
        match (self.bytes_total, self.percent) {
            (Some(total), Some(percent)) => {
                format!("{done} of {} ({percent}%)", ByteSize::new(total))
            }
            _ => format!("{} ({done})", counted(self.files_done.unwrap_or(0), "file")),
        }
    }

    /// What is said of it in a list.
    fn in_a_list(&self) -> String {
        match (self.kind, &self.run) {
            (Kind::Run, _) => format!("run: {} done", self.done()),
            (Kind::Transfer, Some(run)) => format!("{}, of run {}", self.done(), short(run)),
            (Kind::Transfer, None) => self.done(),
        }
    }

    /// The process that works on it.
    fn runner(&self) -> Option<String> {
        let process = self.process?;
        let host = self.host.as_deref().unwrap_or("this host");
        Some(format!("process {process} on host {host}"))
    }
}

/// As much of an ID as people read.
fn short(id: &str) -> &str {
    id.get(..8).unwrap_or(id)
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
            self.in_a_list()
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
