mod one_run;
mod one_transfer;

use super::book::{Book, Unfinished};
use super::find;
use crate::args::JobsRmArgs;
use crate::failure::Failure;
use crate::message;
use crate::output::{GivenUp, GivenUpTotal};
use crate::session::Session;

/// Gives up one, or all that do not run.
pub(super) fn run(session: &Session, args: &JobsRmArgs) -> Result<(), Failure> {
    let book = Book::open(session)?;
    let Some(id) = &args.which.id else {
        return all(session, book.as_ref(), args);
    };
    let (book, one) = find::one(book.as_ref(), id)?;
    let given_up = give_up(session, book, one, args)?;
    session.output.last(&given_up).map_err(Failure::Output)
}

fn all(session: &Session, book: Option<&Book>, args: &JobsRmArgs) -> Result<(), Failure> {
    let mut total = GivenUpTotal {
        dry_run: args.dry_run,
        ..GivenUpTotal::default()
    };
    for (book, one) in book.iter().flat_map(|book| {
        let alone = book.alone().into_iter();
        alone.map(move |one| (book, one))
    }) {
        match give_up(session, book, one, args) {
            Ok(given_up) => {
                total.jobs += 1;
                session.output.done(&given_up).map_err(Failure::Output)?;
            }
            Err(failure) if failure.is_in_use() => total.running += 1,
            Err(failure) => {
                total.failed += 1;
                message::report(&failure, &session.output);
            }
        }
    }
    session.output.total(&total).map_err(Failure::Output)?;
    Failure::if_any(total.failed, total.failed + total.jobs)
}

fn give_up(
    session: &Session,
    book: &Book,
    one: Unfinished<'_>,
    args: &JobsRmArgs,
) -> Result<GivenUp, Failure> {
    let job = book.job(one);
    let undone = match one {
        Unfinished::Transfer(pointer) => {
            one_transfer::give_up(session, &book.pointers, pointer, args)?
        }
        Unfinished::Run(run) => one_run::give_up(session, book, run, args)?,
    };
    Ok(GivenUp::of(&job, undone, args.dry_run))
}
