//! The scheduler of both directions.
//!
//! Workers take parts from one queue and move them, each over a connection of its own, and up to 16
//! on a thread of its own: a disk that stalls one of them holds up no other. What
//! they finish goes down a bounded channel to one committer, which keeps the account; a worker waits
//! for it only when the channel is full. The first failure of anyone cancels all.

use std::collections::VecDeque;
use std::future::Future;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use futures_util::future::join_all;
use ossum_client::Client;
use ossum_plan::Part;
use tokio_util::sync::CancellationToken;

use crate::crew::Crew;
use crate::error::Error;
use crate::monitor::Monitor;
use crate::thread;

/// How one direction moves a part.
pub(crate) trait Mover: Send + Sync + 'static {
    /// A part to be moved.
    type Job: Send + 'static;
    /// A part that has been moved.
    type Done: Send + 'static;

    /// Moves one part. Dropping the future leaves the part as good as not moved.
    fn move_part(
        &self,
        client: &Client,
        job: Self::Job,
    ) -> impl Future<Output = Result<Self::Done, Error>> + Send;
}

/// What all workers share.
struct Shared<M: Mover> {
    mover: M,
    queue: Mutex<VecDeque<M::Job>>,
    failure: Mutex<Option<Error>>,
    cancelled: CancellationToken,
}

/// Finished parts wait for the committer up to this many.
const CHANNEL_PARTS: usize = 64;

/// Keeps the account of what has been moved. Used by one thread.
pub(crate) trait Account: Send + 'static {
    /// A part that has been moved.
    type Done;

    /// Takes note of a part and says which. An error ends the whole transfer.
    fn note(&mut self, done: Self::Done) -> Result<Part, Error>;
}

/// Moves all parts of `jobs`, the calling thread being the first worker.
///
/// `first` is the calling worker's first part: it may belong to this thread's runtime, like a body
/// that is already being received. `account` hears of every part that was moved, in no particular
/// order, on a thread of its own, and comes back.
///
/// Blocks the calling thread at its end until every worker has stopped: when this returns, nobody
/// reads or writes any more.
pub(crate) async fn run<M: Mover, A: Account<Done = M::Done>>(
    client: &Client,
    crew: Crew,
    mover: M,
    first: Option<M::Job>,
    jobs: impl Iterator<Item = M::Job>,
    account: A,
    monitor: &Monitor,
) -> Result<A, Error> {
    let shared = Arc::new(Shared {
        mover,
        queue: Mutex::new(jobs.collect()),
        failure: Mutex::default(),
        cancelled: monitor.token().child_token(),
    });
    let (finished, inbox) = sync_channel(CHANNEL_PARTS);
    let committer = {
        let (shared, monitor) = (Arc::clone(&shared), monitor.clone());
        let commit = move || commit(&shared, account, &inbox, &monitor);
        thread::spawn("ossum-committer".to_owned(), commit)?
    };
    let mut loads = crew.loads();
    let own_load = loads.next().unwrap_or(1);
    let others = hire(client, crew, loads, &shared, &finished);
    work_side_by_side(own_load, client, &shared, first, finished).await;
    for other in others {
        if other.join().is_err() {
            shared.fail(thread::died());
        }
    }
    let account = committer.join().map_err(|_| thread::died())?;
    match shared.failure().take() {
        Some(error) => Err(error),
        None if monitor.token().is_cancelled() => Err(Error::cancelled()),
        None => Ok(account),
    }
}

/// The committer: ends when no worker is left.
fn commit<M: Mover, A: Account<Done = M::Done>>(
    shared: &Shared<M>,
    mut account: A,
    inbox: &Receiver<M::Done>,
    monitor: &Monitor,
) -> A {
    for done in inbox {
        match account.note(done) {
            Ok(part) => monitor.part_done(part.number, part.range.len()),
            Err(error) => shared.fail(error),
        }
    }
    account
}

/// Starts the other threads, each with its load of workers. If the system gives no thread for one,
/// the transfer fails.
fn hire<M: Mover>(
    client: &Client,
    crew: Crew,
    loads: impl Iterator<Item = usize>,
    shared: &Arc<Shared<M>>,
    finished: &SyncSender<M::Done>,
) -> Vec<JoinHandle<()>> {
    let mut hired = Vec::new();
    for load in loads {
        let client = client.for_worker(crew.read_buffer_bytes);
        let (theirs, finished) = (Arc::clone(shared), finished.clone());
        let worker = move || {
            let working = work_side_by_side(load, &client, &theirs, None, finished);
            if let Err(error) = thread::block_on(working) {
                theirs.fail(error);
            }
        };
        match thread::spawn(format!("ossum-worker-{}", hired.len() + 2), worker) {
            Ok(handle) => hired.push(handle),
            Err(error) => {
                shared.fail(error);
                break;
            }
        }
    }
    hired
}

/// The workers of one thread.
async fn work_side_by_side<M: Mover>(
    workers: usize,
    client: &Client,
    shared: &Shared<M>,
    first: Option<M::Job>,
    finished: SyncSender<M::Done>,
) {
    let mut first = first;
    let loops = (0..workers).map(|_| work(client, shared, first.take(), finished.clone()));
    // A panic is told at the end; until then nobody should go on for nothing.
    let panicking = shared.cancelled.clone().drop_guard();
    join_all(loops).await;
    panicking.disarm();
}

/// One worker: moves parts until there are none left, or the transfer is cancelled.
async fn work<M: Mover>(
    client: &Client,
    shared: &Shared<M>,
    first: Option<M::Job>,
    finished: SyncSender<M::Done>,
) {
    let mut first = first;
    while let Some(job) = first.take().or_else(|| shared.next()) {
        let moved = tokio::select! {
            biased;
            () = shared.cancelled.cancelled() => return,
            moved = shared.mover.move_part(client, job) => moved,
        };
        let told = moved.and_then(|done| finished.send(done).map_err(|_| thread::died()));
        if let Err(error) = told {
            return shared.fail(error);
        }
    }
}

impl<M: Mover> Shared<M> {
    fn next(&self) -> Option<M::Job> {
        self.queue
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop_front()
    }

    fn failure(&self) -> MutexGuard<'_, Option<Error>> {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends the transfer. The first failure is the one that is told: others follow from it.
    fn fail(&self, error: Error) {
        self.failure().get_or_insert(error);
        self.cancelled.cancel();
    }
}
