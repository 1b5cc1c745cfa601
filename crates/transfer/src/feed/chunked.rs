use std::io;
use std::sync::Arc;

use bytes::{Buf, Bytes};
use ossum_client::{Chunks, PayloadSource};
use ossum_durable::FsFile;
use ossum_types::ByteRange;

use super::room::Places;
use crate::source::FilePart;

/// A part in memory. Its places are free again when it is dropped.
#[derive(Debug)]
pub(super) struct MemoryPart {
    chunks: Vec<Bytes>,
    places: Arc<Places>,
}

impl MemoryPart {
    pub(super) fn new(chunks: Vec<Bytes>, places: Arc<Places>) -> Self {
        Self { chunks, places }
    }
}

impl Drop for MemoryPart {
    fn drop(&mut self) {
        self.places.give_back(std::mem::take(&mut self.chunks));
    }
}

impl PayloadSource for MemoryPart {
    fn len(&self) -> u64 {
        self.chunks.iter().map(|chunk| chunk.len() as u64).sum()
    }

    fn open(&self, offset: u64) -> io::Result<Chunks> {
        let mut skip = offset;
        let chunks: Vec<Bytes> = self.chunks.clone();
        Ok(Box::new(chunks.into_iter().filter_map(move |mut chunk| {
            let cut = skip.min(chunk.len() as u64);
            skip -= cut;
            chunk.advance(usize::try_from(cut).unwrap_or(usize::MAX));
            (!chunk.is_empty()).then_some(Ok(chunk))
        })))
    }
}

/// A part on a disk. Its place is free again when it is dropped.
#[derive(Debug)]
pub(super) struct SpooledPart {
    part: FilePart,
    places: Arc<Places>,
}

impl SpooledPart {
    /// Of the first `range.len()` bytes of `file`.
    pub(super) fn new(file: Box<dyn FsFile>, range: ByteRange, places: Arc<Places>) -> Self {
        Self {
            part: FilePart::new(Arc::from(file), range),
            places,
        }
    }
}

impl Drop for SpooledPart {
    fn drop(&mut self) {
        self.places.give_back([Bytes::new()]);
    }
}

impl PayloadSource for SpooledPart {
    fn len(&self) -> u64 {
        self.part.len()
    }

    fn open(&self, offset: u64) -> io::Result<Chunks> {
        self.part.open(offset)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_in_memory_is_read_from_any_offset_and_again() {
        let places = Arc::new(Places::new(0));
        let chunks = vec![Bytes::from("abc"), Bytes::from("de"), Bytes::from("f")];
        let part = MemoryPart::new(chunks, Arc::clone(&places));
        for offset in 0..=6 {
            let read: Vec<Bytes> = part.open(offset).unwrap().map(Result::unwrap).collect();
            assert_eq!(read.concat(), b"abcdef"[usize::try_from(offset).unwrap()..]);
        }
        assert_eq!(part.len(), 6);
        drop(part);
        assert!(places.take().is_some(), "its places are free");
    }
}
