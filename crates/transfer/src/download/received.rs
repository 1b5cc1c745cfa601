use std::collections::BTreeSet;
use std::sync::Arc;

use ossum_checkpoint::{Record, RecordedPart};
use ossum_durable::{self as durable, Durability};
use ossum_plan::{Part, PartLayout, ReceivedPart};
use ossum_threads::thread::JoinHandle;
use ossum_types::{Crc64, PartNumber};

use super::claimed::Claimed;
use crate::checkpoint::Checkpoint;
use crate::due::Due;
use crate::engine::{Account, Noted};
use crate::error::{Error, ErrorKind, Safe};
use crate::thread;

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
    /// Parts whose bytes may not be on the disk yet, and that no sync is under way for.
    unsynced: Vec<PartNumber>,
    syncing: Option<Syncing>,
}

/// A sync on a thread of its own: it may take seconds, in which parts go on being written down.
#[derive(Debug)]
struct Syncing {
    thread: JoinHandle<Result<(), durable::Error>>,
    covers: Vec<PartNumber>,
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
            syncing: None,
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

    /// Waits for the sync that is under way, if one is.
    ///
    /// # Errors
    /// If it failed: what it covered may be lost, and that is written down.
    pub(super) fn settle(&mut self) -> Result<(), Error> {
        let Some(Syncing { thread, covers }) = self.syncing.take() else {
            return Ok(());
        };
        match thread.join() {
            // What says that the bytes are there comes after them.
            Ok(Ok(())) => self.checkpoint.sync(),
            Ok(Err(error)) => {
                self.unsynced.extend(covers);
                self.distrust_unsynced();
                Err(error.into())
            }
            Err(_) => Err(thread::died()),
        }
    }

    /// Begins to make the bytes so far durable.
    fn begin_sync(&mut self) -> Result<(), Error> {
        let file = Arc::clone(&self.file);
        let sync = move || file.partial().sync();
        self.syncing = Some(Syncing {
            thread: thread::spawn("ossum-sync".to_owned(), sync)?,
            covers: std::mem::take(&mut self.unsynced),
        });
        Ok(())
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

    fn note(&mut self, done: FetchedPart) -> Result<Option<Noted>, Error> {
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
        Ok(Some(Noted { part, reused }))
    }

    fn commit(&mut self) -> Result<(), Error> {
        match &self.syncing {
            Some(syncing) if !syncing.thread.is_finished() => Ok(()),
            Some(_) => self.settle(),
            None if self.due.take() && self.durability == Durability::Full => self.begin_sync(),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use ossum_durable::{Effect, Errno, SimFs};
    use ossum_types::PartSize;

    use super::*;
    use crate::options::Files;

    const GIB: u64 = 1 << 30;

    /// An account of two parts of a gibibyte, the first of which is there, and a sync under way.
    fn syncing(fs: &SimFs) -> Received {
        fs.make_directory("/d");
        let file =
            Claimed::make(&Files::new(fs.clone()), "/d/f.ossum-part".as_ref(), Some(1)).unwrap();
        let layout = PartLayout::new(2 * GIB, PartSize::new(GIB).unwrap()).unwrap();
        let durability = Durability::Full;
        let mut received = Received::new(&layout, Checkpoint::none(), Arc::new(file), durability);
        let part = layout.parts().next().unwrap();
        let (crc64, reused) = (Crc64::EMPTY, false);
        received
            .note(FetchedPart {
                part,
                crc64,
                reused,
            })
            .unwrap();
        received.commit().unwrap();
        assert!(received.syncing.is_some());
        received
    }

    #[test]
    fn a_gibibyte_is_synced_beside_what_goes_on() {
        let fs = SimFs::new();
        let mut received = syncing(&fs);
        received.settle().unwrap();
        assert!(received.unsynced.is_empty());
        assert_eq!(fs.effects().last(), Some(&Effect::Sync));
        received.commit().unwrap();
        assert!(received.syncing.is_none(), "nothing is due");
    }

    /// Cases: 25.
    #[test]
    fn a_sync_that_fails_ends_the_transfer_and_no_other_makes_it_good() {
        let fs = SimFs::new();
        fs.fail(1, Effect::Sync, Errno::IO);
        let mut received = syncing(&fs);
        assert_eq!(received.settle().unwrap_err().kind(), ErrorKind::Disk);
        assert!(received.file.partial().sync().is_err());
    }
}
