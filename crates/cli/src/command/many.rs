//! What a command over many objects has around it: who is asked, what is told meanwhile, its end.

mod teller;

use std::io;
use std::num::NonZeroUsize;

use ossum_client::Client;
use ossum_many::{Ended, Error, KeptWith, Monitor, Remembering, Route, Run, Told};
use ossum_types::{BucketName, ByteSize, ObjectKey};

use self::teller::Teller;
use super::block_on;
use super::cp::source::{Between, Typed};
use super::cp::{checkpoint, client, dry, headers, job};
use super::limited::{limited, limiter};
use super::moving::{self, durability_of_end, not_remembered};
use crate::args::{KeptArgs, MovingArgs, ObjectArgs, Place};
use crate::exit::{self, Verdict};
use crate::failure::{Failure, Left};
use crate::message;
use crate::output::{Output, RunDone};
use crate::progress::{Progress, Style};
use crate::session::Session;

/// What was typed about many objects, whatever is done with them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) typed: Typed<'a>,
    pub(super) moving: &'a MovingArgs,
    pub(super) kept: &'a KeptArgs,
    pub(super) object: &'a ObjectArgs,
    pub(super) dry_run: bool,
}

/// Whether sums of what was compared are told at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Compares {
    Yes,
    No,
}

impl Asked<'_> {
    /// A run as it was typed; what only one command has is left as usual.
    pub(super) fn run(self, session: &Session, route: Route) -> Result<Run, Failure> {
        let asked = headers::of_copy(self.object);
        let guesses = matches!(route, Route::Up { .. });
        let kept_with =
            move |file: Option<&std::path::Path>, key: &ObjectKey| match file.filter(|_| guesses) {
                Some(file) => headers::with_type(asked.clone(), file, key),
                None => asked.clone(),
            };
        let run = Run::new(route);
        let at_once = self.moving.concurrency.0;
        Ok(Run {
            dry_run: self.dry_run,
            at_once: at_once.unwrap_or(NonZeroUsize::MAX).min(run.at_once),
            max_transfer: self.moving.max_transfer.map(ByteSize::get),
            headers: KeptWith::new(kept_with),
            options: job::options(self.moving, self.kept),
            remembering: self.remembering(session)?,
            temporary_directory: Some(std::env::temp_dir()),
            ..run
        })
    }

    /// Carries out `run` by way of `carry_out`, and tells of it.
    pub(super) fn carry_out(
        self,
        session: &Session,
        mut run: Run,
        compares: Compares,
        carry_out: impl FnOnce(&Client, Run, &Monitor, &(dyn Fn(Told) + Sync)) -> Ended,
    ) -> Result<(), Failure> {
        let client = client(session, self.moving, bucket(&run.route))?;
        if let Route::Across {
            source,
            destination,
        } = &run.route
        {
            let between = Between {
                source: &source.bucket,
                destination: &destination.bucket,
                typed: self.typed,
                moving: self.moving,
            };
            run.source_client = between.client(session, &client)?;
        }
        let client = limited(client, limiter(self.moving.limit.as_ref()).as_ref());
        if self.dry_run {
            block_on(dry::look_for_bucket_of_run(&client, &run.route))?;
        }
        let (source, destination) = (run.route.source(), run.route.destination());
        let monitor = if session.progress == Style::Json {
            Monitor::recording()
        } else {
            Monitor::new()
        };
        let cancelled = monitor.clone();
        session.interrupts.end_by(move || cancelled.cancel());
        let progress = Progress::show_run(session, &monitor);
        let teller = Teller::of(session, &monitor, self.dry_run);
        let mut ended = carry_out(&client, run, &monitor, &|told| teller.tell(told));
        // The bar goes before anything else is told.
        drop(progress);
        let (summary, left) = (ended.summary, ended.left.take());
        let failure = match teller.untold() {
            Some(untold) if session.interrupted().is_none() => Some(untold),
            _ => failure(session, ended),
        };
        if let (Some(failure), Some(mut left)) = (&failure, left) {
            let end = message::end_of(failure);
            not_remembered(left.ended(end, durability_of_end(failure)).err());
        }
        let code = failure
            .as_ref()
            .map_or(exit::DONE, |failure| Verdict::on(failure).code);
        let mut done = RunDone::of(source, destination, code, self.dry_run, &summary);
        if compares == Compares::Yes {
            done = done.with_compared(&summary);
        }
        done.error = failure.as_ref().map(message::event);
        conclude(session, failure, &done)
    }

    /// Where the run is remembered.
    fn remembering(self, session: &Session) -> Result<Option<Remembering>, Failure> {
        if self.kept.no_checkpoint {
            return Ok(None);
        }
        let directory = match &self.kept.checkpoint_dir {
            Some(directory) => Some(checkpoint::absolute(directory)?),
            None => session.state_directory(),
        };
        Ok(directory.map(|directory| Remembering {
            directory,
            state_directory: session.state_directory(),
            command: session.words.to_vec(),
            // Where there is none any more, nobody can be led back to it.
            working_directory: std::env::current_dir().ok(),
        }))
    }
}

