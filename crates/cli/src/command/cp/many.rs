//! What is below a directory or prefix, by `cp -r`.

mod teller;

use std::io;
use std::num::NonZeroUsize;

use ossum_many::{
    Ended, Error, IfExists as RunIfExists, KeptWith, Links, Monitor, Remembering, Route, Run,
};
use ossum_types::BucketName;

use self::teller::Teller;
use super::source::Between;
use super::{dry, headers, job};
use crate::args::{CpArgs, IfExists, Place};
use crate::command::block_on;
use crate::command::limited::{limited, limiter};
use crate::command::moving::{self, durability_of_end, not_remembered};
use crate::exit::{self, Verdict};
use crate::failure::{Failure, Left};
use crate::message;
use crate::output::{Output, RunDone};
use crate::progress::{Progress, Style};
use crate::session::Session;

/// Copies what is below the source to below the destination.
pub(super) fn run(session: &Session, args: &CpArgs) -> Result<(), Failure> {
    let mut run = of(session, args)?;
    let client = super::client(session, args, bucket(&run.route))?;
    if let Route::Across {
        source,
        destination,
    } = &run.route
    {
        let between = Between {
            source: &source.bucket,
            destination: &destination.bucket,
            args,
        };
        run.source_client = between.client(session, &client)?;
    }
    let client = limited(client, limiter(args.limit.as_ref()).as_ref());
    if args.dry_run {
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
    let teller = Teller::of(session, &monitor, args.dry_run);
    let mut ended = ossum_many::run(&client, run, &monitor, &|told| teller.tell(told));
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
