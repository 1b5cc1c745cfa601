//! The scheduler of all directions.
//!
//! Workers (`work.rs`) take parts from one queue and move them, each over a connection of its own, and up
//! to 16 on a thread of its own (`staff.rs`): a disk that stalls one of them holds up no other. Those of
//! small parts share as many threads as there are processors (`crew.rs`). Where nobody said how many, their
//! number follows what moves (`steering.rs`); one that is held up by a bad connection tries another (`watch.rs`). Whoever finishes a part has it
//! written down in the account, which owns the checkpoint; a thread of its own makes that last now and
//! then, and nobody waits for it (`committer.rs`). The first failure of anyone cancels all.

mod alone;
mod committer;
#[cfg(test)]
#[cfg(feature = "interleavings")]
mod interleavings;
mod staff;
mod steering;
mod watch;
mod work;

use std::future::Future;
use std::sync::Arc;

use ossum_client::Client;
use ossum_plan::Part;
use ossum_threads::mpsc::Receiver;
use ossum_threads::thread::JoinHandle;
use ossum_threads::{Mutex, MutexGuard, PoisonError};
use ossum_types::PartNumber;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio_util::sync::CancellationToken;

use self::committer::{Books, Committer};
use self::staff::Staff;
use self::work::Desk;
use crate::budget::Budget;
use crate::crew::Crew;
use crate::error::Error;
use crate::monitor::Monitor;
use crate::place::Place;
use crate::queue::Queue;
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

/// Keeps the account of what is there. Used by one thread at a time.
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
    /// Perhaps shared with other transfers.
    pub(crate) budget: Budget,
    /// In what steps the network tells how far it is, in bytes.
    pub(crate) grain_bytes: u64,
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

/// A body is told of as it moves, in pieces of this size or so.
pub(crate) const BODY_GRAIN_BYTES: u64 = 64 << 10;

/// What all workers share.
struct Shared<M: Mover, A: Account> {
    mover: M,
    books: Books<A>,
    queue: Queue<M::Job>,
    budget: Budget,
    monitor: Monitor,
    /// That of each worker, from its beginning.
    places: Mutex<Vec<Arc<Place>>>,
    failure: Mutex<Option<Error>>,
    cancelled: CancellationToken,
}

/// Moves all parts of `work`, the calling thread being the first worker.
///
/// `account` hears of every part that is there, in no particular order, on the thread that moved it,
/// and comes back whatever another thread did, even if it panicked: what it holds must not be lost.
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
            let ran = alone::run(client, &mover, job, &budget, &mut account, monitor);
            let outcome = ran.await;
            return (account, outcome);
        }
        Err(work) => work,
    };
    let shared = Arc::new(Shared {
        mover,
        books: Books::open(account),
        queue: Queue::new(work.moving, work.checking, work.coming),
        budget,
        monitor: monitor.clone(),
        places: Mutex::default(),
        failure: Mutex::default(),
        cancelled: monitor.token().child_token(),
    });
    match Committer::hire(&shared) {
        Ok(_committer) => {
            work_together(client, work.crew, work.grain_bytes, work.first, &shared).await;
        }
        Err(error) => shared.fail(error),
    }
    let shared = Arc::into_inner(shared).expect("every thread that had it has ended");
    shared.end()
}

/// Moves all there is, with as many workers as it takes; returns when they have ended.
async fn work_together<M: Mover, A: Account<Done = M::Done>>(
    client: &Client,
    crew: Crew,
    grain_bytes: u64,
    first: Option<M::Job>,
    shared: &Arc<Shared<M, A>>,
) {
    let mut staff = Staff::hire(client, crew, shared);
    let (desk, mut at_work) = (Desk::first(&staff), staff.at_work());
    let working = async {
        desk.work(client, shared, first).await;
        // The last part may be somebody else's, and is watched until it is there. Whoever counts is
        // there as long as this.
        let _ = at_work.wait_for(|others| *others == 0).await;
    };
    tokio::select! {
        biased;
        () = working => {}
        () = steering::steer(&mut staff, grain_bytes) => {}
        () = watch::watch(shared), if crew.most > 1 => {}
    }
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

impl<M: Mover, A: Account<Done = M::Done>> Shared<M, A> {
    /// Has a part taken note of.
    fn hand_in(&self, done: M::Done) -> Result<(), Error> {
        self.books.hand_in(done, |noted| self.tell(noted))
    }

    fn commit_until(&self, over: &Receiver<()>) {
        committer::commit_until(
            over,
            &self.books,
            |noted| self.tell(noted),
            |error| self.fail(error),
        );
    }

    fn tell(&self, noted: Noted) {
        self.monitor.part_done(noted.part, noted.reused);
    }

    /// What has become of it, when nobody works any more.
    fn end(self) -> (A, Result<(), Error>) {
        let failure = self.failure().take();
        let outcome = match failure {
            Some(error) => Err(error),
            None if self.monitor.token().is_cancelled() => Err(Error::cancelled()),
            None => Ok(()),
        };
        (self.books.close(), outcome)
    }
}

impl<M: Mover, A: Account> Shared<M, A> {
    /// A place for a worker that begins.
    fn add_place(&self) -> Arc<Place> {
        let place = Arc::new(Place::of(&self.budget, self.monitor.meter()));
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        places.push(Arc::clone(&place));
        place
    }

    fn places(&self) -> Vec<Arc<Place>> {
        let places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        places.clone()
    }

    fn failure(&self) -> MutexGuard<'_, Option<Error>> {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends the transfer. The first failure is the one that is told: others follow from it.
    fn fail(&self, error: Error) {
        self.failure().get_or_insert(error);
        self.cancelled.cancel();
    }

    /// Waits for a thread to end.
    fn join(&self, thread: JoinHandle<()>) {
        if thread.join().is_err() {
            self.fail(thread::died());
        }
    }
}
