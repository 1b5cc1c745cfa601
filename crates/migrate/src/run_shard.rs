//! Carries out one shard: every row that no attempt has done yet, several at a time.
//!
//! It may be killed anywhere and begun again, and several may be at the same shard at once. What was done is known
//! from the ledger (`history.rs` beside this), what was half done from the uploads that are open at the destination
//! (`open_uploads.rs`); the marker is put when nothing of either is left. Start at [`run_shard`]; what becomes of a
//! row is in `row.rs`, what all of them know in `context.rs`.

mod bookkeeper;
mod context;
mod row;
mod troubles;

use std::num::NonZeroUsize;
use std::sync::atomic::AtomicUsize;
use std::thread;
use std::time::SystemTime;

use ossum_client::Client;
use ossum_transfer::Options;
use tokio::sync::Semaphore;

use self::bookkeeper::Bookkeeper;
use self::context::{Context, Fate};
use self::row::work;
use self::troubles::Troubles;
use crate::cause::Outlook;
use crate::done::Done;
use crate::error::Error;
use crate::history::History;
use crate::job::Job;
use crate::ledger::{Attempt, LedgerWriter, Line};
use crate::manifest::{Piece, Row, Rows};
use crate::names;
use crate::open_uploads::{OpenUploads, abort_all_of};
use crate::place::Place;
use crate::progress::Progress;
use crate::reader::Reader;

/// How a shard is carried out.
#[derive(Debug, Clone)]
pub struct RunShard {
    /// Opens the source.
    pub reader: Reader,
    /// Who moves the bytes of whole objects.
    pub mover: Mover,
    /// How many rows are under way at a time.
    pub at_once: NonZeroUsize,
    /// How each is moved. Its budget is what all share; its checkpoint is not used.
    pub options: Options,
    /// The machine and the process, as the ledger has them.
    pub worker: String,
}

/// Who moves the bytes of whole objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mover {
    /// This process.
    Here,
    /// OSS itself: source and destination are in one region, and the same credentials may do both.
    Oss,
}

/// How an attempt at a shard ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ShardEnd {
    /// Rows of the shard.
    pub rows: u64,
    /// Rows that were done by earlier attempts.
    pub rows_before: u64,
    /// Rows that this attempt has done.
    pub rows_done: u64,
    /// Rows that failed for what may pass.
    pub rows_failed: u64,
    /// Rows that failed, and will whenever they are tried.
    pub rows_never: u64,
    /// Bytes of all rows that are done.
    pub bytes: u64,
    /// Whether the marker is put.
    pub is_done: bool,
    /// Whether it was ended before every row was tried.
    pub is_cut_short: bool,
    /// Whether it was ended by request.
    pub is_cancelled: bool,
}

/// What to do about a shard after an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing: its marker is put.
    Done,
    /// To try again: something may pass.
    TryAgain,
    /// To look at what failed: to try again would be of no use.
    Never,
}

impl ShardEnd {
    /// What to do about it.
    pub fn verdict(&self) -> Verdict {
        if self.is_done {
            return Verdict::Done;
        }
        // What was not tried because everything before it was denied would be denied as well.
        let may_pass = self.rows_failed > 0 || self.is_cancelled || self.rows_never == 0;
        if may_pass {
            Verdict::TryAgain
        } else {
            Verdict::Never
        }
    }
}

/// Carries out the shard of that number; `client` is of the destination. Blocks.
///
/// `tell` hears of each row, as the ledger does, from several threads at a time.
///
/// # Errors
/// That the work place or the uploads at the destination could not be read, or the ledger not be written. What
/// was done stays done. That rows failed is in [`ShardEnd`].
/// # Cancellation
/// [`Progress::cancel`].
pub fn run_shard(
    client: &Client,
    place: &Place,
    job: &Job,
    number: u32,
    run: &RunShard,
    progress: &Progress,
    tell: &(dyn Fn(&Line) + Sync),
) -> Result<ShardEnd, Error> {
    job.check_shard(number)?;
    if let Some(done) = Done::read(place, number)? {
        progress.add_before(done.rows, done.bytes);
        return Ok(ShardEnd {
            rows: done.rows,
            rows_before: done.rows,
            bytes: done.bytes,
            is_done: true,
            ..ShardEnd::default()
        });
    }
    let rows = Rows::of_shard(place, number)?;
    let history = History::read(place, number, &rows)?;
    let uploads = OpenUploads::look(client, job, &rows, &history)?;
    let attempt = Attempt::new(SystemTime::now());
    let shard = Shard {
        client,
        place,
        job,
        number,
        rows: &rows,
        history: &history,
        uploads: &uploads,
        attempt: &attempt,
    };
    let fates = shard.carry_out(run, progress, tell)?;
    shard.end(&fates, progress)
}

/// A shard that is being carried out.
struct Shard<'a> {
    client: &'a Client,
    place: &'a Place,
    job: &'a Job,
    number: u32,
    rows: &'a [Row],
    history: &'a History,
    uploads: &'a OpenUploads,
    attempt: &'a Attempt,
}

