//! The same without futures: everything waits on the calling thread.
//!
//! ```
//! # fn main() -> Result<(), ossum::Error> {
//! # let (oss, place) = (ossum_testkit::LocalOss::start(), ossum_testkit::Workspace::new());
//! # let (endpoint, state) = (oss.endpoint(), place.path("state"));
//! # let (id, secret) = (ossum_testkit::LocalOss::ACCESS_KEY_ID, ossum_testkit::LocalOss::ACCESS_KEY_SECRET);
//! # let file = place.write("big.bin", ossum_testkit::seeded(1, 1 << 20));
//! # let back = place.path("back.bin");
//! use ossum::blocking::Ossum;
//!
//! let ossum = Ossum::builder()
//!     .endpoint(endpoint)
//!     .region("cn-hangzhou")
//!     .access_key(id, secret)
//! #     .state_directory(state)
//!     .build()?;
//!
//! ossum.upload(&file, "oss://bkt/big.bin").send()?;
//! let report = ossum.download("oss://bkt/big.bin", &back).send()?;
//! assert_eq!(report.bytes_total, 1 << 20);
//! # Ok(())
//! # }
//! ```
//!
//! No runtime is needed. Within one it works too, but holds up the other tasks of that thread:
//! [`crate::Ossum`] is the better choice there.

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, sync_channel};

use ossum_transfer::{Event, Monitor, Report, Snapshot};

use crate::builder::Builder;
use crate::driver::{self, Callback, Listeners};
use crate::error::Error;
use crate::events;
use crate::mode::Blocking;
use crate::request::{Copy, Download, Prepared, Request, Upload};

/// The way to OSS: one service, one set of credentials.
///
/// Cheap to clone, good for any number of transfers at a time, from any thread.
#[derive(Debug, Clone)]
pub struct Ossum(crate::Ossum);

impl Ossum {
    /// Begins to say where the service is, and who asks.
    pub fn builder() -> Builder<Blocking> {
        Builder::new()
    }

    /// As the environment says: see [`Builder::environment`].
    ///
    /// # Errors
    /// As [`crate::Ossum::from_env`].
    pub fn from_env() -> Result<Self, Error> {
        Self::builder().environment().build()
    }

    /// From a file to an object: see [`crate::Ossum::upload`].
    pub fn upload(
        &self,
        file: impl Into<PathBuf>,
        object: impl Into<String>,
    ) -> Request<Upload, Blocking> {
        self.0.upload(file, object).into_mode()
    }

    /// From an object to a file: see [`crate::Ossum::download`].
    pub fn download(
        &self,
        object: impl Into<String>,
        file: impl Into<PathBuf>,
    ) -> Request<Download, Blocking> {
        self.0.download(object, file).into_mode()
    }

    /// From an object to another one in the same region: see [`crate::Ossum::copy`].
    pub fn copy(
        &self,
        source: impl Into<String>,
        destination: impl Into<String>,
    ) -> Request<Copy, Blocking> {
        self.0.copy(source, destination).into_mode()
    }
}

impl From<crate::Ossum> for Ossum {
    fn from(ossum: crate::Ossum) -> Self {
        Self(ossum)
    }
}

/// A transfer that is under way: watch it, hold it, end it, and wait for how it ends.
///
/// # Cancellation
/// Dropping it cancels the transfer, as [`cancel`](Self::cancel) does, and waits for nothing.
#[derive(Debug)]
#[must_use = "dropping it cancels the transfer"]
pub struct Transfer {
    monitor: Monitor,
    events: Option<events::Events>,
    outcome: Result<Receiver<Result<Report, Error>>, Option<Error>>,
}

impl Transfer {
    pub(crate) fn start(prepared: Result<Prepared, Error>, callback: Option<Callback>) -> Self {
        let (feed, events) = events::channel();
        let feed = Some(feed);
        Self::begin(prepared, Listeners { callback, feed }, Some(events))
    }

    /// The same where nobody will ask for events.
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
        events: Option<events::Events>,
    ) -> Self {
        let monitor = listeners.monitor();
        let (told, outcome) = sync_channel(1);
        // Where nobody waits any more there is nobody to tell.
        let done = move |outcome| drop(told.send(outcome));
        let started =
            prepared.and_then(|prepared| driver::start(prepared, monitor.clone(), listeners, done));
        Self {
            monitor,
            events,
            outcome: started.map(|()| outcome).map_err(Some),
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

    /// What happens in it, from its beginning. Given once; a second iterator is at its end.
    pub fn events(&mut self) -> Events {
        Events(self.events.take().unwrap_or_else(events::Events::none))
    }

    /// Waits for its end.
    ///
    /// # Errors
    /// [`Error`], which tells whether the same transfer, begun again, continues.
    pub fn finish(mut self) -> Result<Report, Error> {
        match &mut self.outcome {
            Ok(outcome) => outcome.recv().unwrap_or_else(|_| Err(Error::panicked())),
            Err(error) => Err(error.take().expect("only this takes it, and once")),
        }
    }
}

impl Drop for Transfer {
    fn drop(&mut self) {
        // One that has ended does not mind.
        self.monitor.cancel();
    }
}

/// What happens in a transfer, as it happens; waits for each next event, and ends when the transfer
/// does. Otherwise like [`crate::Events`].
#[derive(Debug)]
pub struct Events(events::Events);

impl Iterator for Events {
    type Item = Event;

    fn next(&mut self) -> Option<Event> {
        self.0.next_blocking()
    }
}
