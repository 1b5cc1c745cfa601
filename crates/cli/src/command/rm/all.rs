//! All that is below some prefixes, many at a time.

use std::cell::Cell;
use std::future::poll_fn;
use std::io;
use std::pin::pin;
use std::task::Poll;

use futures_util::{StreamExt, TryStreamExt};
use ossum_types::PrefixUrl;

use super::batch::{self, Gone, Outcomes};
use super::{doomed, end, report};
use crate::args::RmArgs;
use crate::command::clients::Clients;
use crate::failure::Failure;
use crate::output::{Deleted, DeletedTotal};
use crate::session::Session;

/// What one request deletes at most (official documentation of `DeleteMultipleObjects`).
const BATCH: usize = 1000;

/// So many such requests are made at a time.
const AT_A_TIME: usize = 4;

/// Deletes all, and tells how many that were, also if it could not go on.
///
/// # Errors
/// What ended it early: a listing that breaks, the network, or that it cannot be told. What was
/// under way then is finished, and told. A deletion that fails ends nothing.
pub(super) async fn delete(
    session: &Session,
    clients: &Clients<'_>,
    args: &RmArgs,
) -> Result<(), Failure> {
    let mut total = DeletedTotal {
        dry_run: args.dry_run,
        ..DeletedTotal::default()
    };
    let mut outcome = Ok(());
    for what in &args.what {
        outcome = delete_below(session, clients, args, what, &mut total).await;
        if outcome.is_err() {
            break;
        }
    }
    let ended = end(session, &total);
    outcome.and(ended)
}

/// Deletes what is below one prefix.
async fn delete_below(
    session: &Session,
    clients: &Clients<'_>,
    args: &RmArgs,
    what: &PrefixUrl,
    total: &mut DeletedTotal,
) -> Result<(), Failure> {
    let (client, filter) = (&clients.of(&what.bucket)?, args.filter.filter());
    let is_over = Cell::new(false);
    let over = poll_fn(|_| {
        if is_over.get() {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    });
    let deletions = doomed::below(client, what, args.reach(), &filter)
        .try_chunks(BATCH)
        // Behind a page that could not be had there is nothing to ask for.
        .inspect_err(|_| is_over.set(true))
        .take_until(over)
        .map(|batch| async move {
            let batch = batch.map_err(|broken| Failure::Client(broken.1))?;
            batch::delete(client, &what.bucket, batch, args.dry_run).await
        });
    let mut deletions = pin!(deletions.buffer_unordered(AT_A_TIME));
    let mut ended = Ok(());
    // Whatever ends it, what has begun is finished: its success would otherwise not be known.
    while let Some(outcome) = deletions.next().await {
        let told = outcome.and_then(|outcomes| tell(session, total, outcomes));
        if told.is_err() {
            is_over.set(true);
            ended = ended.and(told);
        }
    }
    ended
}

/// Counts all of it, and tells as much as can be told.
fn tell(session: &Session, total: &mut DeletedTotal, outcomes: Outcomes) -> Result<(), Failure> {
    let mut told = Ok(());
    for outcome in outcomes {
        match outcome {
            Ok(gone) => {
                let written = tell_gone(session, total, &gone);
                told = told.and(written);
            }
            Err(failure) => report(session, total, &failure),
        }
    }
    told.map_err(Failure::Output)
}

fn tell_gone(session: &Session, total: &mut DeletedTotal, gone: &Gone) -> io::Result<()> {
    total.objects += 1;
    total.bytes = total.bytes.saturating_add(gone.size);
    let deleted = Deleted::of(&gone.url, gone.version_id.as_ref(), total.dry_run);
    session.output.done(&deleted)
}
