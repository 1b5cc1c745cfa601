pub(super) mod book;
mod client;
pub(super) mod find;
mod list;
mod remove;
mod resume;

use crate::args::{JobsArgs, JobsCommand};
use crate::failure::Failure;
use crate::session::Session;

/// Looks after what is unfinished.
pub(super) fn run(session: &Session, args: &JobsArgs) -> Result<(), Failure> {
    match &args.what {
        JobsCommand::Ls(_) => list::all(session),
        JobsCommand::Show(args) => list::one(session, &args.id),
        JobsCommand::Resume(args) => resume::run(session, args),
        JobsCommand::Rm(args) => remove::run(session, args),
    }
}
