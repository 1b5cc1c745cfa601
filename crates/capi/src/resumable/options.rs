use std::ffi::OsStr;
use std::num::NonZeroUsize;
use std::os::unix::ffi::OsStrExt as _;
use std::path::PathBuf;
use std::sync::Arc;

use ossum_checkpoint::{CheckpointPlace, FileStore};
use ossum_durable::{Durability, RealFs};
use ossum_plan::PartSizeWish;
use ossum_transfer::{Checkpointing, Options};
use ossum_types::PartSize;

use crate::abi::ResumableParams;
use crate::status::Failed;

/// How a transfer is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wishes {
    /// In bytes; 0 or less is as it suits.
    part_size: i64,
    threads: NonZeroUsize,
    checkpoint: Option<CheckpointPlace>,
}

/// More are as many as one.
const MOST_THREADS: i32 = 1024;

/// OSS takes no smaller part but the last.
const SMALLEST_UPLOAD_PART_BYTES: u64 = 100 << 10;

impl Wishes {
    /// # Safety
    /// The path in `params`, if there is one, has its bytes.
    pub(super) unsafe fn read(params: Option<&ResumableParams>) -> Self {
        let Some(params) = params else {
            return Self::of_parts(0);
        };
        // SAFETY: as the caller says.
        let path = unsafe { params.checkpoint_path.bytes() };
        let place = match path {
            [] => CheckpointPlace::Beside,
            path => CheckpointPlace::File(PathBuf::from(OsStr::from_bytes(path))),
        };
        Self {
            part_size: params.part_size,
            threads: threads(params.thread_num),
            checkpoint: (params.enable_checkpoint != 0).then_some(place),
        }
    }

    /// Parts of so many bytes, one at a time, without a checkpoint.
    pub(super) fn of_parts(part_size: i64) -> Self {
        Self {
            part_size,
            threads: NonZeroUsize::MIN,
            checkpoint: None,
        }
    }

    /// Parts below what OSS takes are as small as it takes them.
    pub(super) fn for_upload(&self) -> Result<Options, Failed> {
        self.options(SMALLEST_UPLOAD_PART_BYTES)
    }

    pub(super) fn for_download(&self) -> Result<Options, Failed> {
        self.options(1)
    }

    fn options(&self, smallest: u64) -> Result<Options, Failed> {
        Ok(Options {
            part_size: match u64::try_from(self.part_size) {
                Ok(0) | Err(_) => PartSizeWish::Auto,
                Ok(asked) => part_size(asked.max(smallest))?,
            },
            concurrency: Some(self.threads),
            checkpoint: self.checkpoint.clone().map(|place| {
                let store = FileStore::new(Arc::new(RealFs), place, None, Durability::Full);
                Checkpointing::new(Arc::new(store))
            }),
            ..Options::default()
        })
    }
}

fn part_size(bytes: u64) -> Result<PartSizeWish, Failed> {
    let size = PartSize::new(bytes.min(PartSize::MAX.get()));
    size.map(PartSizeWish::Asked)
        .map_err(|invalid| Failed::invalid(invalid.to_string()))
}

fn threads(asked: i32) -> NonZeroUsize {
    let asked = if asked > MOST_THREADS { 1 } else { asked };
    usize::try_from(asked)
        .ok()
        .and_then(NonZeroUsize::new)
        .unwrap_or(NonZeroUsize::MIN)
}
