use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, ThreadId};

use bytes::Bytes;
use futures_util::TryStreamExt;
use ossum_client::{Arriving, Payload, PayloadStream};
use ossum_types::ByteRange;

use super::range_source::{RangeSource, SourceBytes, SourceError};
use crate::error::{Error, ErrorKind};
use crate::upload::sender::PartSource;

/// A source as each thread has it: connections belong to the thread that made them.
#[derive(Debug)]
pub(super) struct Sources {
    first: Arc<dyn RangeSource>,
    of_threads: Mutex<HashMap<ThreadId, Arc<dyn RangeSource>>>,
}

impl Sources {
    /// `first` is the calling thread's.
    pub(super) fn new(first: Arc<dyn RangeSource>) -> Self {
        let of_threads = HashMap::from([(thread::current().id(), Arc::clone(&first))]);
        Self {
            first,
            of_threads: Mutex::new(of_threads),
        }
    }

    /// That of this thread.
    fn here(&self) -> Arc<dyn RangeSource> {
        let of_threads = self.of_threads.lock();
        let mut of_threads = of_threads.unwrap_or_else(PoisonError::into_inner);
        let here = of_threads.entry(thread::current().id());
        Arc::clone(here.or_insert_with(|| self.first.for_worker()))
    }
}

impl PartSource for Arc<Sources> {
    fn payload(&self, range: ByteRange) -> Payload {
        Payload::Stream(Arc::new(RelayedPart {
            sources: Arc::clone(self),
            range,
        }))
    }

    async fn read(&self, range: ByteRange, take: impl FnMut(&[u8]) + Send) -> Result<(), Error> {
        let read = read(self.here().open(range), range, take).await;
        read.map_err(unreadable)
    }

    fn unreadable(&self, error: io::Error) -> Error {
        unreadable(error)
    }
}

/// Hands all bytes of `range` to `take`.
async fn read(
    bytes: SourceBytes,
    range: ByteRange,
    mut take: impl FnMut(&[u8]) + Send,
) -> io::Result<()> {
    let (mut bytes, mut arrived) = (bytes, 0);
    while let Some(chunk) = bytes.try_next().await? {
        arrived += chunk.len() as u64;
        take(&chunk);
    }
    if arrived == range.len() {
        return Ok(());
    }
    let message = format!("{arrived} bytes came of {}", range.len());
    Err(io::Error::new(io::ErrorKind::UnexpectedEof, message))
}

/// All bytes of `range` in memory.
pub(super) async fn read_whole(source: &dyn RangeSource, range: ByteRange) -> Result<Bytes, Error> {
    let mut whole = Vec::with_capacity(usize::try_from(range.len()).unwrap_or(0));
    let take = |chunk: &[u8]| whole.extend_from_slice(chunk);
    let read = read(source.open(range), range, take).await;
    read.map_err(unreadable)?;
    Ok(whole.into())
}

/// What a failure of the source means.
fn unreadable(error: io::Error) -> Error {
    match error.downcast::<SourceError>() {
        Ok(error) => error.into(),
        // It gave fewer bytes than it has, or more.
        Err(error) => {
            let message = "the source gave other bytes than it was asked for";
            Error::new(ErrorKind::ObjectChanged, message).with_cause(error)
        }
    }
}

/// A range of the source as the payload of a request.
struct RelayedPart {
    sources: Arc<Sources>,
    range: ByteRange,
}

impl PayloadStream for RelayedPart {
    fn len(&self) -> u64 {
        self.range.len()
    }

    fn open(&self) -> Arriving {
        self.sources.here().open(self.range)
    }
}
