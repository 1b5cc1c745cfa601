//! Threads of our own: file I/O happens in the same place as the network I/O it feeds, so it must
//! not happen on a caller's runtime.

use std::future::Future;
use std::io;

use ossum_threads::thread::{Builder as ThreadBuilder, JoinHandle};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

use crate::error::{Error, ErrorKind};

/// Runs `work` on a runtime that belongs to the calling thread: nothing in it moves to another.
///
/// What the runtime does in the background, looking up a name, is not waited for: where no name
/// server answers that takes minutes, and nobody needs the address any more.
#[cfg(not(feature = "interleavings"))]
pub(crate) fn block_on<T>(work: impl Future<Output = T>) -> Result<T, Error> {
    let runtime = runtime()?;
    let outcome = runtime.block_on(work);
    end(runtime);
    Ok(outcome)
}

/// Runs `work` where all threads take turns.
#[cfg(feature = "interleavings")]
#[expect(
    clippy::unnecessary_wraps,
    reason = "a runtime may be refused, elsewhere"
)]
pub(crate) fn block_on<T>(work: impl Future<Output = T>) -> Result<T, Error> {
    Ok(ossum_threads::block_on(work))
}

/// A runtime that belongs to the calling thread.
pub(crate) fn runtime() -> Result<Runtime, Error> {
    let runtime = Builder::new_current_thread().enable_all().build();
    runtime.map_err(|error| no_thread().with_cause(error))
}

/// Ends a runtime without waiting for what it does in the background.
pub(crate) fn end(runtime: Runtime) {
    runtime.shutdown_background();
}

/// Starts a thread.
pub(crate) fn spawn<T: Send + 'static>(
    name: String,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<JoinHandle<T>, Error> {
    let spawned: io::Result<_> = ThreadBuilder::new().name(name).spawn(work);
    spawned.map_err(|error| no_thread().with_cause(error))
}

fn no_thread() -> Error {
    Error::new(ErrorKind::Disk, "the system gives no more threads or files")
}

/// Runs `work` on a thread and runtime of its own, and waits for it without blocking.
///
/// # Cancellation
/// Dropping the future cancels `token`; the thread then ends by itself, soon. A process that ends
/// before it does cuts it off.
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
        let result = block_on(work()).flatten();
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
