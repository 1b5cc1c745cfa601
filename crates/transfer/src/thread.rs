//! Threads of our own: file I/O happens in the same place as the network I/O it feeds, so it must
//! not happen on a caller's runtime.

use std::future::Future;
use std::io;
use std::thread;

use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

use crate::error::{Error, ErrorKind};

/// A runtime for the thread that calls this: nothing in it moves to another.
pub(crate) fn runtime() -> Result<Runtime, Error> {
    let runtime = Builder::new_current_thread().enable_all().build();
    runtime.map_err(|error| no_thread().with_cause(error))
}

/// Starts a thread.
pub(crate) fn spawn<T: Send + 'static>(
    name: String,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<thread::JoinHandle<T>, Error> {
    let spawned: io::Result<_> = thread::Builder::new().name(name).spawn(work);
    spawned.map_err(|error| no_thread().with_cause(error))
}

fn no_thread() -> Error {
    Error::new(ErrorKind::Disk, "the system gives no more threads or files")
}

/// Runs `work` on a thread and runtime of its own, and waits for it without blocking.
///
/// # Cancellation
/// Dropping the future cancels `token`; the thread then ends by itself, soon.
pub(crate) async fn on_own_thread<T, F>(
    name: &str,
    token: CancellationToken,
    work: impl FnOnce() -> F + Send + 'static,
) -> Result<T, Error>
where
    T: Send + 'static,
    F: Future<Output = Result<T, Error>>,
{
    let guard = token.drop_guard();
    let (told, outcome) = oneshot::channel();
    spawn(name.to_owned(), move || {
        let result = runtime().and_then(|runtime| runtime.block_on(work()));
        // Nobody waits any more if the caller dropped the future; there is nobody to tell.
        let _ = told.send(result);
    })?;
    let result = outcome.await.unwrap_or_else(|_| Err(died()));
    guard.disarm();
    result
}

/// What is left to say when a thread ended without a result.
pub(crate) fn died() -> Error {
    Error::new(
        ErrorKind::Internal,
        "a thread of the transfer panicked; this is a fault of ossum",
    )
}
