//! Tells a function of the caller's how far a request is, from the caller's thread.

use std::io;
use std::sync::Arc;

use bytes::Bytes;
use ossum_client::{Chunks, Payload, PayloadSource};

use crate::abi::Progress;

/// How far one body is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Watch {
    progress: Progress,
    consumed: u64,
    total: u64,
}

impl Watch {
    pub(crate) fn new(progress: Progress, total: u64) -> Self {
        Self {
            progress,
            consumed: 0,
            total,
        }
    }

    /// So many more bytes have moved.
    pub(crate) fn moved(&mut self, bytes: usize) {
        self.consumed += bytes as u64;
        if let Some(progress) = self.progress {
            let number = |bytes| i64::try_from(bytes).unwrap_or(i64::MAX);
            // SAFETY: a function of the caller's, which takes any two numbers.
            unsafe { progress(number(self.consumed), number(self.total)) };
        }
    }
}

/// `payload`, with `progress` told of each piece that is taken to be sent.
pub(crate) fn watched(payload: Payload, progress: Progress) -> Payload {
    match progress {
        Some(_) => Payload::Source(Arc::new(Watched { payload, progress })),
        None => payload,
    }
}

struct Watched {
    payload: Payload,
    progress: Progress,
}

/// Bytes in memory go in pieces of this size, so that there is something to tell.
const PIECE_BYTES: usize = 256 << 10;

impl PayloadSource for Watched {
    fn len(&self) -> u64 {
        self.payload.len()
    }

    fn open(&self, offset: u64) -> io::Result<Chunks> {
        let chunks: Chunks = match &self.payload {
            Payload::Empty => Box::new(std::iter::empty()),
            Payload::Bytes(bytes) => pieces(bytes.clone(), offset),
            Payload::Source(source) => source.open(offset)?,
            // Nothing in C makes one.
            Payload::Stream(_) => return Err(io::ErrorKind::Unsupported.into()),
        };
        let mut watch = Watch::new(self.progress, self.len());
        watch.consumed = offset;
        Ok(Box::new(chunks.inspect(move |chunk| {
            if let Ok(chunk) = chunk {
                watch.moved(chunk.len());
            }
        })))
    }
}

fn pieces(mut bytes: Bytes, offset: u64) -> Chunks {
    let skipped = usize::try_from(offset).map_or(bytes.len(), |offset| offset.min(bytes.len()));
    drop(bytes.split_to(skipped));
    Box::new(std::iter::from_fn(move || {
        let piece = bytes.split_to(bytes.len().min(PIECE_BYTES));
        (!piece.is_empty()).then_some(Ok(piece))
    }))
}
