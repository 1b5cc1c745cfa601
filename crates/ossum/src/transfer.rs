use std::pin::Pin;
use std::task::{Context, Poll};

use ossum_transfer::{Monitor, Report, Snapshot};
use tokio::sync::oneshot;

use crate::driver::{self, Callback, Listeners};
use crate::error::Error;
use crate::events::{self, Events};
use crate::request::Prepared;

/// A transfer that is under way: watch it, hold it, end it, and await how it ends.
///
/// It goes on by itself, on threads of its own, whether it is polled or not. It is a future; there
/// is also [`finish`](Self::finish).
///
/// # Cancellation
/// Dropping it cancels the transfer, as [`cancel`](Self::cancel) does, and waits for nothing.
#[derive(Debug)]
#[must_use = "dropping it cancels the transfer"]
pub struct Transfer {
    monitor: Monitor,
    events: Option<Events>,
    outcome: Outcome,
}

/// How it ended, or where that will be told.
#[derive(Debug)]
enum Outcome {
    Later(oneshot::Receiver<Result<Report, Error>>),
    /// It could not begin; `None` once that is told.
    Never(Option<Error>),
}

impl Transfer {
    pub(crate) fn start(prepared: Result<Prepared, Error>, callback: Option<Callback>) -> Self {
        let (feed, events) = events::channel();
        let feed = Some(feed);
        Self::begin(prepared, Listeners { callback, feed }, Some(events))
    }

    /// The same where nobody will ask for a stream of events.
    pub(crate) fn start_quietly(
        prepared: Result<Prepared, Error>,
        callback: Option<Callback>,
    ) -> Self {
        Self::begin(
            prepared,
            Listeners {
                callback,
                feed: None,
            },
            None,
        )
    }

    fn begin(
        prepared: Result<Prepared, Error>,
        listeners: Listeners,
        events: Option<Events>,
    ) -> Self {
        let monitor = listeners.monitor();
        let (told, outcome) = oneshot::channel();
        // Where nobody waits any more there is nobody to tell.
        let done = |outcome| drop(told.send(outcome));
        let started =
            prepared.and_then(|prepared| driver::start(prepared, monitor.clone(), listeners, done));
        let outcome = match started {
            Ok(()) => Outcome::Later(outcome),
            Err(error) => Outcome::Never(Some(error)),
        };
        Self {
            monitor,
            events,
            outcome,
        }
    }

    /// Lets no further part begin until [`resume`](Self::resume). Parts under way are finished, and
    /// what is a single request altogether is not held.
    pub fn pause(&self) {
        self.monitor.pause();
    }

    /// Lets a paused transfer go on.
    pub fn resume(&self) {
        self.monitor.unpause();
    }

    /// Asks the transfer to end, paused or not. It does so soon, with
    /// [`ErrorKind::Cancelled`](crate::ErrorKind::Cancelled), unless it is done before; what it has
    /// moved is kept if it has a checkpoint.
    pub fn cancel(&self) {
        self.monitor.cancel();
    }

    /// How far it is. Costs nothing worth mentioning.
    pub fn progress(&self) -> Snapshot {
        self.monitor.snapshot()
    }

    /// What happens in it, from its beginning. Given once; a second stream has ended already.
    pub fn events(&mut self) -> Events {
        self.events.take().unwrap_or_else(Events::none)
    }

    /// Waits for its end.
    ///
    /// # Errors
    /// [`Error`], which tells whether the same transfer, begun again, continues.
    pub async fn finish(self) -> Result<Report, Error> {
        self.await
    }
}

impl Future for Transfer {
    type Output = Result<Report, Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut self.outcome {
            Outcome::Later(outcome) => Pin::new(outcome)
                .poll(context)
                .map(|told| told.unwrap_or_else(|_| Err(Error::panicked()))),
            Outcome::Never(error) => Poll::Ready(Err(error
                .take()
                .expect("a future is polled to its end once"))),
        }
    }
}

impl Drop for Transfer {
    fn drop(&mut self) {
        // One that has ended does not mind.
        self.monitor.cancel();
    }
}