/// From where to where; `streams` is told to whoever names standard input or output.
pub(super) fn route(
    source: &Place,
    destination: &Place,
    streams: impl FnOnce() -> Failure,
) -> Result<Route, Failure> {
    match (source, destination) {
        (Place::Local(source), Place::Oss(destination)) => Ok(Route::Up {
            source: source.clone(),
            destination: destination.clone(),
        }),
        (Place::Oss(source), Place::Local(destination)) => Ok(Route::Down {
            source: source.clone(),
            destination: destination.clone(),
        }),
        (Place::Oss(source), Place::Oss(destination)) => Ok(Route::Across {
            source: source.clone(),
            destination: destination.clone(),
        }),
        (Place::Stream, _) | (_, Place::Stream) => Err(streams()),
        (Place::Local(_), Place::Local(_)) => Err(Failure::usage(
            "neither place is in OSS",
            "write the prefix as oss://BUCKET/PREFIX",
        )),
    }
}

/// The bucket that the client is of; of a copy the destination's, as of one object.
fn bucket(route: &Route) -> &BucketName {
    match route {
        Route::Up { destination, .. } | Route::Across { destination, .. } => &destination.bucket,
        Route::Down { source, .. } => &source.bucket,
    }
}

/// Why the run did not do all that it was asked to.
fn failure(session: &Session, ended: Ended) -> Option<Failure> {
    let Ended {
        summary, outcome, ..
    } = ended;
    match outcome {
        Ok(()) if summary.failed == 0 => None,
        Ok(()) => Some(Failure::Some {
            failed: summary.failed,
            total: summary.files + summary.skipped + summary.failed,
        }),
        Err(error @ Error::Cancelled) => {
            let left = if summary.resumable {
                Left::Run(summary.files)
            } else {
                Left::Nothing
            };
            let interrupted = session.interrupted_leaving(left);
            interrupted.or_else(|| Some(error.into()))
        }
        Err(error) => Some(error.into()),
    }
}

/// Tells the end. That nobody reads it changes nothing about how it ended.
fn conclude(session: &Session, failure: Option<Failure>, done: &RunDone) -> Result<(), Failure> {
    let told = moving::ignore_closed(tell_end(&session.output, failure.as_ref(), done));
    match failure {
        None => told,
        Some(failure) if told.is_ok() && session.output.is_json() => {
            Err(Failure::Told(Box::new(failure)))
        }
        Some(failure) => Err(failure),
    }
}

/// Scripts get the end as the last line, people what went wrong after it.
fn tell_end(output: &Output, failure: Option<&Failure>, done: &RunDone) -> io::Result<()> {
    // What failed for some has been told of each.
    let event = failure.filter(|failure| !matches!(failure, Failure::Some { .. }));
    if let Some(failure) = event {
        output.note_in_json(&message::event(failure))?;
    }
    // Of a run that never began there is nothing to add up.
    if failure.is_none() || done.has_items() || output.is_json() {
        output.last(done)?;
    }
    Ok(())
}
