//! Carries out all shards of a plan on this machine.

use std::collections::HashSet;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use ossum_client::Client;

use crate::error::Error;
use crate::job::Job;
use crate::ledger::Line;
use crate::names::{self, DONE};
use crate::place::Place;
use crate::progress::Progress;
use crate::run_shard::{RunShard, ShardEnd, Verdict, run_shard};

/// What is told while shards are carried out, from several threads at a time.
#[derive(Debug)]
pub enum Happened<'a> {
    /// What became of a row of this shard.
    Row(u32, &'a Line),
    /// How an attempt at this shard ended.
    Shard(u32, &'a ShardEnd),
}

/// How a run ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RunEnd {
    /// How many shards there are.
    pub shards: u32,
    /// How many of them are done.
    pub shards_done: u32,
    /// How many were tried, and are not done.
    pub shards_failed: u32,
    /// Rows that were done.
    pub rows_done: u64,
    /// Rows that failed.
    pub rows_failed: u64,
}

/// Carries out every shard that has no marker, `jobs` at a time. Blocks.
///
/// # Errors
/// The first thing that ended an attempt at a shard, other than that rows failed. No shard is begun after that.
/// # Cancellation
/// [`Progress::cancel`].
pub fn run(
    client: &Client,
    place: &Place,
    job: &Job,
    way: &RunShard,
    jobs: NonZeroUsize,
    progress: &Progress,
    tell: &(dyn Fn(Happened<'_>) + Sync),
) -> Result<RunEnd, Error> {
    let markers = place.list(DONE)?.into_iter().map(|entry| entry.name);
    let done: HashSet<String> = markers.collect();
    let is_done = |shard: &u32| done.contains(&names::done(*shard));
    let to_do: Vec<u32> = job.shards_to_do().filter(|shard| !is_done(shard)).collect();
    // All shards together have so many rows under way.
    let each = (way.at_once.get() / jobs.get()).max(1);
    let all = All {
        client,
        place,
        job,
        way: RunShard {
            at_once: NonZeroUsize::new(each).unwrap_or(NonZeroUsize::MIN),
            ..way.clone()
        },
        progress,
        tell,
        next: AtomicUsize::new(0),
        to_do: &to_do,
        is_over: AtomicBool::new(false),
        end: Mutex::new((
            RunEnd {
                shards: job.shards,
                shards_done: job.shards - u32::try_from(to_do.len()).unwrap_or(job.shards),
                ..RunEnd::default()
            },
            None,
        )),
    };
    thread::scope(|scope| {
        for _ in 0..jobs.get().min(to_do.len()) {
            scope.spawn(|| all.work());
        }
    });
    let (end, failure) = all.end.into_inner().unwrap_or_else(PoisonError::into_inner);
    match failure {
        Some(error) => Err(error),
        None => Ok(end),
    }
}

struct All<'a> {
    client: &'a Client,
    place: &'a Place,
    job: &'a Job,
    way: RunShard,
    progress: &'a Progress,
    tell: &'a (dyn Fn(Happened<'_>) + Sync),
    next: AtomicUsize,
    to_do: &'a [u32],
    is_over: AtomicBool,
    end: Mutex<(RunEnd, Option<Error>)>,
}

impl All<'_> {
    fn work(&self) {
        while let Some(shard) = self.next() {
            let tell = |line: &Line| (self.tell)(Happened::Row(shard, line));
            let (client, way) = (self.client, &self.way);
            let outcome = run_shard(
                client,
                self.place,
                self.job,
                shard,
                way,
                self.progress,
                &tell,
            );
            let mut guard = self.end.lock().unwrap_or_else(PoisonError::into_inner);
            let (end, failure) = &mut *guard;
            match outcome {
                Ok(of_shard) => {
                    (self.tell)(Happened::Shard(shard, &of_shard));
                    end.add(&of_shard);
                }
                Err(error) => {
                    end.shards_failed += 1;
                    failure.get_or_insert(error);
                    self.is_over.store(true, Ordering::Relaxed);
                }
            }
        }
    }

    fn next(&self) -> Option<u32> {
        if self.is_over.load(Ordering::Relaxed) || self.progress.is_cancelled() {
            return None;
        }
        let next = self.next.fetch_add(1, Ordering::Relaxed);
        self.to_do.get(next).copied()
    }
}

impl RunEnd {
    fn add(&mut self, shard: &ShardEnd) {
        match shard.verdict() {
            Verdict::Done => self.shards_done += 1,
            Verdict::TryAgain | Verdict::Never => self.shards_failed += 1,
        }
        self.rows_done += shard.rows_done + shard.rows_before;
        self.rows_failed += shard.rows_failed + shard.rows_never;
    }
}
