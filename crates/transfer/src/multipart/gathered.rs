use std::collections::BTreeSet;
use std::sync::Arc;

use ossum_checkpoint::RecordedPart;
use ossum_plan::{KeptPart, Recorded};
use ossum_types::{Crc64, PartNumber};

use super::Session;
use crate::checkpoint::Checkpoint;
use crate::due::Due;
use crate::engine::{Account, Noted};
use crate::error::{Error, ErrorKind, Safe};
use crate::monitor::Restarted;

/// The parts of an upload that the service has, as far as they are known; each is written down.
#[derive(Debug)]
pub(crate) struct Gathered {
    parts: Vec<Option<KeptPart>>,
    /// Parts that the service has and that are still to be compared.
    unchecked: BTreeSet<PartNumber>,
    /// What an earlier run says that it sent.
    recorded: Arc<Recorded>,
    /// What of it the checkpoint still says.
    written: Arc<Recorded>,
    /// Whether the content has other bytes than an earlier run sent.
    changed: bool,
    /// Whether OSS has said of all parts that it has these bytes.
    confirmed: bool,
    checkpoint: Checkpoint,
    due: Due,
    /// Of parts that the checkpoint has only noted.
    unwritten_bytes: u64,
}

/// Parts of so many bytes may wait to be written down together: for small ones a write each costs as
/// much as what it is about. A process that is killed meanwhile forgets them; OSS lists them all the
/// same, with the CRC-64 that their bytes are known by. One whose CRC-64 nobody told is known by its
/// record alone, which does not wait.
const MOST_UNWRITTEN_BYTES: u64 = 1 << 20;

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

    fn note(&mut self, gained: Gained) -> Result<Option<Noted>, Error> {
        let Gained {
            kept,
            confirmed,
            reused,
        } = gained;
        let part = kept.part;
        self.changed |= self.is_other_than_recorded(&kept);
        if !self.is_written(&kept) {
            let record = RecordedPart {
                number: part.number,
                crc64: kept.crc64,
                etag: Some(kept.etag.clone()),
            };
            self.checkpoint.note_part(record)?;
            self.due.add(part.range.len());
            self.unwritten_bytes += part.range.len();
            if kept.crc64.is_none() || self.unwritten_bytes >= MOST_UNWRITTEN_BYTES {
                self.write()?;
            }
        }
        self.confirmed &= confirmed;
        self.unchecked.remove(&part.number);
        self.parts[index(part.number)] = Some(kept);
        Ok(Some(Noted { part, reused }))
    }

    fn commit(&mut self) -> Result<(), Error> {
        if self.due.take() {
            return self.checkpoint.sync();
        }
        self.write()
    }
}

impl Gathered {
    /// None yet of those that `session` has.
    pub(crate) fn new(session: &Session, checkpoint: Checkpoint) -> Self {
        Self {
            parts: session.layout.parts().map(|_| None).collect(),
            unchecked: BTreeSet::new(),
            recorded: Arc::clone(&session.recorded),
            written: Arc::clone(&session.written),
            changed: false,
            confirmed: true,
            checkpoint,
            due: Due::new(),
            unwritten_bytes: 0,
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

    /// That the content changed, if an earlier run is known to have sent other bytes.
    pub(crate) fn changed(&self) -> Option<Restarted> {
        self.changed.then_some(Restarted::SourceChanged)
    }

    /// Whether OSS has said of every part that it has the bytes that were sent.
    pub(crate) fn is_confirmed(&self) -> bool {
        self.confirmed
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
            let message = "a part is missing at the end of an upload";
            Error::new(ErrorKind::Internal, message)
        })
    }

    pub(crate) fn into_checkpoint(self) -> Checkpoint {
        self.checkpoint
    }

    fn write(&mut self) -> Result<(), Error> {
        self.unwritten_bytes = 0;
        self.checkpoint.write()
    }

    fn is_other_than_recorded(&self, kept: &KeptPart) -> bool {
        let recorded = self.recorded.get(&kept.part.number);
        let sent = recorded.and_then(|recorded| recorded.crc64);
        sent.zip(kept.crc64).is_some_and(|(sent, now)| sent != now)
    }

    fn is_written(&self, kept: &KeptPart) -> bool {
        let written = self.written.get(&kept.part.number);
        written.is_some_and(|written| {
            written.crc64 == kept.crc64 && written.etag.as_ref() == Some(&kept.etag)
        })
    }
}

fn index(number: PartNumber) -> usize {
    number.get() as usize - 1
}
