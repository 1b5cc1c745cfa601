//! The way out: blocks come in any order and are written in theirs, on a thread of its own.

use std::collections::BTreeMap;
use std::io::{self, Write};

use md5::{Digest, Md5};
use ossum_threads::mpsc::{Receiver, Sender, channel};
use ossum_types::{ByteRange, Crc64};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

use super::fetcher::{Block, Ticket};
use crate::engine::{Account, Noted};
use crate::error::{Error, ErrorKind};
use crate::monitor::Monitor;
use crate::thread;

/// The blocks that bytes are divided into.
#[derive(Debug, Clone, Copy)]
pub(super) struct Blocks {
    range: Option<ByteRange>,
    block_bytes: u64,
}

impl Blocks {
    pub(super) fn of(range: Option<ByteRange>, block_bytes: u64) -> Self {
        Self { range, block_bytes }
    }

    pub(super) fn bytes(self) -> u64 {
        self.range.map_or(0, ByteRange::len)
    }

    pub(super) fn count(self) -> u64 {
        self.bytes().div_ceil(self.block_bytes)
    }

    /// Where the block of that index is in the object; `None` after the last.
    fn get(self, index: u64) -> Option<ByteRange> {
        let rest = self.range?.skip(index.checked_mul(self.block_bytes)?)?;
        ByteRange::from_len(rest.start(), rest.len().min(self.block_bytes))
    }
}

/// Hands blocks to the thread that writes them. What waits there is bounded by the tickets.
pub(super) struct Outlet(Sender<Block>);

impl Account for Outlet {
    type Done = Block;

    fn note(&mut self, block: Block) -> Result<Option<Noted>, Error> {
        self.0.send(block).map_err(|_| nobody_takes_it())?;
        Ok(None)
    }

    fn commit(&mut self) -> Result<(), Error> {
        Ok(())
    }
}

/// What the workers say when the sink takes no more; the sink has the reason.
pub(super) fn nobody_takes_it() -> Error {
    Error::new(ErrorKind::NobodyReads, "nobody takes the bytes any more")
}

/// What has been written.
#[derive(Debug)]
pub(super) struct Delivered {
    pub(super) crc64: Crc64,
    /// Where it was asked for.
    pub(super) md5: Option<[u8; 16]>,
}

/// The outside of the thread that writes.
pub(super) struct Delivery {
    outcome: oneshot::Receiver<Result<Delivered, Error>>,
    broken: CancellationToken,
}

impl Outlet {
    /// Starts the thread that writes `blocks` to `sink`, and gives the tickets for them: at most
    /// `most` more than have been written.
    pub(super) fn open(
        sink: impl Write + Send + 'static,
        blocks: Blocks,
        most: u64,
        monitor: &Monitor,
        hashes: bool,
    ) -> Result<(Self, Delivery, UnboundedReceiver<Ticket>), Error> {
        let (outlet, inbox) = channel();
        let (sender, tickets) = unbounded_channel();
        let (told, outcome) = oneshot::channel();
        let broken = CancellationToken::new();
        let mut office = Office {
            blocks,
            next: 0,
            sender: Some(sender),
        };
        for _ in 0..most {
            office.issue(Vec::new());
        }
        let mut writer = Writer {
            sink,
            office,
            crc64: Crc64::EMPTY,
            md5: hashes.then(Md5::new),
            monitor: monitor.clone(),
        };
        // However it ends, nobody goes on for nothing.
        let guard = broken.clone().drop_guard();
        thread::spawn("ossum-sink".to_owned(), move || {
            let written = writer.write_all(&inbox);
            if written.is_ok() {
                guard.disarm();
            }
            // Nobody waits any more if it was cancelled.
            let _ = told.send(written.map(|()| writer.delivered()));
        })?;
        Ok((Self(outlet), Delivery { outcome, broken }, tickets))
    }
}

impl Delivery {
    pub(super) fn broken(&self) -> CancellationToken {
        self.broken.clone()
    }

    /// Waits until everything that arrived is written. `moved` is how fetching ended.
    pub(super) async fn end(
        self,
        moved: Result<(), Error>,
        monitor: &Monitor,
    ) -> Result<Delivered, Error> {
        match moved {
            Err(error) if error.kind() != ErrorKind::NobodyReads => Err(error),
            // The sink knows why.
            _ => tokio::select! {
                biased;
                outcome = self.outcome => outcome.unwrap_or_else(|_| Err(thread::died())),
                () = monitor.token().cancelled() => Err(Error::cancelled()),
            },
        }
    }
}

/// Issues tickets in the order of the blocks.
struct Office {
    blocks: Blocks,
    next: u64,
    /// Gone after the last, so that nobody waits for more.
    sender: Option<UnboundedSender<Ticket>>,
}

impl Office {
    /// Issues the next ticket with `buffer`, if there is one to issue.
    fn issue(&mut self, mut buffer: Vec<u8>) {
        let Some(range) = self.blocks.get(self.next) else {
            self.sender = None;
            return;
        };
        buffer.clear();
        let ticket = Ticket {
            index: self.next,
            range,
            buffer,
            beginning: None,
        };
        self.next += 1;
        if let Some(sender) = &self.sender {
            // Where nobody takes it the transfer has ended.
            let _ = sender.send(ticket);
        }
        if self.next == self.blocks.count() {
            self.sender = None;
        }
    }
}

struct Writer<W> {
    sink: W,
    office: Office,
    crc64: Crc64,
    md5: Option<Md5>,
    monitor: Monitor,
}

impl<W: Write> Writer<W> {
    fn write_all(&mut self, inbox: &Receiver<Block>) -> Result<(), Error> {
        let mut waiting = BTreeMap::new();
        for index in 0..self.office.blocks.count() {
            let block = loop {
                if let Some(block) = waiting.remove(&index) {
                    break block;
                }
                // No more come if the transfer has failed, which is told elsewhere.
                let block = inbox.recv().map_err(|_| Error::cancelled())?;
                waiting.insert(block.index, block);
            };
            self.write(block)?;
        }
        self.sink.flush().map_err(refused)
    }

    fn write(&mut self, block: Block) -> Result<(), Error> {
        if self.monitor.token().is_cancelled() {
            return Err(Error::cancelled());
        }
        self.sink.write_all(&block.bytes).map_err(refused)?;
        self.crc64 = self.crc64.combine(block.crc64, block.bytes.len() as u64);
        if let Some(md5) = &mut self.md5 {
            md5.update(&block.bytes);
        }
        self.monitor.handed_on();
        self.office.issue(block.bytes);
        Ok(())
    }

    fn delivered(self) -> Delivered {
        Delivered {
            crc64: self.crc64,
            md5: self.md5.map(|md5| md5.finalize().into()),
        }
    }
}

/// What a sink means that takes no more.
fn refused(error: io::Error) -> Error {
    let kind = match error.kind() {
        io::ErrorKind::BrokenPipe => ErrorKind::NobodyReads,
        _ => ErrorKind::Disk,
    };
    Error::new(kind, "write what was read").with_cause(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_cover_a_range_without_gap_or_overlap() {
        let blocks = Blocks::of(ByteRange::new(5, 26), 10);
        let all: Vec<_> = (0..blocks.count())
            .map(|index| blocks.get(index).unwrap())
            .map(|range| (range.start(), range.end()))
            .collect();
        assert_eq!(all, [(5, 15), (15, 25), (25, 26)]);
        assert_eq!(blocks.get(3), None);
        assert_eq!(Blocks::of(None, 10).count(), 0);
    }
}
