use std::time::{Duration, Instant};

use super::{Attempt, Line};
use crate::error::Error;
use crate::place::Place;

/// Writes the ledger of one attempt, a chunk at a time.
///
/// What [`add`](Self::add) has taken is durable once it, [`put_if_due`](Self::put_if_due) or
/// [`put`](Self::put) has put the chunk that it is in: at the latest with 1,000 lines, and 5 s after the
/// first of them (a tenth of a second, of the first chunk) if it is asked that often. A kill loses the lines since; what they were about is found
/// again at the destination.
#[derive(Debug)]
pub struct LedgerWriter<'p> {
    place: &'p Place,
    /// What the names of all chunks begin with.
    prefix: String,
    attempt: Attempt,
    chunk: Vec<u8>,
    lines: u64,
    /// Since when the chunk has a line.
    since: Option<Instant>,
    next: u32,
}

const MOST_LINES: u64 = 1000;
const LONGEST: Duration = Duration::from_secs(5);
/// How long the first chunk waits; each next one twice as long as the one before, up to [`LONGEST`]. Who
/// is killed often is killed early, and would leave nothing.
const SHORTEST: Duration = Duration::from_millis(100);

impl<'p> LedgerWriter<'p> {
    /// One for the ledger whose chunks begin with `prefix`: [`names::ledger`](crate::names::ledger) or
    /// [`names::LEDGER_OF_FINISH`](crate::names::LEDGER_OF_FINISH).
    pub fn new(place: &'p Place, prefix: String, attempt: Attempt) -> Self {
        Self {
            place,
            prefix,
            attempt,
            chunk: Vec::new(),
            lines: 0,
            since: None,
            next: 0,
        }
    }

    /// The attempt.
    pub fn attempt(&self) -> &Attempt {
        &self.attempt
    }

    /// Takes a line, and puts the chunk if it is due at `now`.
    ///
    /// # Errors
    /// As [`put`](Self::put); the line is kept as well.
    pub fn add(&mut self, line: &Line, now: Instant) -> Result<(), Error> {
        serde_json::to_writer(&mut self.chunk, line).expect("a line is text and numbers");
        self.chunk.push(b'\n');
        self.lines += 1;
        self.since.get_or_insert(now);
        self.put_if_due(now)
    }

    /// Puts the chunk if it has 1,000 lines, or one that is [due](Self::due).
    ///
    /// # Errors
    /// As [`put`](Self::put).
    pub fn put_if_due(&mut self, now: Instant) -> Result<(), Error> {
        match self.due() {
            Some(due) if now >= due => self.put(),
            _ if self.lines >= MOST_LINES => self.put(),
            _ => Ok(()),
        }
    }

    /// When the chunk is to be put at the latest; `None` where it has no line.
    pub fn due(&self) -> Option<Instant> {
        let doubled = SHORTEST.saturating_mul(1 << self.next.min(8));
        self.since.map(|since| since + doubled.min(LONGEST))
    }

    /// Puts what is not durable yet.
    ///
    /// # Errors
    /// As [`Place::put`]; the lines are kept, and put with the next chunk.
    pub fn put(&mut self) -> Result<(), Error> {
        if self.lines == 0 {
            return Ok(());
        }
        let name = format!("{}{}-{:06}.jsonl", self.prefix, self.attempt, self.next);
        // Under the same name again where the answer to a success was lost.
        self.place.put(&name, self.chunk.clone())?;
        self.chunk.clear();
        self.lines = 0;
        self.since = None;
        self.next += 1;
        Ok(())
    }
}
