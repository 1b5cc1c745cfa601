use std::path::PathBuf;

use ossum_checkpoint::{Pointer, Sighting, Way};
use ossum_many::RunPointer;
use ossum_plan::PartLayout;
use ossum_types::{ByteSize, PartNumber, PartSize};
use serde::Serialize;

use super::end::{Explanation, JobEnd};
use super::{Job, layout, remembered};
use crate::output::Event;
use crate::output::looked_up::row;
use crate::words::Words;

/// Everything about an unfinished transfer.
#[derive(Debug, Serialize)]
pub(crate) struct JobDetail {
    #[serde(flatten)]
    job: Job,
    parts_total: Option<u32>,
    parts_done: usize,
    part_size: Option<u64>,
    /// `1-3,7`.
    done: String,
    missing: String,
    /// Whether OSS may have made an object of it already.
    completing: bool,
    endpoint: String,
    version_id: Option<String>,
    range: Option<String>,
    checkpoint: Option<String>,
    partial: Option<String>,
    directory: Option<String>,
    /// Without secrets.
    command: Vec<String>,
    end: Option<JobEnd>,
    next: String,
    /// Whether the run that it is part of is under way, and has not come to it.
    #[serde(skip)]
    waits: bool,
}

/// The run that a transfer is part of.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OfRun<'a> {
    pub(crate) run: &'a RunPointer,
    pub(crate) is_running: bool,
}

impl JobDetail {
    pub(crate) fn of(pointer: &Pointer, sighting: &Sighting, run: Option<OfRun<'_>>) -> Self {
        let job = Job::of(pointer, sighting, run.map(|of| of.run));
        let remembered = remembered(sighting);
        let layout = remembered.and_then(layout);
        let is_done = |number: &PartNumber| {
            remembered.is_some_and(|remembered| remembered.parts.contains_key(number))
        };
        let numbers = || layout.iter().flat_map(PartLayout::parts).map(|p| p.number);
        let (version_id, range) = match &pointer.transfer.way {
            Way::Download {
                version_id, range, ..
            } => (version_id.as_ref(), *range),
            Way::Copy { version_id, .. } => (version_id.as_ref(), None),
            Way::Upload { .. } => (None, None),
        };
        let shown = |path: &PathBuf| path.display().to_string();
        // What ends with its run has no end of its own.
        let end = pointer.end.as_ref();
        let end = end.or_else(|| run?.run.end.as_ref()).map(JobEnd::of);
        let waits = run.is_some_and(|run| run.is_running) && job.state != "running";
        Self {
            next: next(&job, pointer, waits),
            parts_total: layout.map(|layout| layout.count()),
            parts_done: remembered.map_or(0, |remembered| remembered.parts.len()),
            part_size: remembered
                .map(|remembered| remembered.header.part_size)
                .or(pointer.part_size)
                .map(PartSize::get),
            done: ranges(numbers().filter(is_done)),
            missing: ranges(numbers().filter(|number| !is_done(number))),
            completing: remembered.is_some_and(|remembered| remembered.completing.is_some()),
            endpoint: pointer.transfer.endpoint.clone(),
            version_id: version_id.map(ToString::to_string),
            range: range.map(|range| range.to_string()),
            checkpoint: pointer.checkpoint.as_ref().map(shown),
            partial: pointer.partial.as_ref().map(shown),
            directory: pointer.directory.as_ref().map(shown),
            command: pointer.command.clone(),
            end,
            waits,
            job,
        }
    }

    /// Why it stopped, as far as it was told.
    fn why(&self) -> String {
        if self.waits && self.end.is_none() {
            return "its run has not come to it".to_owned();
        }
        JobEnd::why(self.end.as_ref())
    }

    pub(crate) fn explanation(&self) -> Explanation {
        let is_running = self.job.state == "running";
        Explanation::of(is_running, self.why(), self.end.as_ref(), &self.next)
    }

    fn parts(&self) -> Option<String> {
        let total = self.parts_total?;
        Some(format!("{} of {total}", self.parts_done))
    }
}

impl Event for JobDetail {
    const NAME: &'static str = "job";

    fn for_people(&self) -> Vec<String> {
        let job = &self.job;
        let given = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let command = given(&Words::recorded(&self.command).to_string());
        let rows = [
            ("job", Some(job.id.clone())),
            ("of run", job.run.clone()),
            ("state", Some(job.state_for_people().to_owned())),
            ("running", job.runner()),
            ("direction", Some(job.direction.to_owned())),
            ("source", Some(job.source.clone())),
            ("destination", Some(job.destination.clone())),
            ("endpoint", Some(self.endpoint.clone())),
            ("version", self.version_id.clone()),
            ("range", self.range.clone()),
            ("done", Some(job.done())),
            ("parts", self.parts()),
            (
                "part size",
                self.part_size.map(|size| ByteSize::new(size).to_string()),
            ),
            ("done parts", given(&self.done)),
            ("missing parts", given(&self.missing)),
            ("upload ID", job.upload_id.clone()),
            ("checkpoint", self.checkpoint.clone()),
            ("bytes so far", self.partial.clone()),
            ("began", job.began.clone()),
            ("last changed", job.changed.clone()),
            ("directory", self.directory.clone()),
            ("command", command),
            (
                "why stopped",
                Some(self.why()).filter(|_| job.state != "running"),
            ),
            ("hint", self.end.as_ref().and_then(|end| end.hint.clone())),
            ("next", Some(self.next.clone())),
        ];
        rows.into_iter()
            .filter_map(|(name, value)| Some(row(name, &value?)))
            .collect()
    }
}

/// What is to be done about it.
fn next(job: &Job, pointer: &Pointer, waits: bool) -> String {
    let id = job.short_id();
    match job.state {
        _ if waits => "wait for its run, which is under way".to_owned(),
        "running" => "wait for it; SIGINT stops it, and it goes on later".to_owned(),
        "checkpoint_missing" if job.upload_id.is_none() => {
            format!("nothing is left to go on with: ossum jobs rm {id}")
        }
        _ if pointer.command.is_empty() => {
            format!("go on with the program that began it, or give it up: ossum jobs rm {id}")
        }
        _ => format!("ossum jobs resume {id}, or give it up: ossum jobs rm {id}"),
    }
}

/// Ascending numbers as people write them: `1-3,7`.
fn ranges(numbers: impl Iterator<Item = PartNumber>) -> String {
    let mut found: Vec<(u32, u32)> = Vec::new();
    for number in numbers.map(PartNumber::get) {
        match found.last_mut() {
            Some((_, last)) if *last + 1 == number => *last = number,
            _ => found.push((number, number)),
        }
    }
    let written = found.iter().map(|(first, last)| {
        if first == last {
            first.to_string()
        } else {
            format!("{first}-{last}")
        }
    });
    written.collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_follow_each_other_are_a_range() {
        let of = |numbers: &[u32]| {
            ranges(
                numbers
                    .iter()
                    .map(|number| PartNumber::new(*number).unwrap()),
            )
        };
        assert_eq!(of(&[]), "");
        assert_eq!(of(&[1, 2, 3, 7, 9, 10]), "1-3,7,9-10");
    }
}
