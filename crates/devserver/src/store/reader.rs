use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;

use bytes::Bytes;
use ossum_types::ByteRange;

use super::{Blob, Object, segments};

/// Bytes of an object on disk are read in runs of this length.
const READ_BYTES: u64 = 256 * 1024;

/// Reads a range of an object, however it is kept, while it may be replaced or deleted.
#[derive(Debug)]
pub(crate) struct ObjectReader {
    object: Arc<Object>,
    remaining: u64,
    /// The piece that comes next, and the offset in it.
    piece: usize,
    offset: u64,
    /// The piece's file, at that offset, once it is open.
    file: Option<File>,
}

impl ObjectReader {
    /// Reads `range` of `object`; `None` reads nothing.
    pub(crate) fn new(object: Arc<Object>, range: Option<ByteRange>) -> Self {
        let mut reader = Self {
            remaining: range.map_or(0, ByteRange::len),
            piece: 0,
            offset: range.map_or(0, ByteRange::start),
            file: None,
            object,
        };
        reader.skip_finished();
        reader
    }

    /// How many bytes are still to come.
    pub(crate) fn remaining(&self) -> u64 {
        self.remaining
    }

    /// The next bytes; `None` after the last.
    pub(crate) fn next_chunk(&mut self) -> Option<io::Result<Bytes>> {
        if self.remaining == 0 {
            return None;
        }
        Some(self.read().inspect(|chunk| {
            self.remaining -= chunk.len() as u64;
            self.offset += chunk.len() as u64;
            self.skip_finished();
        }))
    }

    fn read(&mut self) -> io::Result<Bytes> {
        let gone = || io::Error::other("an object is shorter than its record says");
        let piece = self.object.pieces.get(self.piece).ok_or_else(gone)?;
        let wanted = self.remaining.min(piece.len - self.offset);
        let chunk = match &*piece.blob {
            Blob::Memory(kept) => {
                let mut segment =
                    segments::from(kept, piece.start + self.offset).ok_or_else(gone)?;
                segment.truncate(usize::try_from(wanted).unwrap_or(usize::MAX));
                segment
            }
            Blob::File(blob) => {
                let file = match &mut self.file {
                    Some(file) => file,
                    None => self
                        .file
                        .insert(open_at(blob.path(), piece.start + self.offset)?),
                };
                let mut chunk = Vec::new();
                file.take(wanted.min(READ_BYTES)).read_to_end(&mut chunk)?;
                Bytes::from(chunk)
            }
        };
        if chunk.is_empty() {
            Err(gone())
        } else {
            Ok(chunk)
        }
    }

    /// Moves past the pieces that end at or before the offset.
    fn skip_finished(&mut self) {
        while let Some(piece) = self.object.pieces.get(self.piece)
            && self.offset >= piece.len
        {
            self.offset -= piece.len;
            self.piece += 1;
            self.file = None;
        }
    }
}

fn open_at(path: &std::path::Path, offset: u64) -> io::Result<File> {
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(offset))?;
    Ok(file)
}
