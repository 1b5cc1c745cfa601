use std::time::SystemTime;

use super::places;
use crate::args::MigrateStatusArgs;
use crate::failure::Failure;
use crate::output::MigrationStatus;
use crate::session::Session;

/// Tells how far a migration is.
pub(super) fn run(session: &Session, args: &MigrateStatusArgs) -> Result<(), Failure> {
    let place = places::work(session, &args.work)?;
    let status = ossum_migrate::status(&place, SystemTime::now())?;
    let told = MigrationStatus::of(&place.to_string(), &status);
    session.output.answer(&told).map_err(Failure::Output)
}
