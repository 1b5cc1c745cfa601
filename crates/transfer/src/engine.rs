//! The scheduler of all directions.
//!
//! Workers take parts from one queue and move them, each over a connection of its own, and up to 16
//! on a thread of its own: a disk that stalls one of them holds up no other. What
//! they finish goes down a bounded channel to one committer, which keeps the account and owns the
//! checkpoint; a worker waits for it only when the channel is full. The first failure of anyone
//! cancels all.

mod alone;

use std::future::Future;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use futures_util::future::join_all;
use ossum_client::Client;
use ossum_plan::Part;
use ossum_types::PartNumber;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio_util::sync::CancellationToken;

use crate::budget::Budget;
use crate::crew::Crew;
use crate::error::Error;
use crate::monitor::Monitor;
use crate::queue::{Preference, Queue};
use crate::thread;

/// How one direction moves a part.
pub(crate) trait Mover: Send + Sync + 'static {
    /// A part to be moved.
    type Job: Send + 'static;
    /// A part that has been moved.
    type Done: Send + 'static;

    /// Which part it is, for whoever reads that it failed; `None` where parts have no numbers.
    fn number(job: &Self::Job) -> Option<PartNumber>;

    /// Moves one part. Dropping the future leaves the part as good as not moved.
    fn move_part(
        &self,
        client: &Client,
        job: Self::Job,
    ) -> impl Future<Output = Result<Self::Done, Error>> + Send;
}

/// Keeps the account of what is there. Used by one thread.
pub(crate) trait Account: Send + 'static {
    /// A part that is there.
    type Done;

    /// Takes note of a part; `None` where nobody is told of it. An error ends the whole transfer.
    fn note(&mut self, done: Self::Done) -> Result<Option<Noted>, Error>;

    /// Makes what was noted last, if it is time to; called now and then. An error ends the whole
    /// transfer.
    fn commit(&mut self) -> Result<(), Error>;
}

/// What an account took note of.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Noted {
    pub(crate) part: Part,
    /// Whether it was there already.
    pub(crate) reused: bool,
}

/// What is to be done, and with what.
pub(crate) struct Work<J> {
    pub(crate) crew: Crew,
    /// Shared with other transfers; `None` where the crew is all there is.
    pub(crate) budget: Option<Budget>,
    /// The calling worker's first part: it may belong to this thread's runtime, like a body that
    /// is already being received.
    pub(crate) first: Option<J>,
    /// To be moved.
    pub(crate) moving: Vec<J>,
    /// Perhaps there already.
    pub(crate) checking: Vec<J>,
    /// What is to be moved and not known yet, until nobody can send any more: of a stream.
    pub(crate) coming: Option<UnboundedReceiver<J>>,
}

/// What all workers share.
struct Shared<M: Mover> {
    mover: M,
    queue: Queue<M::Job>,
    budget: Option<Budget>,
    monitor: Monitor,
    failure: Mutex<Option<Error>>,
    cancelled: CancellationToken,
}

/// Finished parts wait for the committer up to this many.
const CHANNEL_PARTS: usize = 64;

/// How long small parts gather before they are written down, after those before them: to wake a
/// thread for each of many costs more than to write them down. What gathers is moved again after a
/// crash, so that larger ones do not.
const GATHERING: Duration = Duration::from_millis(2);
const SMALL_PART_BYTES: u64 = 1 << 20;

/// How often an account is asked to commit when nothing else happens.
const COMMIT_INTERVAL: Duration = Duration::from_secs(1);

/// Moves all parts of `work`, the calling thread being the first worker.
///
/// `account` hears of every part that is there, in no particular order, on a thread of its own (of
/// a single part on the calling one), and comes back whatever happened, even if that thread panicked:
/// what it holds must not be lost.
///
/// Blocks the calling thread at its end until every worker has stopped: when this returns, nobody
/// reads or writes any more.
pub(crate) async fn run<M: Mover, A: Account<Done = M::Done>>(
    client: &Client,
    mover: M,
    work: Work<M::Job>,
    account: A,
    monitor: &Monitor,
) -> (A, Result<(), Error>) {
    let budget = work.budget.clone();
    let work = match work.only() {
        Ok(job) => {
            let mut account = account;
            let ran = alone::run(client, &mover, job, budget.as_ref(), &mut account, monitor);
            let outcome = ran.await;
            return (account, outcome);
        }
        Err(work) => work,
    };
    let shared = Arc::new(Shared {
        mover,
        queue: Queue::new(work.moving, work.checking, work.coming),
        budget,
        monitor: monitor.clone(),
        failure: Mutex::default(),
        cancelled: monitor.token().child_token(),
    });
    let (finished, inbox) = sync_channel(CHANNEL_PARTS);
    let account = Arc::new(Mutex::new(account));
    let committer = {
        let (shared, theirs) = (Arc::clone(&shared), Arc::clone(&account));
        let commit = move || commit(&shared, &theirs, &inbox);
        match thread::spawn("ossum-committer".to_owned(), commit) {
            Ok(committer) => committer,
            Err(error) => return (come_back(account), Err(error)),
        }
    };
    let mut loads = work.crew.loads();
    let own_load = loads.next().unwrap_or(1);
    let others = hire(client, work.crew, loads, &shared, &finished);
    // With a single worker nobody is left to move while it checks, so it moves first.
    let preference = if others.is_empty() && own_load == 1 {
        Preference::Moving
    } else {
        Preference::Checking
    };
    let desk = Desk::new(own_load, preference);
    work_side_by_side(desk, client, &shared, work.first, finished).await;
    for other in others {
        if other.join().is_err() {
            shared.fail(thread::died());
        }
    }
    if committer.join().is_err() {
        shared.fail(thread::died());
    }
    let failure = shared.failure().take();
    let outcome = match failure {
        Some(error) => Err(error),
        None if monitor.token().is_cancelled() => Err(Error::cancelled()),
        None => Ok(()),
    };
    (come_back(account), outcome)
}

