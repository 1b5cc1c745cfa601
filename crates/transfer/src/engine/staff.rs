use std::sync::Arc;

use ossum_client::Client;
use ossum_threads::thread::JoinHandle;
use tokio::sync::watch;

use super::work::Desk;
use super::{Account, Mover, Shared};
use crate::crew::Crew;
use crate::error::Error;
use crate::queue::Preference;
use crate::thread;

/// The threads of a transfer, the calling one among them.
pub(super) struct Staff<M: Mover, A: Account> {
    pub(super) crew: Crew,
    client: Client,
    shared: Arc<Shared<M, A>>,
    /// Of threads that are still to be started.
    loads: Box<dyn Iterator<Item = usize> + Send>,
    others: Vec<JoinHandle<()>>,
    /// How many of them have not ended.
    at_work: watch::Sender<usize>,
    own_load: usize,
    workers: usize,
}

impl<M: Mover, A: Account<Done = M::Done>> Staff<M, A> {
    /// Starts the threads that a crew has at the beginning. If the system gives no thread for one,
    /// the transfer fails.
    pub(super) fn hire(client: &Client, crew: Crew, shared: &Arc<Shared<M, A>>) -> Self {
        let mut loads = crew.loads();
        let own_load = loads.next().unwrap_or(1);
        let mut staff = Self {
            crew,
            client: client.clone(),
            shared: Arc::clone(shared),
            loads: Box::new(loads),
            others: Vec::new(),
            at_work: watch::Sender::default(),
            own_load,
            workers: own_load,
        };
        if let Err(error) = staff.grow_to(crew.workers) {
            shared.fail(error);
        }
        staff
    }

    /// How many workers the calling thread has.
    pub(super) fn own_load(&self) -> usize {
        self.own_load
    }

    /// Whether the calling thread's worker is the only one, and stays it.
    pub(super) fn is_alone(&self) -> bool {
        self.crew.most == 1
    }

    /// Tells how many of the other threads have not ended yet.
    pub(super) fn at_work(&self) -> watch::Receiver<usize> {
        self.at_work.subscribe()
    }

    pub(super) fn shared(&self) -> &Shared<M, A> {
        &self.shared
    }

    /// Starts threads until there are `workers`, if there may be so many.
    pub(super) fn grow_to(&mut self, workers: usize) -> Result<(), Error> {
        while self.workers < workers {
            let Some(load) = self.loads.next() else {
                return Ok(());
            };
            self.start(load)?;
            self.workers += load;
        }
        Ok(())
    }

    fn start(&mut self, load: usize) -> Result<(), Error> {
        let room = Crew::read_buffer_bytes(self.workers.max(self.crew.workers));
        let client = self.client.for_worker(room);
        let shared = Arc::clone(&self.shared);
        let at_work = AtWork::begin(&self.at_work);
        let worker = move || {
            let _at_work = at_work;
            let desk = Desk::new(load, Preference::Moving);
            let working = desk.work(&client, &shared, None);
            if let Err(error) = thread::block_on(working) {
                shared.fail(error);
            }
        };
        let name = format!("ossum-worker-{}", self.others.len() + 2);
        self.others.push(thread::spawn(name, worker)?);
        Ok(())
    }
}

impl<M: Mover, A: Account> Drop for Staff<M, A> {
    /// Blocks until every other thread has ended, also while a panic unwinds this one: nobody may
    /// go on with what the next transfer takes for its own.
    fn drop(&mut self) {
        for other in self.others.drain(..) {
            self.shared.join(other);
        }
    }
}

/// Counts a thread until it ends, however it does.
struct AtWork(watch::Sender<usize>);

impl AtWork {
    fn begin(count: &watch::Sender<usize>) -> Self {
        count.send_modify(|count| *count += 1);
        Self(count.clone())
    }
}

impl Drop for AtWork {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count -= 1);
    }
}
