//! How far a migration is, from its markers and ledgers.

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use crate::done::Done;
use crate::error::Error;
use crate::job::Job;
use crate::ledger::{Became, Line};
use crate::manifest::Rows;
use crate::names::{self, DONE, FINISHED};
use crate::place::Place;
use crate::tally::Tally;

/// How far a migration is.
#[derive(Debug, Clone, PartialEq)]
pub struct Status {
    /// What was planned.
    pub job: Job,
    /// How many shards are done.
    pub shards_done: u32,
    /// How many of the others have been begun.
    pub shards_begun: u32,
    /// Those that are not done, in the order in which they are best carried out.
    pub shards_to_do: Vec<u32>,
    /// How many rows are done.
    pub rows_done: u64,
    /// How many rows have failed, and not been done since.
    pub rows_failed: u64,
    /// How many bytes those have that are done.
    pub bytes_done: u64,
    /// Whether the huge objects are completed, or there are none.
    pub finished: bool,
    /// How many workers have written of something in the last ten minutes.
    pub workers: u64,
    /// Bytes a second in the last ten minutes.
    pub bytes_per_second: u64,
    /// Rows done in an hour, as in the last ten minutes.
    pub rows_per_hour: u64,
    /// How long it takes to the end if it goes on like that; `None` if nothing moves.
    pub left: Option<Duration>,
}

/// So far back is looked to tell how fast it goes.
const RECENTLY: Duration = Duration::from_mins(10);

/// So many shards are looked at a time.
const AT_A_TIME: usize = 8;

/// Reads how far a migration is.
///
/// Asks for each shard that is done its marker, and for each that is not its manifest and its ledger. `now` is by the
/// clocks of the workers.
///
/// # Errors
/// [`Error::NotPlanned`], and that something could not be read.
pub fn status(place: &Place, now: SystemTime) -> Result<Status, Error> {
    let job = Job::read(place)?;
    let done: HashSet<String> = place
        .list(DONE)?
        .into_iter()
        .map(|entry| entry.name)
        .collect();
    let finished = job.totals.huge_objects == 0 || place.exists(FINISHED)?;
    let since = now.checked_sub(RECENTLY).unwrap_or(SystemTime::UNIX_EPOCH);
    let look = |shard| of_shard(place, shard, done.contains(&names::done(shard)), since);
    let mut all = Counted::default();
    for counted in at_once(job.shards, &look)? {
        all.add(counted);
    }
    let to_do = job.shards_to_do();
    let to_do = to_do.filter(|shard| !done.contains(&names::done(*shard)));
    let shards_to_do = to_do.collect();
    Ok(Status {
        shards_to_do,
        ..all.status(job, finished, since, now)
    })
}

/// What one shard adds.
#[derive(Debug, Default)]
struct Counted {
    shards_done: u32,
    shards_begun: u32,
    rows_done: u64,
    rows_failed: u64,
    bytes_done: u64,
    recent: Recent,
}

/// What was done recently.
#[derive(Debug, Default)]
struct Recent {
    rows: u64,
    bytes: u64,
    first: Option<SystemTime>,
    workers: HashSet<String>,
}

fn of_shard(place: &Place, shard: u32, is_done: bool, since: SystemTime) -> Result<Counted, Error> {
    let mut counted = Counted::default();
    let marker = if is_done {
        Done::read(place, shard)?
    } else {
        None
    };
    if let Some(done) = marker {
        counted.shards_done = 1;
        counted.rows_done = done.rows;
        counted.bytes_done = done.bytes;
        if done.time >= since {
            Tally::of_shard(place, shard, &[], |line| counted.recent.look(line, since))?;
        }
        return Ok(counted);
    }
    // Of what nobody has begun there is nothing to look up.
    if place.list(&names::ledger(shard))?.is_empty() {
        return Ok(counted);
    }
    counted.shards_begun = 1;
    let rows = Rows::of_shard(place, shard)?;
    let tally = Tally::of_shard(place, shard, &rows, |line| {
        counted.recent.look(line, since);
    })?;
    for row in &rows {
        match tally.proofs(row).first() {
            Some(proof) => {
                counted.rows_done += 1;
                counted.bytes_done += row.len().or(proof.size).unwrap_or(0);
            }
            None if tally.failure(row).is_some() => counted.rows_failed += 1,
            None => {}
        }
    }
    Ok(counted)
}

