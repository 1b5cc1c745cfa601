use std::collections::BTreeSet;

use ossum_checkpoint::RecordedPart;
use ossum_plan::{KeptPart, PartLayout, Recorded};
use ossum_types::{Crc64, PartNumber};

use crate::checkpoint::Checkpoint;
use crate::due::Due;
use crate::engine::{Account, Noted};
use crate::error::{Error, ErrorKind, Safe};

/// The parts of an upload that the service has, as far as they are known; each is written down.
#[derive(Debug)]
pub(crate) struct Gathered {
    parts: Vec<Option<KeptPart>>,
    /// Parts that the service has and that are still to be compared.
    unchecked: BTreeSet<PartNumber>,
    recorded: Recorded,
    checkpoint: Checkpoint,
    due: Due,
    /// Whether OSS said of all of them that it has these bytes.
    pub(crate) confirmed: bool,
    pub(crate) parts_reused: u32,
    pub(crate) bytes_reused: u64,
}

/// A part that the service has.
#[derive(Debug)]
pub(crate) struct Gained {
    pub(crate) kept: KeptPart,
    /// Whether OSS said that it has these bytes.
    pub(crate) confirmed: bool,
    /// Whether it was there before.
    pub(crate) reused: bool,
}

impl Account for Gathered {
    type Done = Gained;

    fn note(&mut self, gained: Gained) -> Result<Noted, Error> {
        let Gained {
            kept,
            confirmed,
            reused,
        } = gained;
        let part = kept.part;
        if !self.is_recorded(&kept) {
            self.checkpoint.part(RecordedPart {
                number: part.number,
                crc64: kept.crc64,
                etag: Some(kept.etag.clone()),
            })?;
            self.due.add(part.range.len());
        }
        self.confirmed &= confirmed;
        if reused {
            self.parts_reused += 1;
            self.bytes_reused += part.range.len();
        }
        self.unchecked.remove(&part.number);
        self.parts[index(part.number)] = Some(kept);
        Ok(Noted { part, reused })
    }

    /// The service has the parts whatever happens here, so this is a help and not a necessity.
    fn commit(&mut self) -> Result<(), Error> {
        if self.due.take() {
            self.checkpoint.sync()?;
        }
        Ok(())
    }
}

impl Gathered {
    /// None yet. Those in `recorded` need not be written down again.
    pub(crate) fn new(layout: &PartLayout, recorded: Recorded, checkpoint: Checkpoint) -> Self {
        Self {
            parts: layout.parts().map(|_| None).collect(),
            unchecked: BTreeSet::new(),
            recorded,
            checkpoint,
            due: Due::new(),
            confirmed: true,
            parts_reused: 0,
            bytes_reused: 0,
        }
    }

    /// Takes note of parts that are still to be compared.
    pub(crate) fn expect(&mut self, unchecked: impl Iterator<Item = PartNumber>) {
        self.unchecked.extend(unchecked);
    }

    /// How much of the upload is there. What has not been compared yet counts.
    pub(crate) fn safe(&self) -> Safe {
        let count = |parts: usize| u32::try_from(parts).unwrap_or(u32::MAX);
        Safe {
            parts: count(self.parts.iter().flatten().count() + self.unchecked.len()),
            of: count(self.parts.len()),
        }
    }

    /// The CRC-64 of the whole, if that of every part is known.
    pub(crate) fn crc64(&self) -> Option<Crc64> {
        self.parts.iter().try_fold(Crc64::EMPTY, |whole, kept| {
            let kept = kept.as_ref()?;
            Some(whole.combine(kept.crc64?, kept.part.range.len()))
        })
    }

    pub(crate) fn checkpoint(&mut self) -> &mut Checkpoint {
        &mut self.checkpoint
    }

    /// Every part in order, or an error if one is missing: the engine says so before.
    pub(crate) fn all(&self) -> Result<Vec<KeptPart>, Error> {
        let all: Option<Vec<_>> = self.parts.iter().cloned().collect();
        all.ok_or_else(|| {
            Error::new(
                ErrorKind::Internal,
                "a part is missing at the end of an upload",
            )
        })
    }

    pub(crate) fn into_checkpoint(self) -> Checkpoint {
        self.checkpoint
    }

    fn is_recorded(&self, kept: &KeptPart) -> bool {
        let recorded = self.recorded.get(&kept.part.number);
        recorded.is_some_and(|recorded| {
            recorded.crc64 == kept.crc64 && recorded.etag.as_ref() == Some(&kept.etag)
        })
    }
}

fn index(number: PartNumber) -> usize {
    number.get() as usize - 1
}
