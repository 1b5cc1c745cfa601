use ossum_checkpoint::{Pointer, Pointers, Seen, Sighting};

use super::find;
use crate::failure::Failure;
use crate::output::{Job, JobDetail, JobsTotal};
use crate::session::Session;

/// Lists all unfinished transfers.
pub(super) fn all(session: &Session) -> Result<(), Failure> {
    let mut total = JobsTotal::default();
    if let Some(pointers) = super::pointers(session) {
        for pointer in pointers.list()? {
            let job = Job::of(&pointer, &look(&pointers, &pointer));
            total.add(&job);
            session.output.data(&job).map_err(Failure::Output)?;
        }
    }
    session.output.total(&total).map_err(Failure::Output)
}

/// Shows one.
pub(super) fn one(session: &Session, id: &str) -> Result<(), Failure> {
    let pointer = find::one(session, id)?;
    let pointers = super::pointers(session).ok_or_else(|| Failure::NoSuchJob(id.to_owned()))?;
    let detail = JobDetail::of(&pointer, &look(&pointers, &pointer));
    session.output.answer(&detail).map_err(Failure::Output)
}

/// What is to be seen of it. That one cannot be looked at is no reason to hide it.
pub(in crate::command) fn look(pointers: &Pointers, pointer: &Pointer) -> Sighting {
    pointers.look(pointer).unwrap_or_else(|error| {
        tracing::warn!("{error}");
        Sighting {
            checkpoint: Seen::Missing,
            running: None,
            changed: None,
        }
    })
}