/// Takes the account back from its thread, which has ended.
fn come_back<A>(account: Arc<Mutex<A>>) -> A {
    let account =
        Arc::into_inner(account).expect("the committer has ended, and nobody else had it");
    account.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// The committer: ends when no worker is left.
fn commit<M: Mover, A: Account<Done = M::Done>>(
    shared: &Shared<M>,
    account: &Mutex<A>,
    inbox: &Receiver<M::Done>,
) {
    let mut account = account.lock().unwrap_or_else(PoisonError::into_inner);
    loop {
        let kept = match inbox.recv_timeout(COMMIT_INTERVAL) {
            Ok(done) => {
                let mut are_small = true;
                let noted = std::iter::once(done)
                    .chain(inbox.try_iter())
                    .try_for_each(|done| {
                        let noted = account.note(done)?;
                        let part = noted.as_ref().map(|noted| noted.part.range.len());
                        are_small &= part.is_none_or(|bytes| bytes < SMALL_PART_BYTES);
                        shared.tell(noted);
                        Ok(())
                    });
                let kept = noted.and_then(|()| account.commit());
                if are_small {
                    std::thread::sleep(GATHERING);
                }
                kept
            }
            Err(RecvTimeoutError::Timeout) => account.commit(),
            Err(RecvTimeoutError::Disconnected) => return,
        };
        if let Err(error) = kept {
            shared.fail(error);
        }
    }
}

/// The workers of one thread.
#[derive(Debug, Clone, Copy)]
struct Desk {
    workers: usize,
    /// What the first of them takes first; the others move.
    first_takes: Preference,
}

impl Desk {
    fn new(workers: usize, first_takes: Preference) -> Self {
        Self {
            workers,
            first_takes,
        }
    }
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
            let desk = Desk::new(load, Preference::Moving);
            let working = work_side_by_side(desk, &client, &theirs, None, finished);
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

async fn work_side_by_side<M: Mover>(
    desk: Desk,
    client: &Client,
    shared: &Shared<M>,
    first: Option<M::Job>,
    finished: SyncSender<M::Done>,
) {
    let mut first = first;
    let loops = (0..desk.workers).map(|index| {
        let preference = match index {
            0 => desk.first_takes,
            _ => Preference::Moving,
        };
        work(client, shared, first.take(), preference, finished.clone())
    });
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
    preference: Preference,
    finished: SyncSender<M::Done>,
) {
    let mut first = first;
    loop {
        // Part by part: where nothing ever waits, all parts would be one step.
        let worked = tokio::select! {
            biased;
            () = shared.cancelled.cancelled() => return,
            worked = work_once(client, shared, &mut first, preference) => worked,
        };
        let told = match worked {
            Ok(Some(done)) => finished.send(done).map_err(|_| thread::died()),
            Ok(None) => return,
            Err(error) => Err(error),
        };
        if let Err(error) = told {
            return shared.fail(error);
        }
    }
}

/// Moves the next part; `None` if there is none left.
async fn work_once<M: Mover>(
    client: &Client,
    shared: &Shared<M>,
    first: &mut Option<M::Job>,
    preference: Preference,
) -> Result<Option<M::Done>, Error> {
    shared.monitor.unpaused().await;
    // The permit first, and then the bytes.
    let _permit = match &shared.budget {
        Some(budget) => Some(budget.take().await),
        None => None,
    };
    let job = match first.take() {
        Some(first) => Some(first),
        None => shared.queue.next(preference).await,
    };
    let Some(job) = job else { return Ok(None) };
    let moved = move_named(&shared.mover, client, job, &shared.monitor);
    moved.await.map(Some)
}

/// Moves a part; an error tells which, unless there is one alone.
async fn move_named<M: Mover>(
    mover: &M,
    client: &Client,
    job: M::Job,
    monitor: &Monitor,
) -> Result<M::Done, Error> {
    let number = M::number(&job).filter(|_| monitor.snapshot().parts_total != 1);
    let moved = mover.move_part(client, job).await;
    moved.map_err(|error| error.of_part(number))
}

impl<M: Mover> Shared<M> {
    fn failure(&self) -> MutexGuard<'_, Option<Error>> {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self, noted: Option<Noted>) {
        if let Some(noted) = noted {
            self.monitor.part_done(noted.part, noted.reused);
        }
    }

    /// Ends the transfer. The first failure is the one that is told: others follow from it.
    fn fail(&self, error: Error) {
        self.failure().get_or_insert(error);
        self.cancelled.cancel();
    }
}
