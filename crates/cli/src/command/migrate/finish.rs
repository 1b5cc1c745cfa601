use std::time::Instant;

use super::carry::{Carrying, tell_of_row};
use crate::args::{CarryArgs, MigrateFinishArgs};
use crate::failure::Failure;
use crate::output::MigrationFinished;
use crate::progress::Progress;
use crate::session::Session;

/// Completes huge objects.
pub(super) fn run(session: &Session, args: &MigrateFinishArgs) -> Result<(), Failure> {
    let carrying = Carrying::begin(session, &args.work, &CarryArgs::default())?;
    finish(session, &carrying)
}

/// The same after a run.
pub(super) fn finish(session: &Session, carrying: &Carrying) -> Result<(), Failure> {
    let began = Instant::now();
    let shown = Progress::show_rows(session, &carrying.progress);
    let tell = |line: &_| tell_of_row(session, None, line);
    let end = ossum_migrate::finish(
        &carrying.client,
        &carrying.place,
        &carrying.job,
        &carrying.way.reader,
        &carrying.way.worker,
        &carrying.progress,
        &tell,
    );
    drop(shown);
    let end = match end {
        Ok(end) => end,
        Err(error) => return Err(session.interrupted().unwrap_or_else(|| error.into())),
    };
    let ended = MigrationFinished::of(&carrying.place.to_string(), &end, began.elapsed());
    session.output.last(&ended).map_err(Failure::Output)?;
    Failure::if_any(end.failed, end.failed + end.objects)
}
