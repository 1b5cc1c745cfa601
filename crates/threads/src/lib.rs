//! What threads share: locks, channels, threads, permits.
//!
//! These are std's and tokio's, under the names that they have there. With the feature `interleavings`,
//! which is for tests alone, they are shuttle's: then threads take turns, and somebody else decides
//! whose turn it is at each of these operations, which is what `explore` is for. So what is explored is
//! the code itself, not a model of it. Never says what is shared, nor why.

#[cfg(feature = "interleavings")]
mod explore;
#[cfg(feature = "interleavings")]
mod semaphore;
#[cfg(feature = "interleavings")]
mod timed;

/// Counters and flags.
pub mod atomic {
    #[cfg(feature = "interleavings")]
    pub use shuttle::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
    #[cfg(not(feature = "interleavings"))]
    pub use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
}

/// Channels.
pub mod mpsc {
    #[cfg(feature = "interleavings")]
    pub use crate::timed::{Receiver, Sender, channel};
    pub use std::sync::mpsc::RecvTimeoutError;
    #[cfg(not(feature = "interleavings"))]
    pub use std::sync::mpsc::{Receiver, Sender, channel};
}

#[cfg(feature = "interleavings")]
pub mod thread;
/// Threads.
#[cfg(not(feature = "interleavings"))]
pub mod thread {
    pub use std::thread::{Builder, JoinHandle};
}

#[cfg(feature = "interleavings")]
pub use explore::{block_on, explore, go_on, go_on_for_up_to, pause, scope};
#[cfg(feature = "interleavings")]
pub use semaphore::{OwnedSemaphorePermit, Semaphore};
#[cfg(feature = "interleavings")]
pub use shuttle::sync::{Condvar, Mutex, MutexGuard};
#[cfg(not(feature = "interleavings"))]
pub use std::sync::{Condvar, Mutex, MutexGuard};
pub use std::sync::{PoisonError, TryLockError};
#[cfg(not(feature = "interleavings"))]
pub use tokio::sync::{OwnedSemaphorePermit, Semaphore};
