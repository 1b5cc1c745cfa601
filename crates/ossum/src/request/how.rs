use std::num::NonZeroUsize;
use std::path::PathBuf;

use ossum_durable::Durability;
use ossum_transfer::{OnChange, Options, PartSizeWish};
use ossum_types::{Invalid, PartSize};

use crate::checkpoint::Checkpoint;
use crate::error::Error;
use crate::size::Size;

/// How a transfer is to be carried out, as it was said.
#[derive(Debug)]
pub(super) struct How {
    pub(super) part_size: Option<Size>,
    pub(super) concurrency: Option<usize>,
    pub(super) memory: Option<Size>,
    pub(super) checkpoint: Checkpoint,
    pub(super) durability: Durability,
    pub(super) on_change: OnChange,
}

impl Default for How {
    fn default() -> Self {
        Self {
            part_size: None,
            concurrency: None,
            memory: None,
            checkpoint: Checkpoint::default(),
            durability: Durability::Full,
            on_change: OnChange::Fail,
        }
    }
}

impl How {
    pub(super) fn options(self, state_directory: Option<PathBuf>) -> Result<Options, Error> {
        let usual = Options::default();
        Ok(Options {
            part_size: part_size(self.part_size.as_ref())?,
            concurrency: self.concurrency.map(concurrency).transpose()?,
            memory_bytes: match self.memory {
                Some(size) => size.bytes()?,
                None => usual.memory_bytes,
            },
            durability: self.durability,
            checkpoint: self.checkpoint.settings(state_directory, self.durability),
            on_change: self.on_change,
            ..usual
        })
    }
}

fn part_size(size: Option<&Size>) -> Result<PartSizeWish, Error> {
    match size {
        None => Ok(PartSizeWish::Auto),
        Some(size) if size.is_auto() => Ok(PartSizeWish::Auto),
        Some(size) => Ok(PartSizeWish::Asked(PartSize::new(size.bytes()?)?)),
    }
}

fn concurrency(requests: usize) -> Result<NonZeroUsize, Invalid> {
    NonZeroUsize::new(requests)
        .ok_or_else(|| Invalid::new("concurrency", "0", "at least one request moves something"))
}
