//! Has a plan made: who lists, who judges, and who holds both sides against each other.

use std::path::Path;
use std::sync::mpsc::{Sender, channel};
use std::thread;

use super::checksums::{Checksums, Of};
use super::in_order::InOrder;
use super::judge::{Doubt, Judge, Judged};
use super::plan::{Draft, Plan};
use super::planner::{Decided, Decision, Planner};
use super::renames::Candidates;
use super::request::{Compare, Renames, Sync};
use super::side::{self, Empty, Lister};
use crate::error::Error;
use crate::names::{Names, Sameness};
use crate::queue::{Queue, Taker};
use crate::route::Route;
use crate::run::no_thread;
use crate::work::Context;

/// A plan, and what was met while it was made.
pub(super) struct Made {
    pub(super) plan: Plan,
    /// What may have been renamed, where that is asked for.
    pub(super) candidates: Option<Candidates>,
    /// How many items the source has.
    pub(super) source_items: u64,
    /// How many times it was not known what the source has.
    pub(super) unknown: u64,
}

/// So many doubts wait for a judge at most.
const DOUBTS: usize = 256;

/// Lists both sides and compares them.
///
/// # Errors
/// That a listing does not go on: there is no plan then. An item that fails is told, and counts as
/// failed.
pub(super) fn make(context: &Context<'_>, request: &Sync) -> Result<Made, Error> {
    let draft = Draft::begin(context.temporary_directory())?;
    let (source_lister, source) = side::channel();
    let (there_lister, there) = side::channel();
    let doubts = Queue::new(DOUBTS);
    let (answer, answers) = channel();
    let takers: Vec<_> = (0..context.run.at_once.get())
        .map(|_| (doubts.taker(), answer.clone()))
        .collect();
    // Only the judges hold it: that all are gone is told by the channel.
    drop(answer);
    thread::scope(|scope| {
        let planner = Planner {
            context,
            request,
            draft,
            names: names(context),
            checksums: checksums(context, request),
            candidates: candidates(context, request),
            left_out: Vec::new(),
            in_order: InOrder::new(),
            doubts: Some(doubts.finder()),
            answers,
            source_items: 0,
        };
        let with_delete = request.delete.is_some();
        let mut threads = vec![
            spawn(scope, "ossum-source", move || {
                list_source(context, source_lister, with_delete);
            })?,
            spawn(scope, "ossum-there", move || {
                list_destination(context, there_lister);
            })?,
        ];
        for (taker, answer) in takers {
            threads.push(spawn(scope, "ossum-judge", move || {
                judge(context, &{ taker }, &{ answer });
            })?);
        }
        let made = planner.plan(source, there);
        for thread in threads {
            thread.join().map_err(|_| Error::Died)?;
        }
        made
    })
}

pub(super) fn spawn<'scope>(
    scope: &'scope thread::Scope<'scope, '_>,
    name: &str,
    work: impl FnOnce() + Send + 'scope,
) -> Result<thread::ScopedJoinHandle<'scope, ()>, Error> {
    let spawned = thread::Builder::new().name(name.to_owned());
    spawned.spawn_scoped(scope, work).map_err(no_thread)
}

fn list_source(context: &Context<'_>, lister: Lister, with_delete: bool) {
    let client = context.run.source_client.as_ref();
    // With --delete an empty source is an error of its own.
    let empty = if with_delete {
        Empty::Allowed
    } else {
        Empty::Forbidden
    };
    match &context.run.route {
        Route::Up { source, .. } => lister.directory(context, Some(source)),
        Route::Down { source, .. } | Route::Across { source, .. } => {
            lister.prefix(context, client.unwrap_or(context.client), source, empty);
        }
    }
}

fn list_destination(context: &Context<'_>, lister: Lister) {
    match &context.run.route {
        Route::Down { .. } => lister.directory(context, context.root.as_deref()),
        Route::Up { destination, .. } | Route::Across { destination, .. } => {
            lister.prefix(context, context.client, destination, Empty::Allowed);
        }
    }
}

fn judge(context: &Context<'_>, doubts: &Taker<'_, Doubt>, answer: &Sender<(u64, Decision)>) {
    let mut judge = match Judge::new(context) {
        Ok(judge) => judge,
        Err(error) => return context.halt.stop(error),
    };
    while let Some(doubt) = doubts.take()
        && context.halt.goes_on()
    {
        let Judged { judgement, learnt } = judge.judge(&doubt);
        let decided = Decided::by(&context.run.route, &doubt, judgement);
        if answer
            .send((doubt.number, Decision { decided, learnt }))
            .is_err()
        {
            return;
        }
    }
}

/// The names below a directory that is downloaded to.
fn names(context: &Context<'_>) -> Option<Names> {
    let Route::Down { .. } = context.run.route else {
        return None;
    };
    Some(Names::new(match &context.root {
        Some(root) if !context.run.dry_run => Sameness::of(root),
        _ => Sameness::Bytes,
    }))
}

/// What was learnt of the files before, where checksums are compared and there is a place to keep them.
fn checksums(context: &Context<'_>, request: &Sync) -> Option<Checksums> {
    let root = match &context.run.route {
        Route::Up { source, .. } => source.canonicalize().ok()?,
        Route::Down { .. } => context.root.clone()?,
        Route::Across { .. } => return None,
    };
    let is_asked_for = request.compare == Compare::Checksum;
    is_asked_for.then(|| open(context, Of::Compared, &root))?
}

/// What may have been renamed: files, as nothing else is sent.
fn candidates(context: &Context<'_>, request: &Sync) -> Option<Candidates> {
    let Route::Up { source, .. } = &context.run.route else {
        return None;
    };
    if request.renames == Renames::Ignore {
        return None;
    }
    let root = source.canonicalize().ok();
    let checksums = root.and_then(|root| open(context, Of::New, &root));
    Some(Candidates::new(context.temporary_directory(), checksums))
}

fn open(context: &Context<'_>, of: Of, root: &Path) -> Option<Checksums> {
    let remembering = context.run.remembering.as_ref()?;
    match Checksums::open(&remembering.directory, of, root) {
        Ok(checksums) => Some(checksums),
        Err(error) => {
            tracing::warn!("what is learnt of files cannot be kept: {error}");
            None
        }
    }
}
