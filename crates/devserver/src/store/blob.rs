use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;

/// Bytes in memory are kept in runs of this length.
///
/// Long enough to cost little, short enough that the last one of an object wastes little.
const SEGMENT_BYTES: usize = 1 << 20;

/// A run of bytes that were received together.
#[derive(Debug)]
pub(crate) enum Blob {
    /// In memory, in segments that are full except the last.
    Memory(Vec<Bytes>),
    /// In a file of its own.
    File(FileBlob),
}

/// A blob on disk.
///
/// Once condemned, its file goes when nobody reads it any more; if the process dies first, the
/// next one sweeps it up as a file that no record names.
#[derive(Debug)]
pub(crate) struct FileBlob {
    path: PathBuf,
    condemned: AtomicBool,
}

impl FileBlob {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self {
            path,
            condemned: AtomicBool::new(false),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Blob {
    /// Gives up the blob: no record names it any more.
    pub(crate) fn condemn(&self) {
        if let Self::File(file) = self {
            file.condemned.store(true, Ordering::Relaxed);
        }
    }

    /// The segment of a blob in memory that holds offset `at`, from there on.
    pub(crate) fn segment(segments: &[Bytes], at: u64) -> Option<Bytes> {
        let at = usize::try_from(at).ok()?;
        let segment = segments.get(at / SEGMENT_BYTES)?;
        let within = at % SEGMENT_BYTES;
        (within < segment.len()).then(|| segment.slice(within..))
    }
}

impl Drop for FileBlob {
    fn drop(&mut self) {
        if self.condemned.load(Ordering::Relaxed) {
            // If it stays, the next start sweeps it.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Takes in a blob's bytes; dropped before the end it leaves nothing.
#[derive(Debug)]
pub(crate) enum BlobWriter {
    Memory(Segments),
    File(NewFile),
}

impl BlobWriter {
    /// Keeps in memory what will be `expected` bytes, if that is known.
    pub(crate) fn in_memory(expected: Option<u64>) -> Self {
        Self::Memory(Segments {
            full: Vec::new(),
            current: Vec::new(),
            expected,
        })
    }

    /// Keeps in a new file at `path`.
    pub(crate) fn in_file(path: PathBuf) -> io::Result<Self> {
        let file = File::create_new(&path)?;
        Ok(Self::File(NewFile {
            file,
            unfinished: Some(path),
        }))
    }

    /// Appends `bytes`.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Memory(segments) => {
                segments.append(bytes);
                Ok(())
            }
            Self::File(new) => new.file.write_all(bytes),
        }
    }

    /// Ends the blob; on return its bytes are as durable as the store is.
    pub(crate) fn finish(self) -> io::Result<Blob> {
        match self {
            Self::Memory(segments) => Ok(Blob::Memory(segments.finish())),
            Self::File(new) => new.finish().map(Blob::File),
        }
    }
}

/// Bytes in memory as they come.
#[derive(Debug)]
pub(crate) struct Segments {
    full: Vec<Bytes>,
    current: Vec<u8>,
    /// How many bytes are still announced.
    expected: Option<u64>,
}

impl Segments {
    fn append(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            if self.current.capacity() == 0 {
                self.current.reserve_exact(self.next_len());
            }
            let room = SEGMENT_BYTES - self.current.len();
            let (now, later) = bytes.split_at(room.min(bytes.len()));
            self.current.extend_from_slice(now);
            self.expected = self
                .expected
                .map(|left| left.saturating_sub(now.len() as u64));
            if self.current.len() == SEGMENT_BYTES {
                self.full
                    .push(Bytes::from(std::mem::take(&mut self.current)));
            }
            bytes = later;
        }
    }

    /// The length of the next segment: what is announced, but never more than a whole one.
    fn next_len(&self) -> usize {
        let announced = self.expected.unwrap_or(u64::MAX);
        usize::try_from(announced).map_or(SEGMENT_BYTES, |len| len.min(SEGMENT_BYTES))
    }

    fn finish(mut self) -> Vec<Bytes> {
        if !self.current.is_empty() {
            self.current.shrink_to_fit();
            self.full.push(Bytes::from(self.current));
        }
        self.full
    }
}

/// A blob's file while it is written.
#[derive(Debug)]
pub(crate) struct NewFile {
    file: File,
    /// Its path until it is finished.
    unfinished: Option<PathBuf>,
}

impl NewFile {
    fn finish(mut self) -> io::Result<FileBlob> {
        self.file.sync_all()?;
        let path = self.unfinished.take();
        path.map(FileBlob::new)
            .ok_or_else(|| io::Error::other("a blob was finished twice"))
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        if let Some(path) = &self.unfinished {
            // If it stays, the next start sweeps it.
            let _ = fs::remove_file(path);
        }
    }
}
