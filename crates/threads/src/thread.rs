//! Threads that take turns.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::Result;

/// See [`std::thread::Builder`].
#[derive(Debug, Default)]
pub struct Builder(shuttle::thread::Builder);

/// See [`std::thread::JoinHandle`].
#[derive(Debug)]
pub struct JoinHandle<T> {
    thread: shuttle::thread::JoinHandle<T>,
    ended: Arc<AtomicBool>,
}

impl Builder {
    /// See [`std::thread::Builder::new`].
    pub fn new() -> Self {
        Self(shuttle::thread::Builder::new())
    }

    /// See [`std::thread::Builder::name`].
    #[must_use]
    pub fn name(self, name: String) -> Self {
        Self(self.0.name(name))
    }

    /// See [`std::thread::Builder::spawn`].
    ///
    /// # Errors
    /// As there: never.
    pub fn spawn<T: Send + 'static>(
        self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> io::Result<JoinHandle<T>> {
        let ended = Arc::new(AtomicBool::new(false));
        let ends = Arc::clone(&ended);
        let thread = self.0.spawn(move || {
            let outcome = work();
            ends.store(true, Ordering::Relaxed);
            outcome
        })?;
        Ok(JoinHandle { thread, ended })
    }
}

impl<T> JoinHandle<T> {
    /// See [`std::thread::JoinHandle::join`].
    ///
    /// # Errors
    /// As there: never, as a panic ends the exploration.
    pub fn join(self) -> Result<T> {
        self.thread.join()
    }

    /// See [`std::thread::JoinHandle::is_finished`].
    pub fn is_finished(&self) -> bool {
        shuttle::thread::yield_now();
        self.ended.load(Ordering::Relaxed)
    }
}
