use std::collections::{HashMap, HashSet};

use ossum_types::{Crc64, UploadId};

use crate::error::Error;
use crate::ledger::{self, Became, Line};
use crate::manifest::{Piece, Row};
use crate::names;
use crate::place::Place;

/// What earlier attempts at a shard have done, as far as the ledger proves it.
#[derive(Debug, Default)]
pub(crate) struct History {
    done: HashMap<u64, Crc64>,
    begun: HashSet<UploadId>,
}

impl History {
    pub(crate) fn read(place: &Place, shard: u32, rows: &[Row]) -> Result<Self, Error> {
        let mut history = Self::default();
        ledger::read(place, &names::ledger(shard), |line| {
            match line {
                Ok(line) => history.take(line, rows),
                // It proves nothing, and what it was about is done once more.
                Err(bad) => tracing::warn!("{bad}"),
            }
            Ok(())
        })?;
        Ok(history)
    }

    fn take(&mut self, line: Line, rows: &[Row]) {
        let number = line.row.and_then(|row| usize::try_from(row).ok());
        let Some(row) = number.and_then(|number| rows.get(number)) else {
            return;
        };
        if !is_about(&line, row) {
            return;
        }
        match line.became {
            Became::Done { crc64, .. } => {
                self.done.insert(row.row, crc64);
            }
            Became::Begun(upload_id) => {
                self.begun.insert(upload_id);
            }
            Became::Failed(_) => {}
        }
    }

    /// The CRC-64 of a row that is done.
    pub(crate) fn done(&self, row: u64) -> Option<Crc64> {
        self.done.get(&row).copied()
    }

    /// Whether an attempt has begun this upload.
    pub(crate) fn has_begun(&self, upload_id: &UploadId) -> bool {
        self.begun.contains(upload_id)
    }
}

/// Whether a line is about the bytes that the row has now: a manifest may have been planned anew.
pub(crate) fn is_about(line: &Line, row: &Row) -> bool {
    let listed = &row.listed;
    let range = match &row.piece {
        Piece::Object => None,
        Piece::Range { range, .. } => Some((range.start(), range.len())),
    };
    let fits = |known: bool, same: bool| !known || same;
    line.key == listed.key
        && line.range == range
        && fits(listed.size.is_some(), line.size == listed.size)
        && fits(listed.etag.is_some(), line.source_etag == listed.etag)
}
