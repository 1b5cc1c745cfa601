//! What the ledger of a shard says of its rows, all attempts together.

use std::collections::HashMap;

use ossum_types::{Crc64, ETag};

use crate::error::Error;
use crate::history::is_about;
use crate::ledger::{Became, Cause, Line, read};
use crate::manifest::Row;
use crate::names;
use crate::place::Place;

/// What became of each row.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    proofs: HashMap<u64, Vec<Proof>>,
    failures: HashMap<u64, Cause>,
    /// Lines that could not be read.
    pub(crate) damaged: u64,
}

/// That OSS has said that it has the bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Proof {
    /// The size that the source had.
    pub(crate) size: Option<u64>,
    /// The object's ETag at the destination.
    pub(crate) etag: Option<ETag>,
    pub(crate) crc64: Crc64,
}

impl Tally {
    /// Reads the ledger of a shard that has these rows; `look` sees each line as well.
    pub(crate) fn of_shard(
        place: &Place,
        shard: u32,
        rows: &[Row],
        mut look: impl FnMut(&Line),
    ) -> Result<Self, Error> {
        let mut tally = Self::default();
        read(place, &names::ledger(shard), |line| {
            match line {
                Ok(line) => {
                    look(&line);
                    tally.add(line, rows);
                }
                Err(bad) => {
                    tracing::warn!("{bad}");
                    tally.damaged += 1;
                }
            }
            Ok(())
        })?;
        Ok(tally)
    }

    fn add(&mut self, line: Line, rows: &[Row]) {
        let number = line.row.and_then(|row| usize::try_from(row).ok());
        let Some(row) = number.and_then(|number| rows.get(number)) else {
            return;
        };
        if let Some(proof) = Proof::of(&line) {
            let proofs = self.proofs.entry(row.row).or_default();
            // Two attempts at once have mostly the same to say.
            if is_about(&line, row) && !proofs.contains(&proof) {
                proofs.push(proof);
            }
        } else if let Became::Failed(cause) = line.became {
            self.failures.insert(row.row, cause);
        }
    }

    /// What proves that a row is done: more than one where several attempts have made it.
    pub(crate) fn proofs(&self, row: &Row) -> &[Proof] {
        self.proofs.get(&row.row).map_or(&[], Vec::as_slice)
    }

    /// Why a row failed last, if it ever did.
    pub(crate) fn failure(&self, row: &Row) -> Option<&Cause> {
        self.failures.get(&row.row)
    }
}

impl Proof {
    /// What a line proves, if it does.
    pub(crate) fn of(line: &Line) -> Option<Self> {
        match &line.became {
            Became::Done {
                destination_etag,
                crc64,
            } => Some(Self {
                size: line.size,
                etag: destination_etag.clone(),
                crc64: *crc64,
            }),
            Became::Failed(_) | Became::Begun(_) => None,
        }
    }
}
