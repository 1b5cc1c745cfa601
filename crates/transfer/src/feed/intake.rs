//! Reads the source and cuts it into parts, on a thread of its own.

use std::fmt;
use std::io::{self, Read};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::BytesMut;
use ossum_client::PayloadSource;
use ossum_durable::unnamed_file;
use ossum_plan::{FeedPlan, Part};
use ossum_types::{ByteRange, ByteSize, PartNumber};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::Feed;
use super::chunked::{MemoryPart, SpooledPart};
use super::room::Places;
use crate::error::{Error, ErrorKind};
use crate::options::Files;
use crate::thread;

/// So much is read at a time.
const CHUNK_BYTES: usize = 256 << 10;

/// So many parts are on the disk at a time, the one that is being written included.
pub(super) const SPOOLED_PARTS: usize = 4;

/// A part that is held until it has been sent.
pub(super) struct FedPart {
    pub(super) part: Part,
    pub(super) payload: Arc<dyn PayloadSource>,
}

impl fmt::Debug for FedPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.part.fmt(f)
    }
}

/// What comes of the source.
pub(super) struct Inflow {
    /// Parts in order, or why there are no more. What waits here is bounded by the places.
    pub(super) parts: UnboundedReceiver<Result<FedPart, Error>>,
    pub(super) end: End,
}

/// Whether the source was read to its end. A thread that died looks the same from the outside.
pub(super) struct End {
    reached: Arc<AtomicBool>,
    places: Arc<Places>,
}

impl Inflow {
    pub(super) fn ended(&self) -> Result<(), Error> {
        self.end.reached()
    }
}

impl End {
    pub(super) fn reached(&self) -> Result<(), Error> {
        if self.reached.load(Ordering::Acquire) {
            return Ok(());
        }
        Err(thread::died())
    }
}

impl Drop for End {
    fn drop(&mut self) {
        self.places.close();
    }
}

/// Begins to read `source`, `reach` bytes at most.
pub(super) fn begin(
    source: impl Read + Send + 'static,
    request: &Feed,
    plan: FeedPlan,
    reach: u64,
) -> Result<Inflow, Error> {
    let (sender, parts) = unbounded_channel();
    let places = match request.spool {
        Some(_) => SPOOLED_PARTS,
        None => chunks_of(request.options.memory_bytes, &plan),
    };
    let places = Arc::new(Places::new(places));
    let reached = Arc::new(AtomicBool::new(false));
    let end = End {
        reached: Arc::clone(&reached),
        places: Arc::clone(&places),
    };
    let mut intake = Intake {
        source,
        plan,
        reach,
        places,
        spool: request.spool.clone(),
        files: request.options.files.clone(),
    };
    thread::spawn("ossum-source".to_owned(), move || {
        match intake.read_all(&sender) {
            Ok(()) => reached.store(true, Ordering::Release),
            // Where nobody takes it the transfer has ended.
            Err(error) => drop(sender.send(Err(error))),
        }
    })?;
    Ok(Inflow { parts, end })
}

/// How many chunks fit into the memory; always enough for two of the largest parts.
fn chunks_of(memory_bytes: u64, plan: &FeedPlan) -> usize {
    let chunk = CHUNK_BYTES as u64;
    let least = 2 * plan.most_part_bytes().div_ceil(chunk);
    // The allocator keeps some of what is given back for a while.
    let room = memory_bytes - memory_bytes / 16;
    usize::try_from((room / chunk).max(least)).unwrap_or(usize::MAX)
}

struct Intake<R> {
    source: R,
    plan: FeedPlan,
    reach: u64,
    places: Arc<Places>,
    spool: Option<PathBuf>,
    files: Files,
}

type Parts = UnboundedSender<Result<FedPart, Error>>;

impl<R: Read> Intake<R> {
    fn read_all(&mut self, parts: &Parts) -> Result<(), Error> {
        let mut taken = 0;
        let mut number = 1;
        while let (Ok(this), true) = (PartNumber::new(number), taken < self.reach) {
            let most = self.plan.part_bytes(this).min(self.reach - taken);
            let (len, payload) = match self.spool.clone() {
                None => self.hold(most)?,
                Some(directory) => self.spool(&directory, most)?,
            };
            let Some(range) = ByteRange::from_len(taken, len) else {
                return Ok(());
            };
            let part = Part {
                number: this,
                range,
            };
            let sent = parts.send(Ok(FedPart { part, payload }));
            sent.map_err(|_| Error::cancelled())?;
            taken += len;
            number += 1;
            if len < most {
                return Ok(());
            }
        }
        self.expect_end()
    }

    /// Reads up to `most` bytes into memory.
    fn hold(&mut self, most: u64) -> Result<(u64, Arc<dyn PayloadSource>), Error> {
        let mut chunks = Vec::new();
        let mut len = 0;
        while len < most {
            let mut chunk = self.places.take().ok_or_else(Error::cancelled)?;
            let full = self.fill(&mut chunk, most - len)?;
            len += chunk.len() as u64;
            chunks.push(chunk.freeze());
            if !full {
                break;
            }
        }
        let part = MemoryPart::new(chunks, Arc::clone(&self.places));
        Ok((len, Arc::new(part)))
    }

    /// Reads up to `most` bytes onto the disk.
    fn spool(
        &mut self,
        directory: &std::path::Path,
        most: u64,
    ) -> Result<(u64, Arc<dyn PayloadSource>), Error> {
        let mut chunk = self.places.take().ok_or_else(Error::cancelled)?;
        let file = unnamed_file(&*self.files, directory)?;
        let mut len = 0;
        loop {
            let full = self.fill(&mut chunk, most - len)?;
            file.write_all_at(&chunk, len)
                .map_err(ossum_durable::Error::at(
                    ossum_durable::Operation::Write,
                    directory,
                ))?;
            len += chunk.len() as u64;
            if !full || len == most {
                break;
            }
        }
        match ByteRange::new(0, len) {
            Some(range) => {
                let part = SpooledPart::new(file, range, Arc::clone(&self.places));
                Ok((len, Arc::new(part)))
            }
            None => Ok((
                0,
                Arc::new(MemoryPart::new(Vec::new(), Arc::clone(&self.places))),
            )),
        }
    }

    /// Fills `chunk`, with `most` bytes at most; tells whether there may be more.
    fn fill(&mut self, chunk: &mut BytesMut, most: u64) -> Result<bool, Error> {
        let wanted = usize::try_from(most).unwrap_or(usize::MAX).min(CHUNK_BYTES);
        chunk.resize(wanted, 0);
        let mut filled = 0;
        while filled < wanted {
            match self.source.read(&mut chunk[filled..]) {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    return Err(Error::new(ErrorKind::Disk, "read the source").with_cause(error));
                }
            }
        }
        chunk.truncate(filled);
        Ok(filled == wanted)
    }

    /// Finds that nothing follows what can be taken.
    fn expect_end(&mut self) -> Result<(), Error> {
        let mut one = BytesMut::new();
        self.fill(&mut one, 1)?;
        if one.is_empty() {
            return Ok(());
        }
        let reach = ByteSize::new(self.reach);
        let message = format!("the source has more than the {reach} that can be taken");
        Err(Error::new(ErrorKind::Limit, message))
    }
}
