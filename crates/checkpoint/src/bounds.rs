use ossum_types::PartSize;
use ossum_types::limits::MAX_PARTS;

use crate::{Header, Record, RecordedPart, Way};

/// What a session can say next: the same for whoever writes it down and whoever reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bounds {
    parts: u64,
    part_size: PartSize,
    is_upload: bool,
}

impl Bounds {
    pub(crate) fn of(header: &Header) -> Self {
        Self {
            parts: parts(header.size, header.part_size),
            part_size: header.part_size,
            is_upload: matches!(header.transfer.way, Way::Upload { .. }),
        }
    }

    /// Refuses a layout that no transfer can have, with the reason.
    pub(crate) fn check_layout(&self) -> Result<(), &'static str> {
        if self.parts > u64::from(MAX_PARTS) {
            return Err("the layout has more than 10000 parts");
        }
        Ok(())
    }

    /// Refuses a record that is impossible here, with the reason.
    pub(crate) fn check(&self, record: &Record) -> Result<(), &'static str> {
        match record {
            Record::Part(RecordedPart { number, .. }) | Record::Bad(number)
                if u64::from(number.get()) > self.parts =>
            {
                Err("the layout has no such part")
            }
            Record::Source(_) if !self.is_upload => Err("its source is no file"),
            Record::Source(_) => self.after(record).check_layout(),
            _ => Ok(()),
        }
    }

    /// What can be said once `record` was.
    pub(crate) fn after(self, record: &Record) -> Self {
        match record {
            Record::Source(file) => Self {
                parts: parts(file.size, self.part_size),
                ..self
            },
            _ => self,
        }
    }
}

/// How many parts a layout has. No byte at all is one empty part.
fn parts(size: u64, part_size: PartSize) -> u64 {
    size.div_ceil(part_size.get()).max(1)
}
