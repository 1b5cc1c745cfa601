//! What the server has done so far: counters, and a timeline of the last requests.

mod timeline;
mod visit;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use serde::Serialize;

pub(crate) use timeline::Entry;
pub(crate) use visit::Visit;

use crate::Operation;
use crate::connection::Connection;
use crate::faults::Subject;
use timeline::Timeline;

/// Counts requests and connections; shared by all who have something to add.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    book: Mutex<Book>,
    in_flight: AtomicUsize,
    /// All connections since the start, whatever was reset: it numbers them.
    accepted: AtomicU64,
    open: AtomicU64,
}

#[derive(Debug, Default)]
struct Book {
    counters: Counters,
    timeline: Timeline,
}

/// How much there was since the start, or since it was last asked to begin anew.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct Counters {
    #[serde(flatten)]
    all: Moved,
    connections: u64,
    operations: BTreeMap<Operation, Moved>,
}

/// Requests and the bytes of their bodies.
#[derive(Debug, Clone, Copy, Default, Serialize)]
struct Moved {
    requests: u64,
    /// Those with a status of 400 and above, and those without an answer.
    errors: u64,
    bytes_in: u64,
    bytes_out: u64,
}

/// What is going on now, and how much there was.
#[derive(Debug, Serialize)]
pub(crate) struct Statistics {
    #[serde(flatten)]
    counters: Counters,
    in_flight: usize,
    connections_open: u64,
}

/// A connection that counts as open until it is dropped.
#[derive(Debug)]
pub(crate) struct OpenConnection {
    pub(crate) connection: Connection,
    ledger: Arc<Ledger>,
}

impl Drop for OpenConnection {
    fn drop(&mut self) {
        self.ledger.open.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Ledger {
    /// Counts a connection from `peer`.
    pub(crate) fn accept(self: &Arc<Self>, peer: SocketAddr) -> OpenConnection {
        let number = self.accepted.fetch_add(1, Ordering::Relaxed) + 1;
        self.open.fetch_add(1, Ordering::Relaxed);
        self.book().counters.connections += 1;
        OpenConnection {
            connection: Connection::new(number, peer),
            ledger: Arc::clone(self),
        }
    }

    /// Counts a request, which is in flight until what is returned is dropped.
    pub(crate) fn begin(
        self: &Arc<Self>,
        subject: Subject,
        connection: Option<u64>,
        time: Timestamp,
    ) -> Visit {
        let in_flight = self.in_flight.fetch_add(1, Ordering::Relaxed) + 1;
        self.add(subject.operation, |moved| moved.requests += 1);
        Visit::new(Arc::clone(self), subject, connection, time, in_flight)
    }

    /// How many requests there were for `operation`.
    pub(crate) fn count(&self, operation: Operation) -> u64 {
        let book = self.book();
        let counted = book.counters.operations.get(&operation);
        counted.map_or(0, |moved| moved.requests)
    }

    pub(crate) fn statistics(&self) -> Statistics {
        Statistics {
            counters: self.book().counters.clone(),
            in_flight: self.in_flight.load(Ordering::Relaxed),
            connections_open: self.open.load(Ordering::Relaxed),
        }
    }

    /// The last requests, oldest first.
    pub(crate) fn timeline(&self) -> Vec<Entry> {
        self.book().timeline.entries()
    }

    /// Begins anew.
    pub(crate) fn reset(&self) {
        *self.book() = Book::default();
    }

    /// Takes down a request that has ended.
    fn end(&self, entry: Entry) {
        self.in_flight.fetch_sub(1, Ordering::Relaxed);
        let failed = entry.status.is_none_or(|status| status >= 400);
        self.add(entry.operation, |moved| {
            moved.errors += u64::from(failed);
            moved.bytes_in += entry.bytes_in;
            moved.bytes_out += entry.bytes_out;
        });
        self.book().timeline.push(entry);
    }

    fn add(&self, operation: Option<Operation>, add: impl Fn(&mut Moved)) {
        let counters = &mut self.book().counters;
        add(&mut counters.all);
        if let Some(operation) = operation {
            add(counters.operations.entry(operation).or_default());
        }
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        // A count is never half done.
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
