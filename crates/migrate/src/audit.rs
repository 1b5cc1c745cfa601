//! Holds what was planned against ledgers and against what is at the destination.
//!
//! Three streams in the order of keys, side by side: the rows of the manifests with what their ledgers say
//! (`planned.rs`), and a listing of the destination (`join.rs`). What is held is some shards, one entry for each huge
//! object, and what the report adds up. Nothing is believed that the destination does not show: a line that says done
//! counts while the object there has the size and the ETag that it speaks of.

mod book;
mod finding;
mod join;
mod open_uploads;
mod page;
mod planned;
mod series;

use std::time::SystemTime;

use ossum_client::Client;

use self::book::Book;
pub use self::book::{Audit, Failures};
pub use self::finding::{Finding, Verdict};
use self::join::Join;
use self::open_uploads::OpenUploads;
use self::planned::Planned;
pub use self::series::Series;
use crate::error::Error;
use crate::job::Job;
use crate::ledger::{Became, read};
use crate::monitor::Monitor;
use crate::names::{self, REPORT_CSV, REPORT_HTML};
use crate::place::Place;

/// Which objects the report has a line for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Detail {
    /// Those that are not as they should be.
    #[default]
    Findings,
    /// All.
    Everything,
}

/// Audits a migration, at any time; `client` is of the destination. Blocks. Tells `tell` each finding, and puts
/// `report.csv` and `report.html` in the work place.
///
/// # Errors
/// That something could not be read, or the reports not be put. That there are findings is none.
/// # Cancellation
/// [`Monitor::cancel`]; then no report is put.
pub fn audit(
    client: &Client,
    place: &Place,
    detail: Detail,
    monitor: &Monitor,
    tell: &mut dyn FnMut(&Finding),
) -> Result<Audit, Error> {
    let job = Job::read(place)?;
    let mut uploads = OpenUploads::list(client, place, &job, monitor)?;
    let mut book = Book::begin(detail, tell)?;
    left_out(place, &job, &mut book)?;
    not_done(place, &job, &mut book)?;
    let planned = Planned::begin(place, &job, &mut book, &mut uploads)?;
    Join::new(client, &job, monitor).run(planned, &mut book, &mut uploads)?;
    uploads.tell(&mut book)?;
    let (audit, csv) = book.finish(job, SystemTime::now())?;
    place.put_file(REPORT_CSV, csv.path())?;
    place.put(REPORT_HTML, page::page(&audit))?;
    Ok(audit)
}

/// What of the source was in no row.
fn left_out(place: &Place, job: &Job, book: &mut Book<'_>) -> Result<(), Error> {
    read(place, &names::ledger_of_plan(&job.attempt), |line| {
        match line {
            Ok(line) => {
                if let Became::Failed(cause) = line.became {
                    book.find(Finding::of(&line.key, Verdict::LeftOut).because(&cause))?;
                }
            }
            Err(_) => book.damaged(1),
        }
        Ok(())
    })
}

/// Which shards have no marker.
fn not_done(place: &Place, job: &Job, book: &mut Book<'_>) -> Result<(), Error> {
    let there = place.list(names::DONE)?;
    let there: std::collections::HashSet<_> =
        there.iter().map(|entry| entry.name.as_str()).collect();
    for shard in 0..job.shards {
        if there.contains(names::done(shard).as_str()) {
            book.shard_done();
        } else {
            book.find(Finding::of(&names::shard(shard), Verdict::ShardNotDone).of_shard(shard))?;
        }
    }
    Ok(())
}
