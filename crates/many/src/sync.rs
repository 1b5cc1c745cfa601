//! Makes a destination the same as its source, in one direction.
//!
//! First the plan, then all that it says: both sides are listed in the order of names and held against
//! each other (`merge.rs`, `compare.rs`; what listings leave open, `judge.rs` asks), and each difference
//! becomes a line of a file (`plan.rs`). Only when that is whole is anything done, so that whatever
//! stops it (`guard.rs`) has stopped all of it. Copies go the way of every run; deletions are last
//! (`delete.rs`).

mod backup;
mod checksums;
mod compare;
mod delete;
pub(crate) mod drift;
mod guard;
mod in_order;
mod judge;
mod make;
mod members;
mod merge;
pub(crate) mod plan;
mod planner;
mod renames;
mod request;
mod side;

use std::path::Path;

use ossum_client::Client;

use self::guard::{Source, guard, guard_number};
use self::make::Made;
use self::plan::{Action, Continue, Header, Line, Plan};
pub use self::request::{Compare, Delete, MostDeleted, PlanUse, Renames, Sync};
use crate::error::Error;
use crate::item::{Item, Job, Planned};
use crate::monitor::Monitor;
use crate::names::becomes;
use crate::queue::Finder;
use crate::request::{IfExists, Run};
use crate::route::Route;
use crate::run::{on_threads, remembered};
use crate::told::{Ended, Told};
use crate::work::Context;

/// Makes the destination of `run` the same as its source, and tells of each item as it is done.
///
/// What exists is replaced if it differs, whatever `run` says of that.
///
/// `tell` is called from several threads at a time; a slow one slows the run. Blocks the calling
/// thread until all threads of the run have ended. The plan lies in a temporary file: what is held does
/// not grow with the number of items.
///
/// Nothing is changed before both sides are listed to their end. Deletions begin when all that was to
/// be copied is; where some of it failed, nothing is deleted.
///
/// # Resumption
/// The same run begun again finds what is the same by now, and goes on with what was half copied.
///
/// # Errors
/// In [`Ended::outcome`]: what ended the run early. That single items failed is in the summary.
/// # Cancellation
/// [`Monitor::cancel`].
pub fn sync(
    client: &Client,
    run: Run,
    request: &Sync,
    monitor: &Monitor,
    tell: &(dyn Fn(Told) + std::marker::Sync),
) -> Ended {
    let only_plans = matches!(request.plan, PlanUse::Write(_));
    let run = Run {
        if_exists: IfExists::Overwrite,
        dry_run: run.dry_run || only_plans,
        ..run
    };
    remembered(client, run, monitor, tell, |context| {
        if let Err(error) = carry_out(context, request) {
            context.halt.stop(error);
        }
    })
}

/// Makes the plan, or reads it, and does what it says.
fn carry_out(context: &Context<'_>, request: &Sync) -> Result<(), Error> {
    let route = &context.run.route;
    route.forbid_overlap()?;
    let backup = request
        .delete
        .as_ref()
        .and_then(|delete| delete.backup.as_ref());
    let backup = backup.map(|backup| backup::route(route, backup));
    let aside = backup.transpose()?;
    let endpoint = context.client.endpoint().authority().to_owned();
    let (mut plan, holds, guarded) = match &request.plan {
        PlanUse::Apply(path) => {
            let plan = Plan::open(path, &endpoint, route)?;
            let delete = request.delete.clone().unwrap_or_default();
            let guarded = guard_number(&plan.totals, &delete);
            (plan, Holds::Still, guarded)
        }
        PlanUse::CarryOut | PlanUse::Write(_) => {
            let made = make::make(context, request)?;
            let guarded = guarded(context, request, &made);
            // Nothing is read for what is neither done nor shown.
            let matters = guarded.is_ok() || context.run.dry_run;
            let plan = match made.candidates.filter(|_| matters) {
                Some(candidates) => candidates.track(context, made.plan)?,
                None => made.plan,
            };
            (plan, Holds::AsItCan, guarded)
        }
    };
    match (&request.plan, guarded) {
        // Who reads it decides; carrying it out is guarded again.
        (PlanUse::Write(path), Ok(()) | Err(Error::TooManyDeleted { .. })) => {
            let header = Header::of(endpoint, route, plan.totals);
            context.monitor.planned(&plan.totals);
            plan.write(path, &header)
        }
        // Who only asks what would be done is told that, and then why nothing would.
        (PlanUse::CarryOut | PlanUse::Apply(_), guarded) if context.run.dry_run => {
            apply(context, &mut plan, holds, aside.as_ref())?;
            guarded
        }
        (_, guarded) => {
            guarded?;
            apply(context, &mut plan, holds, aside.as_ref())
        }
    }
}

