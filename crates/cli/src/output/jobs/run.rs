use ossum_many::{Direction, DoneSoFar, RunPointer, RunSighting};
use serde::Serialize;

use super::end::{Explanation, JobEnd};
use super::{Job, Kind};
use crate::output::Event;
use crate::output::listed::utc;
use crate::output::looked_up::row;
use crate::words::Words;

impl Job {
    pub(crate) fn of_run(run: &RunPointer, sighting: &RunSighting) -> Self {
        let DoneSoFar { files, bytes } = sighting.done.unwrap_or_default();
        let runner = sighting.running.as_ref();
        Self {
            id: run.id.clone(),
            kind: Kind::Run,
            run: None,
            state: match (runner, sighting.done) {
                (Some(_), _) => "running",
                (None, Some(_)) => "stopped",
                (None, None) => "record_missing",
            },
            direction: match run.direction {
                Direction::Upload => "upload",
                Direction::Download => "download",
                Direction::Copy => "copy",
            },
            source: run.source.clone(),
            destination: run.destination.clone(),
            bytes_total: None,
            bytes_done: bytes,
            percent: None,
            files_done: Some(files),
            began: utc(run.began),
            changed: sighting.changed.and_then(utc),
            process: runner.and_then(|runner| runner.process),
            host: runner.and_then(|runner| runner.host.clone()),
            upload_id: None,
        }
    }
}

/// Everything about an unfinished run.
#[derive(Debug, Serialize)]
pub(crate) struct RunDetail {
    #[serde(flatten)]
    job: Job,
    endpoint: String,
    record: String,
    directory: Option<String>,
    /// Without secrets.
    command: Vec<String>,
    /// Its transfers that are half done.
    unfinished: Vec<Job>,
    end: Option<JobEnd>,
    next: String,
}

impl RunDetail {
    pub(crate) fn of(
        run: &RunPointer,
        sighting: &RunSighting,
        unfinished: impl Iterator<Item = Job>,
    ) -> Self {
        let job = Job::of_run(run, sighting);
        let directory = run.directory.as_ref();
        Self {
            next: next(&job),
            endpoint: run.endpoint.clone(),
            record: run.record.display().to_string(),
            directory: directory.map(|directory| directory.display().to_string()),
            command: run.command.clone(),
            unfinished: unfinished.collect(),
            end: run.end.as_ref().map(JobEnd::of),
            job,
        }
    }

    pub(crate) fn explanation(&self) -> Explanation {
        let (end, is_running) = (self.end.as_ref(), self.job.state == "running");
        Explanation::of(is_running, JobEnd::why(end), end, &self.next)
    }
}

impl Event for RunDetail {
    const NAME: &'static str = "job";

    fn for_people(&self) -> Vec<String> {
        let (job, end) = (&self.job, self.end.as_ref());
        let stopped = Some(JobEnd::why(end)).filter(|_| job.state != "running");
        let half_done = self.unfinished.iter().map(|one| {
            let (id, source) = (one.short_id(), &one.source);
            ("half done", Some(format!("{id}  {source}, {}", one.done())))
        });
        let before = [
            ("job", Some(job.id.clone())),
            ("state", Some(job.state_for_people().to_owned())),
            ("running", job.runner()),
            ("direction", Some(job.direction.to_owned())),
            ("source", Some(job.source.clone())),
            ("destination", Some(job.destination.clone())),
            ("endpoint", Some(self.endpoint.clone())),
            ("done", Some(job.done())),
        ];
        let after = [
            ("record", Some(self.record.clone())),
            ("began", job.began.clone()),
            ("last changed", job.changed.clone()),
            ("directory", self.directory.clone()),
            (
                "command",
                Some(Words::recorded(&self.command).to_string()).filter(|text| !text.is_empty()),
            ),
            ("why stopped", stopped),
            ("hint", end.and_then(|end| end.hint.clone())),
            ("next", Some(self.next.clone())),
        ];
        let rows = before.into_iter().chain(half_done).chain(after);
        rows.filter_map(|(name, value)| Some(row(name, &value?)))
            .collect()
    }
}

/// What is to be done about it.
fn next(job: &Job) -> String {
    let id = job.short_id();
    let again = format!("ossum jobs resume {id}, or give it up: ossum jobs rm {id}");
    match job.state {
        "running" => "wait for it; SIGINT stops it, and it goes on later".to_owned(),
        "record_missing" => format!("what is done is not known any more; begin anew: {again}"),
        _ => again,
    }
}
