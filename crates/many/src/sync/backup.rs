//! Copies aside what is about to be deleted.

use ossum_types::PrefixUrl;

use super::plan::{Action, Continue, Plan};
use crate::allowance::Allowance;
use crate::beneath::Before;
use crate::error::Error;
use crate::halt::Halt;
use crate::item::{Item, Job};
use crate::request::{KeptWith, Run};
use crate::route::Route;
use crate::run::on_threads;
use crate::slots::Slots;
use crate::told::Told;
use crate::trouble::Troubles;
use crate::work::Context;

/// Two large objects at a time use all requests.
const LARGE_AT_ONCE: usize = 2;

/// The route from the destination to the place for what is deleted there.
///
/// # Errors
/// [`Error::Backup`] if that would not keep it: it is in another bucket, or part of what is made the same.
pub(super) fn route(route: &Route, backup: &PrefixUrl) -> Result<Route, Error> {
    let (Route::Up { destination, .. } | Route::Across { destination, .. }) = route else {
        return Err(Error::Backup(backup.to_string()));
    };
    if destination.bucket != backup.bucket {
        return Err(Error::Backup(backup.to_string()));
    }
    let aside = |source: &PrefixUrl| {
        let route = Route::Across {
            source: source.clone(),
            destination: backup.clone(),
        };
        route.normal()
    };
    if let Route::Across { source, .. } = route {
        aside(source).forbid_overlap()?;
    }
    let aside = aside(destination);
    aside.forbid_overlap()?;
    Ok(aside)
}

/// Copies all aside that the plan would delete, by `route`. One that fails is told.
///
/// # Errors
/// What ended it early.
pub(super) fn copy_aside(
    context: &Context<'_>,
    plan: &mut Plan,
    route: Route,
) -> Result<(), Error> {
    let run = Run {
        route,
        source_client: None,
        headers: KeptWith::default(),
        ..context.run.clone()
    };
    // That it is there a second time is told with its deletion.
    let tell = |told: Told| {
        if let Told::Failed(..) = told {
            (context.tell)(told);
        }
    };
    context.monitor.count_no_copies();
    let aside = Context {
        client: context.client,
        run: &run,
        monitor: context.monitor,
        tell: &tell,
        halt: Halt::new(context.monitor),
        troubles: Troubles::default(),
        allowance: Allowance::new(None),
        large: Slots::new(LARGE_AT_ONCE),
        root: None,
        before: Before::Something,
        options: context.options.clone(),
        done: &[],
        record: context.record,
    };
    on_threads(&aside, |finder| {
        plan.for_each(|line| {
            if line.action != Action::Delete {
                return Ok(Continue::Yes);
            }
            let item = Item {
                name: line.key,
                size: line.size,
                version: line.destination_version.unwrap_or_default(),
                modified: None,
                changed: None,
            };
            let put = finder.put(Job::of(item, None));
            Ok(match put {
                Ok(()) if aside.halt.goes_on() => Continue::Yes,
                _ => Continue::No,
            })
        })
    });
    aside.halt.outcome()
}
