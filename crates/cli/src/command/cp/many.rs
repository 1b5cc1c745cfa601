//! What is below a directory or prefix, by `cp -r`.

use std::num::NonZeroUsize;

use ossum_many::{
    Ended, Error, IfExists as RunIfExists, KeptWith, Links, Monitor, Remembering, Route, Run, Told,
    What,
};

use ossum_types::BucketName;

use super::{headers, job};
use crate::args::{CpArgs, IfExists, Place};
use crate::command::limited::{limited, limiter};
use crate::exit::{self, Verdict};
use crate::failure::{Failure, Left};
use crate::message;
use crate::output::{Done, ItemError, Planned, RunDone, Skipped};
use crate::progress::Progress;
use crate::session::Session;

/// Copies what is below the source to below the destination.
pub(super) fn run(session: &Session, args: &CpArgs) -> Result<(), Failure> {
    let run = of(session, args)?;
    let client = session.client_for_with(bucket(&run.route), |settings| {
        settings.request_payer = args.request_payer.is_some();
        settings.traffic_limit = args.traffic_limit;
    })?;
    let client = limited(client, limiter(args.limit.as_ref()).as_ref());
    let (source, destination) = (run.route.source(), run.route.destination());
    let monitor = Monitor::new();
    let cancelled = monitor.clone();
    session.interrupts.end_by(move || cancelled.cancel());
    let progress = Progress::show_run(session, &monitor);
    let ended = ossum_many::run(&client, run, &monitor, &|told| tell(session, told));
    // The bar goes before anything else is told.
    drop(progress);
    let summary = ended.summary;
    let failure = failure(session, ended);
    let code = failure
        .as_ref()
        .map_or(exit::DONE, |failure| Verdict::on(failure).code);
    let mut done = RunDone::of(source, destination, code, args.dry_run, &summary);
    done.error = failure.as_ref().map(message::event);
    conclude(session, failure, &done)
}

/// What was typed, as a run.
fn of(session: &Session, args: &CpArgs) -> Result<Run, Failure> {
    let route = route(&args.source, &args.destination)?;
    job::forbid_misplaced_in_run(args, &route)?;
    let asked = headers::of_copy(&args.object);
    let guesses = matches!(route, Route::Up { .. });
    let kept_with = move |file: Option<&std::path::Path>, key: &ossum_types::ObjectKey| match file
        .filter(|_| guesses)
    {
        Some(file) => headers::with_type(asked.clone(), file, key),
        None => asked.clone(),
    };
    let run = Run::new(route);
    let at_once = args
        .concurrency
        .0
        .unwrap_or(NonZeroUsize::MAX)
        .min(run.at_once);
    Ok(Run {
        filter: args.run.filter.filter(),
        links: if args.run.no_follow_symlinks {
            Links::Skip
        } else {
            Links::Follow
        },
        if_exists: match args.if_exists {
            IfExists::Overwrite => RunIfExists::Overwrite,
            IfExists::Skip => RunIfExists::Skip,
            IfExists::Newer => RunIfExists::Newer,
            IfExists::Fail => RunIfExists::Fail,
        },
        dry_run: args.dry_run,
        at_once,
        max_transfer: args.max_transfer.map(ossum_types::ByteSize::get),
        headers: KeptWith::new(kept_with),
        unverified: job::unverified(args),
        verify_kept: args.upload.verify_kept.unwrap_or_default().into(),
        options: job::options(args),
        remembering: remembering(session, args)?,
        ..run
    })
}

fn route(source: &Place, destination: &Place) -> Result<Route, Failure> {
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
        (Place::Stream, _) | (_, Place::Stream) => Err(Failure::usage(
            "standard input and output (-) are one file, and -r copies many",
            "leave out -r, or name a directory",
        )),
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

/// Where the run is remembered.
fn remembering(session: &Session, args: &CpArgs) -> Result<Option<Remembering>, Failure> {
    if args.checkpoint.no_checkpoint {
        return Ok(None);
    }
    let directory = match &args.checkpoint.checkpoint_dir {
        Some(directory) => Some(super::checkpoint::absolute(directory)?),
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

/// Tells what became of one item: scripts all of it, people what they would not expect.
fn tell(session: &Session, told: Told) {
    // Where it cannot be written, the last line will tell.
    let _ = match told {
        Told::Done(
            What {
                source,
                destination,
            },
            report,
        ) => {
            let done = Done::of(source, destination, &report);
            session.output.note_in_json(&done)
        }
        Told::Skipped(what, why) => {
            if why.is_about_the_source() && !session.output.is_json() {
                tracing::warn!("skipped {}: {why}", what.source);
            }
            session.output.note_in_json(&Skipped {
                source: what.source,
                destination: what.destination,
                reason: why.reason(),
            })
        }
        Told::Planned(
            What {
                source,
                destination,
            },
            bytes_total,
        ) => session.output.note(&Planned {
            source,
            destination,
            bytes_total,
        }),
        Told::Failed(what, error) => {
            session.output.item_error(&item_error(what, error));
            Ok(())
        }
        _ => Ok(()),
    };
}

fn item_error(what: What, error: Error) -> ItemError {
    ItemError {
        source: what.source,
        destination: what.destination,
        error: message::event(&Failure::from(error)),
    }
}

/// Why the run did not do all that it was asked to.
fn failure(session: &Session, ended: Ended) -> Option<Failure> {
    let Ended { summary, outcome } = ended;
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

/// Tells the end: scripts get it as the last line, people what went wrong after it.
fn conclude(session: &Session, failure: Option<Failure>, done: &RunDone) -> Result<(), Failure> {
    let output = &session.output;
    let Some(failure) = failure else {
        return output.last(done).map_err(Failure::Output);
    };
    if !output.is_json() {
        // Of a run that never began there is nothing to add up.
        if done.has_items() {
            output.last(done).map_err(Failure::Output)?;
        }
        return Err(failure);
    }
    // What failed for some has been told of each.
    if !matches!(failure, Failure::Some { .. }) {
        let event = message::event(&failure);
        output.note_in_json(&event).map_err(Failure::Output)?;
    }
    output.last(done).map_err(Failure::Output)?;
    Err(Failure::Told(Box::new(failure)))
}