/// Does `look` for the shards from 0 on, several at a time.
fn at_once<T: Send>(
    shards: u32,
    look: &(dyn Fn(u32) -> Result<T, Error> + Sync),
) -> Result<Vec<T>, Error> {
    let next = AtomicUsize::new(0);
    let take_turns = || {
        let mut found = Vec::new();
        loop {
            let shard = u32::try_from(next.fetch_add(1, Ordering::Relaxed)).unwrap_or(shards);
            if shard >= shards {
                return Ok(found);
            }
            found.push(look(shard)?);
        }
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..AT_A_TIME).map(|_| scope.spawn(take_turns)).collect();
        let mut all = Vec::new();
        for thread in threads {
            let found: Result<Vec<T>, Error> =
                thread.join().map_err(|_| ossum_many::Error::Died)?;
            all.extend(found?);
        }
        Ok(all)
    })
}

impl Recent {
    fn look(&mut self, line: &Line, since: SystemTime) {
        if line.time < since {
            return;
        }
        self.workers.insert(line.worker.clone());
        let began = line
            .time
            .checked_sub(Duration::from_millis(line.elapsed_ms));
        let began = began.unwrap_or(line.time).max(since);
        self.first = Some(self.first.map_or(began, |first| first.min(began)));
        if matches!(line.became, Became::Done { .. }) {
            self.rows += 1;
            self.bytes += line.range.map(|(_, len)| len).or(line.size).unwrap_or(0);
        }
    }
}

impl Counted {
    fn add(&mut self, other: Self) {
        self.shards_done += other.shards_done;
        self.shards_begun += other.shards_begun;
        self.rows_done += other.rows_done;
        self.rows_failed += other.rows_failed;
        self.bytes_done += other.bytes_done;
        let (recent, other) = (&mut self.recent, other.recent);
        recent.rows += other.rows;
        recent.bytes += other.bytes;
        recent.first = [recent.first, other.first].into_iter().flatten().min();
        recent.workers.extend(other.workers);
    }

    fn status(self, job: Job, finished: bool, since: SystemTime, now: SystemTime) -> Status {
        let recent = self.recent;
        let first = recent.first.unwrap_or(since);
        let seconds = now
            .duration_since(first)
            .unwrap_or_default()
            .as_secs()
            .max(1);
        let rows_left = job.totals.rows.saturating_sub(self.rows_done);
        let bytes_left = job.totals.bytes.saturating_sub(self.bytes_done);
        Status {
            shards_done: self.shards_done,
            shards_begun: self.shards_begun,
            shards_to_do: Vec::new(),
            rows_done: self.rows_done,
            rows_failed: self.rows_failed,
            bytes_done: self.bytes_done,
            finished,
            workers: recent.workers.len() as u64,
            bytes_per_second: recent.bytes / seconds,
            rows_per_hour: recent.rows.saturating_mul(3600) / seconds,
            left: left(
                (rows_left, recent.rows),
                (bytes_left, recent.bytes),
                seconds,
            ),
            job,
        }
    }
}

/// How long it takes until nothing is left, of rows or of bytes, whichever takes longer.
fn left(rows: (u64, u64), bytes: (u64, u64), seconds: u64) -> Option<Duration> {
    let takes = |(left, done): (u64, u64)| match (left, done) {
        (0, _) => Some(0),
        (_, 0) => None,
        (left, done) => {
            let seconds = u128::from(left) * u128::from(seconds) / u128::from(done);
            u64::try_from(seconds).ok()
        }
    };
    let rows_take = takes(rows)?;
    // Where nothing but empty objects was done, bytes tell nothing.
    let bytes_take = takes(bytes).unwrap_or(rows_take);
    Some(Duration::from_secs(rows_take.max(bytes_take)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_takes_longest_decides_when_it_ends() {
        let seconds = |rows, bytes| left(rows, bytes, 10).map(|left| left.as_secs());
        assert_eq!(seconds((0, 0), (0, 0)), Some(0));
        assert_eq!(seconds((5, 0), (5, 0)), None);
        assert_eq!(seconds((10, 1), (10, 10)), Some(100));
        assert_eq!(seconds((10, 10), (1000, 10)), Some(1000));
        assert_eq!(seconds((10, 10), (1000, 0)), Some(10));
        assert_eq!(seconds((u64::MAX, 1), (0, 0)), None);
    }
}
