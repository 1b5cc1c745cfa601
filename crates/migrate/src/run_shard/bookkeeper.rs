use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use crate::error::Error;
use crate::ledger::{LedgerWriter, Line};

/// Writes the ledger of an attempt, on a thread of its own.
pub(super) struct Bookkeeper<'p> {
    writer: LedgerWriter<'p>,
    lines: Receiver<Entry>,
}

/// Where lines are handed in.
#[derive(Clone)]
pub(super) struct Books(Sender<Entry>);

struct Entry {
    line: Line,
    /// Who waits until it is durable.
    waits: Option<oneshot::Sender<Result<(), String>>>,
}

/// While nothing is to be put.
const LONG: Duration = Duration::from_hours(1);

impl<'p> Bookkeeper<'p> {
    pub(super) fn new(writer: LedgerWriter<'p>) -> (Self, Books) {
        let (sender, lines) = channel();
        (Self { writer, lines }, Books(sender))
    }

    /// Writes until nobody hands in any more, and then the rest.
    ///
    /// # Errors
    /// That the rest could not be put; a chunk that could not be is tried again with the next one.
    pub(super) fn keep(mut self) -> Result<(), Error> {
        loop {
            let due = self.writer.due();
            let wait = due.map_or(LONG, |due| due.saturating_duration_since(Instant::now()));
            match self.lines.recv_timeout(wait) {
                Ok(entry) => self.take(entry),
                Err(RecvTimeoutError::Timeout) => {
                    let put = self.writer.put_if_due(Instant::now());
                    put_later(put);
                }
                Err(RecvTimeoutError::Disconnected) => return self.writer.put(),
            }
        }
    }

    /// Takes a line and all that have come meanwhile; those that somebody waits for are put together.
    fn take(&mut self, first: Entry) {
        let mut waiting = Vec::new();
        let mut next = Some(first);
        while let Some(Entry { line, waits }) = next {
            let added = self.writer.add(&line, Instant::now());
            put_later(added);
            waiting.extend(waits);
            next = self.lines.try_recv().ok();
        }
        if waiting.is_empty() {
            return;
        }
        let put = self.writer.put().map_err(|error| error.to_string());
        for waits in waiting {
            // Whoever does not wait any more has ended.
            let _ = waits.send(put.clone());
        }
    }
}

/// The lines are kept, and put with the next chunk. What never could be is told at the end.
fn put_later(put: Result<(), Error>) {
    if let Err(error) = put {
        tracing::warn!("{error}: the ledger is written later");
        // Without a pause it would be tried all the time: it is due already.
        std::thread::sleep(Duration::from_secs(1));
    }
}

impl Books {
    /// Hands in a line, which is durable within seconds.
    pub(super) fn add(&self, line: Line) {
        let waits = None;
        // The bookkeeper is there as long as anybody can hand in, unless it has panicked, which is told.
        let _ = self.0.send(Entry { line, waits });
    }

    /// Hands in a line, and waits until it is durable.
    pub(super) async fn add_now(&self, line: Line) -> Result<(), String> {
        let (waits, durable) = oneshot::channel();
        let waits = Some(waits);
        let gone = || "the bookkeeper is gone".to_owned();
        self.0.send(Entry { line, waits }).map_err(|_| gone())?;
        durable.await.unwrap_or_else(|_| Err(gone()))
    }
}
