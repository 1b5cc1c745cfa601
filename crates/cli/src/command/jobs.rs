mod client;
pub(super) mod find;
pub(super) mod list;
mod remove;
mod resume;

use std::sync::Arc;

use ossum_checkpoint::Pointers;
use ossum_durable::RealFs;

use crate::args::{JobsArgs, JobsCommand};
use crate::failure::Failure;
use crate::session::Session;

/// Looks after unfinished transfers.
pub(super) fn run(session: &Session, args: &JobsArgs) -> Result<(), Failure> {
    match &args.what {
        JobsCommand::Ls(_) => list::all(session),
        JobsCommand::Show(args) => list::one(session, &args.id),
        JobsCommand::Resume(args) => resume::run(session, args),
        JobsCommand::Rm(args) => remove::run(session, args),
    }
}

/// Where this user's unfinished transfers are found; `None` if there is no place for them.
pub(super) fn pointers(session: &Session) -> Option<Pointers> {
    let state = session.state_directory()?;
    Some(Pointers::new(Arc::new(RealFs), state))
}