/// Whether a plan that was just made may be carried out.
fn guarded(context: &Context<'_>, request: &Sync, made: &Made) -> Result<(), Error> {
    let Some(delete) = &request.delete else {
        return Ok(());
    };
    let place = context.run.route.source();
    let source = Source {
        place: &place,
        items: made.source_items,
        unknown: made.unknown,
    };
    guard(&made.plan.totals, source, delete)
}

/// Does what the plan says: first all copies, and if none has failed all deletions; what is deleted is
/// copied aside before, by that route.
fn apply(
    context: &Context<'_>,
    plan: &mut Plan,
    holds: Holds,
    aside: Option<&Route>,
) -> Result<(), Error> {
    copy(context, plan, holds);
    if plan.totals.delete == 0 || !may_delete(context, plan) {
        return Ok(());
    }
    if let Some(route) = aside.filter(|_| !context.run.dry_run) {
        backup::copy_aside(context, plan, route.clone())?;
        if !may_delete(context, plan) {
            return Ok(());
        }
    }
    delete::delete(context, plan, holds, aside)
}

/// Whether all before has succeeded.
fn may_delete(context: &Context<'_>, plan: &Plan) -> bool {
    let failed = context.monitor.summary().failed;
    if failed > 0 && !context.run.dry_run {
        let count = plan.totals.delete;
        tracing::warn!("nothing was deleted, as {failed} failed; {count} were to be");
        return false;
    }
    context.halt.goes_on()
}

/// Whether what a plan was made for has to be as it was then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holds {
    /// Yes: somebody has read the plan.
    Still,
    /// It was made a moment ago.
    AsItCan,
}

/// Copies what the plan says.
fn copy(context: &Context<'_>, plan: &mut Plan, holds: Holds) {
    on_threads(context, |finder| {
        plan.for_each(|line| match line.action {
            Action::Copy | Action::CopyFrom => Ok(hand_on(context, finder, line, holds)?),
            Action::Delete => Ok(Continue::Yes),
        })?;
        context.monitor.listing_done();
        Ok(())
    });
}

fn hand_on(
    context: &Context<'_>,
    finder: &Finder<'_, Job>,
    line: Line,
    holds: Holds,
) -> Result<Continue, Error> {
    check_name(context, &line)?;
    let item = Item {
        name: line.key,
        size: line.size,
        version: line.source_version.unwrap_or_default(),
        modified: None,
        changed: None,
    };
    context.monitor.found(item.size);
    let planned = (holds == Holds::Still).then_some(Planned {
        destination: line.destination_version,
    });
    let job = Job {
        is_compared: true,
        planned,
        from: line.from.map(Box::new),
        ..Job::of(item, None)
    };
    Ok(match finder.put(job) {
        Ok(()) if context.halt.goes_on() => Continue::Yes,
        // Nobody works any more, or nothing further is to begin.
        _ => Continue::No,
    })
}

/// Finds that a name leads nowhere else: a plan is a file like any other.
fn check_name(context: &Context<'_>, line: &Line) -> Result<(), Error> {
    match &context.run.route {
        // Objects have any name.
        Route::Across { .. } => Ok(()),
        Route::Up { .. } if line.action == Action::Delete => Ok(()),
        Route::Up { source, .. } => check_below(source, line),
        Route::Down { destination, .. } => check_below(destination, line),
    }
}

fn check_below(root: &Path, line: &Line) -> Result<(), Error> {
    let checked = becomes(&line.key, line.size, root.as_os_str().len());
    Ok(checked.map(|_| ())?)
}
