use super::book::{Book, Unfinished};
use super::find;
use crate::failure::Failure;
use crate::output::JobsTotal;
use crate::session::Session;

/// Lists all that is unfinished.
pub(super) fn all(session: &Session) -> Result<(), Failure> {
    let mut total = JobsTotal::default();
    if let Some(book) = Book::open(session)? {
        for job in book.jobs() {
            total.add(&job);
            session.output.data(&job).map_err(Failure::Output)?;
        }
    }
    session.output.total(&total).map_err(Failure::Output)
}

/// Shows one.
pub(super) fn one(session: &Session, id: &str) -> Result<(), Failure> {
    let book = Book::open(session)?;
    let (book, one) = find::one(book.as_ref(), id)?;
    let told = match one {
        Unfinished::Transfer(pointer) => session.output.answer(&book.detail(pointer)),
        Unfinished::Run(run) => session.output.answer(&book.run_detail(run)),
    };
    told.map_err(Failure::Output)
}
