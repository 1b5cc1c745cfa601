use std::collections::BTreeSet;
use std::sync::Arc;

use ossum_checkpoint::{Record, RecordedPart};
use ossum_durable::Durability;
use ossum_plan::{Part, PartLayout, ReceivedPart};
use ossum_types::{Crc64, PartNumber};

use super::claimed::Claimed;
use crate::checkpoint::Checkpoint;
use crate::due::Due;
use crate::engine::{Account, Noted};
use crate::error::{Error, ErrorKind, Safe};

/// The parts of a download that are in the file; each is written down.
#[derive(Debug)]
pub(super) struct Received {
    parts: Vec<(Part, Option<Crc64>)>,
    /// Parts that an earlier run recorded and that are still to be read again.
    unchecked: BTreeSet<PartNumber>,
    checkpoint: Checkpoint,
    file: Arc<Claimed>,
    durability: Durability,
    due: Due,
    /// Parts whose bytes may not be on the disk yet.
    unsynced: Vec<PartNumber>,
}

/// A part whose bytes are in the file.
#[derive(Debug, Clone, Copy)]
pub(super) struct FetchedPart {
    pub(super) part: Part,
    pub(super) crc64: Crc64,
    /// Whether they were there before.
    pub(super) reused: bool,
}

impl Received {
    pub(super) fn new(
        layout: &PartLayout,
        checkpoint: Checkpoint,
        file: Arc<Claimed>,
        durability: Durability,
    ) -> Self {
        Self {
            parts: layout.parts().map(|part| (part, None)).collect(),
            unchecked: BTreeSet::new(),
            checkpoint,
            file,
            durability,
            due: Due::new(),
            unsynced: Vec::new(),
        }
    }

    /// The CRC-64 of all parts in order.
    pub(super) fn crc64(&self) -> Result<Crc64, Error> {
        let missing = || {
            Error::new(
                ErrorKind::Internal,
                "a part is missing at the end of a download",
            )
        };
        self.parts
            .iter()
            .try_fold(Crc64::EMPTY, |whole, (part, crc64)| {
                Ok(whole.combine(crc64.ok_or_else(missing)?, part.range.len()))
            })
    }

    /// Takes note of parts that are still to be read again.
    pub(super) fn expect(&mut self, unchecked: impl Iterator<Item = PartNumber>) {
        self.unchecked.extend(unchecked);
    }

    /// How much of the download is there. What has not been read again yet counts.
    pub(super) fn safe(&self) -> Safe {
        let count = |parts: usize| u32::try_from(parts).unwrap_or(u32::MAX);
        let there = self.parts.iter().filter(|(_, crc64)| crc64.is_some());
        Safe {
            parts: count(there.count() + self.unchecked.len()),
            of: count(self.parts.len()),
        }
    }

    /// Every part that came, as something to be looked for on the disk.
    pub(super) fn to_recheck(&self) -> Vec<ReceivedPart> {
        let received = |&(part, crc64): &(Part, Option<Crc64>)| {
            crc64.map(|crc64| ReceivedPart { part, crc64 })
        };
        self.parts.iter().filter_map(received).collect()
    }

    /// Writes down that the bytes since the last sync may be lost.
    ///
    /// The page cache may go on to show them, and a second sync would succeed.
    pub(super) fn distrust_unsynced(&mut self) {
        for number in std::mem::take(&mut self.unsynced) {
            // Every part is read again anyway before it counts; this saves the reading.
            let _ = self.checkpoint.append(&Record::Bad(number));
        }
        let _ = self.checkpoint.sync();
    }

    pub(super) fn checkpoint(&mut self) -> &mut Checkpoint {
        &mut self.checkpoint
    }
}

impl Account for Received {
    type Done = FetchedPart;

    fn note(&mut self, done: FetchedPart) -> Result<Noted, Error> {
        let FetchedPart {
            part,
            crc64,
            reused,
        } = done;
        if !reused {
            self.unsynced.push(part.number);
            self.due.add(part.range.len());
            // At once: a process that is killed has lost nothing. The record may reach the disk
            // before its bytes, which is why they are read again.
            self.checkpoint.part(RecordedPart {
                number: part.number,
                crc64: Some(crc64),
                etag: None,
            })?;
        }
        self.unchecked.remove(&part.number);
        self.parts[part.number.get() as usize - 1].1 = Some(crc64);
        Ok(Noted { part, reused })
    }

    fn commit(&mut self) -> Result<(), Error> {
        if !self.due.take() || self.durability == Durability::None {
            return Ok(());
        }
        // 1. the bytes  2. what says that they are there
        if let Err(error) = self.file.partial().sync() {
            self.distrust_unsynced();
            return Err(error.into());
        }
        self.unsynced.clear();
        self.checkpoint.sync()
    }
}
