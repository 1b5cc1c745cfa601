use std::sync::Arc;

use ossum_migrate::audit::Detail;
use ossum_migrate::{Job, Monitor};

use super::{explained, places};
use crate::args::MigrateAuditArgs;
use crate::failure::Failure;
use crate::output::{AuditFinding, MigrationAudited};
use crate::progress::Progress;
use crate::session::Session;

/// So many findings people are shown; all of them are in the report.
const SHOWN: u64 = 20;

/// Holds a plan against ledgers and destination.
pub(super) fn run(session: &Session, args: &MigrateAuditArgs) -> Result<(), Failure> {
    let place = places::work(session, &args.work)?;
    let job = Job::read(&place)?;
    let client = session.client_for(&job.destination.url.bucket)?;
    let detail = if args.all {
        Detail::Everything
    } else {
        Detail::Findings
    };
    let monitor = Arc::new(Monitor::new());
    let cancelled = Arc::clone(&monitor);
    session.interrupts.end_by(move || cancelled.cancel());
    let progress = Progress::show_listing(session, &monitor);
    let mut told = 0;
    let outcome = ossum_migrate::audit::audit(&client, &place, detail, &monitor, &mut |finding| {
        told += 1;
        if told <= SHOWN || session.output.is_json() {
            // That nobody reads it changes nothing about the report.
            let _ = session.output.data(&AuditFinding::of(finding));
        }
    });
    drop(progress);
    let audit = outcome.map_err(|error| explained(session, error))?;
    let audited = MigrationAudited::of(&place.to_string(), &audit, told.saturating_sub(SHOWN));
    session.output.answer(&audited).map_err(Failure::Output)?;
    match audit.count() {
        0 => Ok(()),
        findings => Err(Failure::Unsound {
            findings,
            work: place.to_string(),
        }),
    }
}