impl Shard<'_> {
    /// Has every row tried that is not done, and gives what became of each.
    fn carry_out(
        &self,
        run: &RunShard,
        progress: &Progress,
        tell: &(dyn Fn(&Line) + Sync),
    ) -> Result<Vec<Fate>, Error> {
        let pending: Vec<&Row> = self.rows.iter().filter(|row| !self.is_done(row)).collect();
        for row in self.rows.iter().filter(|row| self.is_done(row)) {
            progress.add_before(1, row.len().unwrap_or(0));
        }
        let ledger = names::ledger(self.number);
        let writer = LedgerWriter::new(self.place, ledger, self.attempt.clone());
        let (bookkeeper, books) = Bookkeeper::new(writer);
        let context = Context {
            run,
            job: self.job,
            progress,
            tell,
            attempt: self.attempt,
            uploads: self.uploads,
            troubles: Troubles::default(),
            large: Semaphore::new(row::LARGE_AT_ONCE),
            next: AtomicUsize::new(0),
            pending: &pending,
        };
        let hands = NonZeroUsize::new(pending.len().min(run.at_once.get()));
        let threads = hands.map_or_else(Vec::new, |hands| run.reader.hands_of_threads(hands));
        let (fates, kept) = thread::scope(|scope| {
            let keeping = scope.spawn(|| bookkeeper.keep());
            let workers: Vec<_> = threads
                .into_iter()
                .map(|hands| {
                    let (books, context) = (books.clone(), &context);
                    scope.spawn(move || work(context, self.client, hands, &books))
                })
                .collect();
            drop(books);
            let fates: Vec<_> = workers
                .into_iter()
                .map(thread::ScopedJoinHandle::join)
                .collect();
            (fates, keeping.join())
        });
        kept.unwrap_or(Err(Error::Died))?;
        let mut all: Vec<Fate> = self
            .rows
            .iter()
            .map(|row| match self.history.done(row.row) {
                Some(_) => Fate::Before,
                None => Fate::NotTried,
            })
            .collect();
        for fates in fates {
            for (row, fate) in fates.unwrap_or(Err(Error::Died))? {
                all[usize::try_from(row).unwrap_or(usize::MAX)] = fate;
            }
        }
        Ok(all)
    }

    fn is_done(&self, row: &Row) -> bool {
        self.history.done(row.row).is_some()
    }

    /// Leaves no upload behind that nobody will go on with, and puts the marker if all is done.
    fn end(&self, fates: &[Fate], progress: &Progress) -> Result<ShardEnd, Error> {
        let count = |is: fn(&Fate) -> bool| fates.iter().filter(|fate| is(fate)).count() as u64;
        let rows = self.rows.iter().zip(fates);
        let is_over =
            |fate: &Fate| !matches!(fate, Fate::NotTried | Fate::Failed(Outlook::MayPass));
        let over = rows
            .clone()
            .filter(|(row, fate)| is_over(fate) && row.piece == Piece::Object);
        let over: Vec<&Row> = over.map(|(row, _)| row).collect();
        let end = ShardEnd {
            rows: self.rows.len() as u64,
            rows_before: count(|fate| matches!(fate, Fate::Before)),
            rows_done: count(|fate| matches!(fate, Fate::Done(_))),
            rows_failed: count(|fate| matches!(fate, Fate::Failed(Outlook::MayPass))),
            rows_never: count(|fate| matches!(fate, Fate::Failed(Outlook::Never))),
            bytes: rows.map(|(row, fate)| fate.bytes(row)).sum(),
            is_done: false,
            is_cut_short: fates.iter().any(|fate| matches!(fate, Fate::NotTried)),
            is_cancelled: progress.is_cancelled(),
        };
        abort_all_of(self.client, self.job, &over, self.rows, self.history)?;
        if end.rows_before + end.rows_done < end.rows {
            return Ok(end);
        }
        let done = Done {
            rows: end.rows,
            bytes: end.bytes,
            failed: 0,
            attempt: self.attempt.clone(),
            time: SystemTime::now(),
        };
        done.put(self.place, self.number)?;
        Ok(ShardEnd {
            is_done: true,
            ..end
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_pass_is_tried_again_and_what_cannot_is_not() {
        let end = ShardEnd {
            rows: 10,
            rows_done: 8,
            ..ShardEnd::default()
        };
        let with = |rows_failed, rows_never| ShardEnd {
            rows_failed,
            rows_never,
            ..end
        };
        assert_eq!(with(1, 1).verdict(), Verdict::TryAgain);
        assert_eq!(with(0, 2).verdict(), Verdict::Never);
        let cancelled = ShardEnd {
            is_cancelled: true,
            is_cut_short: true,
            ..with(0, 1)
        };
        assert_eq!(cancelled.verdict(), Verdict::TryAgain);
        let done = ShardEnd {
            is_done: true,
            ..end
        };
        assert_eq!(done.verdict(), Verdict::Done);
    }
}
