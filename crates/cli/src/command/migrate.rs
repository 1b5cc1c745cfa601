//! Migrations: each verb in a file of its own.

mod places;
mod plan;

use crate::args::{MigrateArgs, MigrateCommand};
use crate::failure::Failure;
use crate::session::Session;

/// Does one step of a migration.
pub(super) fn run(session: &Session, args: &MigrateArgs) -> Result<(), Failure> {
    match &args.what {
        MigrateCommand::Plan(args) => plan::run(session, args),
    }
}
