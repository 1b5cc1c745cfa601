//! Migrations: each verb in a file of its own.

mod audit;
mod carry;
mod finish;
mod metrics;
mod places;
mod plan;
mod recipe;
mod run;
mod run_shard;
mod status;

use ossum_migrate::Error;

use crate::args::{MigrateArgs, MigrateCommand};
use crate::failure::{Failure, Left};
use crate::session::Session;

/// Does one step of a migration.
pub(super) fn run(session: &Session, args: &MigrateArgs) -> Result<(), Failure> {
    match &args.what {
        MigrateCommand::Plan(args) => plan::run(session, args),
        MigrateCommand::Run(args) => run::run(session, args),
        MigrateCommand::RunShard(args) => run_shard::run(session, args),
        MigrateCommand::Finish(args) => finish::run(session, args),
        MigrateCommand::Status(args) => status::run(session, args),
        MigrateCommand::Audit(args) => audit::run(session, args),
        MigrateCommand::Recipe(args) => recipe::run(session, args),
    }
}

/// A failure as what it is: what was cancelled by a signal was interrupted.
fn explained(session: &Session, error: Error) -> Failure {
    let is_cancelled = matches!(&error, Error::Many(ossum_many::Error::Cancelled));
    let interrupted = session.interrupted_leaving(Left::Nothing);
    match interrupted {
        Some(interrupted) if is_cancelled => interrupted,
        _ => error.into(),
    }
}
