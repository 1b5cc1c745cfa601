use std::sync::Arc;

use futures_util::future::join_all;
use ossum_client::Client;

use super::staff::Staff;
use super::{Account, Mover, Shared, move_named};
use crate::error::Error;
use crate::place::Place;
use crate::queue::Preference;

/// The workers of one thread.
#[derive(Debug, Clone, Copy)]
pub(super) struct Desk {
    workers: usize,
    /// What the first of them takes first; the others move.
    first_takes: Preference,
}

impl Desk {
    pub(super) fn new(workers: usize, first_takes: Preference) -> Self {
        Self {
            workers,
            first_takes,
        }
    }

    /// That of the calling thread.
    pub(super) fn first<M: Mover, A: Account<Done = M::Done>>(staff: &Staff<M, A>) -> Self {
        // With a single worker nobody is left to move while it checks, so it moves first.
        let preference = if staff.is_alone() {
            Preference::Moving
        } else {
            Preference::Checking
        };
        Self::new(staff.own_load(), preference)
    }

    /// Works until there is nothing left to do.
    pub(super) async fn work<M: Mover, A: Account<Done = M::Done>>(
        self,
        client: &Client,
        shared: &Shared<M, A>,
        first: Option<M::Job>,
    ) {
        let mut first = first;
        let loops = (0..self.workers).map(|index| {
            let worker = Worker::new(
                client,
                shared,
                match index {
                    0 => self.first_takes,
                    _ => Preference::Moving,
                },
            );
            worker.work(first.take())
        });
        // A panic is told at the end; until then nobody should go on for nothing.
        let panicking = shared.cancelled.clone().drop_guard();
        join_all(loops).await;
        panicking.disarm();
    }
}

/// One who moves a part at a time.
struct Worker<'a, M: Mover, A: Account> {
    client: Client,
    shared: &'a Shared<M, A>,
    preference: Preference,
    place: Arc<Place>,
}

impl<'a, M: Mover, A: Account<Done = M::Done>> Worker<'a, M, A> {
    fn new(client: &Client, shared: &'a Shared<M, A>, preference: Preference) -> Self {
        let place = shared.add_place();
        let client = client.with_meter(Arc::clone(place.meter()));
        Self {
            client: client.with_place(Arc::clone(&place) as _),
            shared,
            preference,
            place,
        }
    }

    /// Moves parts until there are none left, or the transfer is cancelled.
    async fn work(self, first: Option<M::Job>) {
        let mut first = first;
        loop {
            // Part by part: where nothing ever waits, all parts would be one step.
            let worked = tokio::select! {
                biased;
                () = self.shared.cancelled.cancelled() => return,
                worked = self.work_once(&mut first) => worked,
            };
            let told = match worked {
                Ok(Some(done)) => self.shared.hand_in(done),
                Ok(None) => return,
                Err(error) => Err(error),
            };
            if let Err(error) = told {
                return self.shared.fail(error);
            }
        }
    }

    /// Moves the next part; `None` if there is none left.
    async fn work_once(&self, first: &mut Option<M::Job>) -> Result<Option<M::Done>, Error> {
        let shared = self.shared;
        shared.monitor.unpaused().await;
        let job = match first.take() {
            Some(first) => Some(first),
            None => shared.queue.next(self.preference).await,
        };
        let Some(job) = job else { return Ok(None) };
        // Who waits for a part that is still coming keeps no place from those who have one. The
        // permit first, and then the bytes.
        self.place.take().await;
        let moved = move_named(&shared.mover, &self.client, job, &shared.monitor).await;
        self.place.leave();
        moved.map(Some)
    }
}
