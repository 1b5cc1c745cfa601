use std::fmt;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;

use super::segments::Segments;

/// A run of bytes that were received together.
pub(crate) enum Blob {
    /// In memory, in segments that are full except the last.
    Memory(Vec<Bytes>),
    /// In a file of its own.
    File(FileBlob),
}

/// A blob on disk.
///
/// Its file goes when nobody reads it any more, unless a record may name it; if the process dies
/// first, the next one sweeps it up.
#[derive(Debug)]
pub(crate) struct FileBlob {
    path: PathBuf,
    len: u64,
    /// How many runs in records may name it: objects share what was copied.
    named: AtomicU64,
}

impl FileBlob {
    /// The blob of `len` bytes at `path`, which no record names.
    pub(super) fn unnamed(path: PathBuf, len: u64) -> Self {
        let named = AtomicU64::new(0);
        Self { path, len, named }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

impl Blob {
    /// How many bytes it has.
    pub(crate) fn len(&self) -> u64 {
        match self {
            Self::Memory(segments) => segments.iter().map(|one| one.len() as u64).sum(),
            Self::File(file) => file.len,
        }
    }

    /// Keeps the blob from now on: a record that names it once more is about to be written.
    ///
    /// Before and not after, for a write that failed may have happened all the same.
    pub(super) fn keep(&self) {
        if let Self::File(file) = self {
            file.named.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Gives up the blob in one of the records that name it.
    pub(super) fn condemn(&self) {
        if let Self::File(file) = self {
            file.named.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

/// Without the bytes.
impl fmt::Debug for Blob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Memory(segments) => write!(f, "Memory({} segments)", segments.len()),
            Self::File(file) => file.fmt(f),
        }
    }
}

impl Drop for FileBlob {
    fn drop(&mut self) {
        if self.named.load(Ordering::Relaxed) == 0 {
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
        Self::Memory(Segments::new(expected))
    }

    /// Keeps in a new file at `path`.
    pub(crate) fn in_file(path: PathBuf) -> io::Result<Self> {
        let file = File::create_new(&path)?;
        Ok(Self::File(NewFile {
            file,
            len: 0,
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
            Self::File(new) => {
                new.len += bytes.len() as u64;
                new.file.write_all(bytes)
            }
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

/// A blob's file while it is written.
#[derive(Debug)]
pub(crate) struct NewFile {
    file: File,
    len: u64,
    /// Its path until it is finished.
    unfinished: Option<PathBuf>,
}

impl NewFile {
    fn finish(mut self) -> io::Result<FileBlob> {
        self.file.sync_all()?;
        let path = self.unfinished.take();
        path.map(|path| FileBlob::unnamed(path, self.len))
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
