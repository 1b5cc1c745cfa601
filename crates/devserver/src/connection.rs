//! What a connection and the requests on it know of each other.
//!
//! A fault that needs more than an answer leaves its wish in [`Connection`]; [`Socket`] at the
//! bottom of the connection and [`Wire`] directly under HTTP fulfil it.

mod socket;
mod wire;

use std::error::Error;
use std::fmt;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

pub(crate) use socket::Socket;
pub(crate) use wire::Wire;

/// How a request ended without an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoAnswer {
    /// The connection was reset.
    Reset,
    /// The connection was closed.
    Closed,
}

impl fmt::Display for NoAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Reset => "a fault rule reset the connection",
            Self::Closed => "a fault rule closed the connection",
        })
    }
}

impl Error for NoAnswer {}

/// An accepted connection; clones are the same one.
#[derive(Debug, Clone)]
pub(crate) struct Connection(Arc<State>);

#[derive(Debug)]
struct State {
    number: u64,
    peer: SocketAddr,
    requests: AtomicU64,
    /// Ends with RST and not with FIN.
    resets: AtomicBool,
    /// Swallows `100 Continue`.
    is_mute: AtomicBool,
    /// Bytes that are still to follow what HTTP has written.
    filler: AtomicU64,
    /// Answers that are to follow the one that is being made, though nobody asked.
    wanted_strays: AtomicUsize,
    /// Those that are to follow what HTTP has written.
    strays: AtomicUsize,
    idle: Mutex<Idle>,
    idle_changed: Notify,
}

/// Whether the connection ends for being idle.
#[derive(Debug, Clone, Copy)]
enum Idle {
    /// It may be idle.
    Never,
    /// It ends so long after the answer that is being made.
    After(Duration),
    /// The answer is made, but not yet written.
    Written(Duration),
    /// It ends at this time, unless a request comes before.
    At(Instant),
}

impl Connection {
    pub(crate) fn new(number: u64, peer: SocketAddr) -> Self {
        Self(Arc::new(State {
            number,
            peer,
            requests: AtomicU64::new(0),
            resets: AtomicBool::new(false),
            is_mute: AtomicBool::new(false),
            filler: AtomicU64::new(0),
            wanted_strays: AtomicUsize::new(0),
            strays: AtomicUsize::new(0),
            idle: Mutex::new(Idle::Never),
            idle_changed: Notify::new(),
        }))
    }

    /// Its place among all that were accepted, from 1.
    pub(crate) fn number(&self) -> u64 {
        self.0.number
    }

    /// Who is at the other end.
    pub(crate) fn peer(&self) -> SocketAddr {
        self.0.peer
    }

    /// Counts a request; returns its number, from 1.
    ///
    /// # Errors
    /// [`NoAnswer`] if it came when the connection had been idle for too long.
    pub(crate) fn begin_request(&self) -> Result<u64, NoAnswer> {
        let mut idle = self.idle();
        if matches!(*idle, Idle::At(end) if end <= Instant::now()) {
            return Err(NoAnswer::Closed);
        }
        *idle = Idle::Never;
        drop(idle);
        self.0.is_mute.store(false, Ordering::Relaxed);
        self.0.idle_changed.notify_one();
        Ok(self.0.requests.fetch_add(1, Ordering::Relaxed) + 1)
    }

    /// From now on the connection ends as `how` says, as soon as it is dropped.
    pub(crate) fn end(&self, how: NoAnswer) {
        self.0
            .resets
            .store(how == NoAnswer::Reset, Ordering::Relaxed);
    }

    /// Sends no `100 Continue` for this request.
    pub(crate) fn mute_continue(&self) {
        self.0.is_mute.store(true, Ordering::Relaxed);
    }

    /// Sends `len` bytes that belong to nothing when the answer has been written.
    pub(crate) fn append(&self, len: u64) {
        self.0.filler.fetch_add(len, Ordering::Relaxed);
    }

    /// Sends another answer when the one that is being made has been written.
    pub(crate) fn add_stray_answer(&self) {
        self.0.wanted_strays.fetch_add(1, Ordering::Relaxed);
    }

    /// Closes the connection if nothing comes for so long after this answer.
    pub(crate) fn close_idle(&self, after: Duration) {
        *self.idle() = Idle::After(after);
    }

    /// The answer to the request is made and given to HTTP to write.
    pub(crate) fn end_answer(&self) {
        let strays = self.0.wanted_strays.swap(0, Ordering::Relaxed);
        self.0.strays.fetch_add(strays, Ordering::Relaxed);
        let mut idle = self.idle();
        if let Idle::After(after) = *idle {
            *idle = Idle::Written(after);
        }
    }

    /// Everything that HTTP had to write is on its way.
    fn flushed(&self) {
        let mut idle = self.idle();
        if let Idle::Written(after) = *idle {
            *idle = Idle::At(Instant::now() + after);
            drop(idle);
            self.0.idle_changed.notify_one();
        }
    }

    /// Waits until the connection has been idle for too long.
    pub(crate) async fn idled_out(&self) {
        loop {
            let idle = *self.idle();
            let changed = self.0.idle_changed.notified();
            match idle {
                Idle::At(end) => tokio::select! {
                    () = sleep_until(end) => return,
                    () = changed => {}
                },
                _ => changed.await,
            }
        }
    }

    fn idle(&self) -> MutexGuard<'_, Idle> {
        // It is replaced as a whole.
        self.0.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
