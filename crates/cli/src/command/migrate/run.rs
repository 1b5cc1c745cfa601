use std::time::Instant;

use ossum_migrate::Happened;

use super::carry::{Carrying, tell_of_row};
use super::finish;
use crate::args::MigrateRunArgs;
use crate::failure::Failure;
use crate::output::{MigrationRun, ShardEnded};
use crate::progress::Progress;
use crate::session::Session;

/// Carries out all shards that are not done.
pub(super) fn run(session: &Session, args: &MigrateRunArgs) -> Result<(), Failure> {
    let began = Instant::now();
    let carrying = Carrying::begin(session, &args.work, &args.carry)?;
    let shown = Progress::show_rows(session, &carrying.progress);
    let tell = |told: Happened<'_>| match told {
        Happened::Row(shard, line) => tell_of_row(session, Some(shard), line),
        Happened::Shard(shard, end) => {
            // The last line tells of all of them.
            let ended = ShardEnded::of(shard, end, began.elapsed());
            let _ = session.output.note(&ended);
        }
    };
    let end = ossum_migrate::run(
        &carrying.client,
        &carrying.place,
        &carrying.job,
        &carrying.way,
        args.jobs,
        &carrying.progress,
        &tell,
    );
    drop(shown);
    let end = match end {
        Ok(end) => end,
        Err(error) => return Err(session.interrupted().unwrap_or_else(|| error.into())),
    };
    let finishes = args.finish && end.shards_done == end.shards;
    let ended = MigrationRun::of(&carrying.place.to_string(), &end, began.elapsed());
    if finishes {
        session.output.note(&ended).map_err(Failure::Output)?;
        return finish::finish(session, &carrying);
    }
    session.output.last(&ended).map_err(Failure::Output)?;
    if let Some(interrupted) = session.interrupted() {
        return Err(interrupted);
    }
    let left = end.shards - end.shards_done;
    Failure::if_any(left.into(), end.shards.into())
}
