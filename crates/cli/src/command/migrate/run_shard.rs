use std::time::Instant;

use ossum_migrate::Verdict;

use super::carry::{Carrying, tell_of_row};
use crate::args::{MigrateRunShardArgs, WorkArgs};
use crate::failure::Failure;
use crate::output::ShardEnded;
use crate::progress::Progress;
use crate::session::Session;

/// Carries out one shard. Every failure says whether to try again may be of use.
pub(super) fn run(session: &Session, args: &MigrateRunShardArgs) -> Result<(), Failure> {
    carry_out(session, args).map_err(Failure::of_shard)
}

fn carry_out(session: &Session, args: &MigrateRunShardArgs) -> Result<(), Failure> {
    let began = Instant::now();
    let number = args.shard.number;
    let work = WorkArgs {
        work: args.shard.work.clone(),
    };
    let carrying = Carrying::begin(session, &work, &args.carry)?;
    let shown = Progress::show_rows(session, &carrying.progress);
    let tell = |line: &_| tell_of_row(session, Some(number), line);
    let end = ossum_migrate::run_shard(
        &carrying.client,
        &carrying.place,
        &carrying.job,
        number,
        &carrying.way,
        &carrying.progress,
        &tell,
    );
    drop(shown);
    let end = end?;
    let ended = ShardEnded::of(number, &end, began.elapsed());
    session.output.last(&ended).map_err(Failure::Output)?;
    if let Some(interrupted) = session.interrupted().filter(|_| !end.is_done) {
        return Err(interrupted);
    }
    let left = end.rows - end.rows_before - end.rows_done;
    let rows = Failure::Some {
        failed: left,
        total: end.rows,
    };
    match end.verdict() {
        Verdict::Done => Ok(()),
        Verdict::TryAgain => Err(Failure::TryAgain(Box::new(rows))),
        Verdict::Never => Err(Failure::Never(Box::new(rows))),
    }
}
