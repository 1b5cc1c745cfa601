//! The local file that is uploaded: what it is, its bytes, and whether it is still the same.

use std::collections::VecDeque;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use ossum_checkpoint::FileIdentity;
use ossum_client::{Chunks, PayloadSource};
use ossum_durable::{FileKind, Fs, FsFile};
use ossum_types::ByteRange;

use crate::error::{Error, ErrorKind, shown};
use crate::reading::read_range;

/// So much is read and handed to the network at a time.
const CHUNK_BYTES: usize = 256 * 1024;

/// A file opened for an upload.
#[derive(Debug)]
pub(crate) struct Source {
    path: PathBuf,
    file: Arc<dyn FsFile>,
    identity: FileIdentity,
}

impl Source {
    /// Opens a regular file; symbolic links to one are followed.
    pub(crate) fn open(fs: &dyn Fs, path: &Path) -> Result<Self, Error> {
        let file = fs.open_to_read(path).map_err(failed_to_open(path))?;
        let found = file.metadata().map_err(failed_to_open(path))?;
        if found.kind != FileKind::File {
            let message = format!("{} is {}, not a file", shown(path), found.kind);
            return Err(Error::new(ErrorKind::SourceNotAFile, message));
        }
        Ok(Self {
            path: path.to_owned(),
            file: Arc::from(file),
            identity: found.into(),
        })
    }

    /// Which bytes it had when it was opened, as far as that can be told without reading them.
    ///
    /// The time of the last change cannot be set by anyone, so an edit that restores size and time
    /// of modification still shows.
    pub(crate) fn identity(&self) -> FileIdentity {
        self.identity
    }

    /// Its size in bytes when it was opened.
    pub(crate) fn len(&self) -> u64 {
        self.identity.size
    }

    /// All of its bytes.
    pub(crate) fn read_whole(&self) -> Result<Bytes, Error> {
        let too_large = || {
            Error::new(
                ErrorKind::Internal,
                "a file too large for memory was read whole",
            )
        };
        let len = usize::try_from(self.len()).map_err(|_| too_large())?;
        let mut bytes = Vec::new();
        self.file
            .read_exactly(len, 0, &mut bytes)
            .map_err(|error| self.unreadable(error))?;
        Ok(bytes.into())
    }

    /// A range of its bytes, to be read as they are sent.
    pub(crate) fn part(&self, range: ByteRange) -> FilePart {
        FilePart {
            file: Arc::clone(&self.file),
            range,
        }
    }

    /// Hands a range of its bytes to `take`, chunk by chunk, and lets others go on in between.
    pub(crate) async fn read(
        &self,
        range: ByteRange,
        take: impl FnMut(&[u8]) + Send,
    ) -> Result<(), Error> {
        read_range(&*self.file, range, take)
            .await
            .map_err(|error| self.unreadable(error))
    }

    /// Finds that the bytes read since it was opened are those that the path still leads to.
    pub(crate) fn check_unchanged(&self, fs: &dyn Fs) -> Result<(), Error> {
        // If the path leads to the file that was opened, this is also what the open file says of
        // itself: its inode cannot be another's as long as it is open. One that is gone is told as
        // that.
        let named = fs
            .metadata_of_target(&self.path)
            .map_err(failed_to_open(&self.path))?;
        if FileIdentity::from(named) == self.identity {
            return self.check_end();
        }
        let message = format!("{} changed while it was uploaded", shown(&self.path));
        Err(Error::new(ErrorKind::SourceChanged, message))
    }

    /// Finds that the file has no bytes beyond its size: some file systems, `/proc` among them, tell
    /// none and have some.
    fn check_end(&self) -> Result<(), Error> {
        let beyond = self.file.read_at(&mut [0], self.len());
        if beyond.map_err(|error| self.unreadable(error))? == 0 {
            return Ok(());
        }
        let message = format!(
            "{} has more bytes than its file system says; copy it to a file first",
            shown(&self.path)
        );
        Err(Error::new(ErrorKind::SourceChanged, message))
    }

    /// What a failure to read means: a file that became shorter has changed.
    pub(crate) fn unreadable(&self, error: io::Error) -> Error {
        if error.kind() == io::ErrorKind::UnexpectedEof {
            let message = format!("{} became shorter while it was uploaded", shown(&self.path));
            return Error::new(ErrorKind::SourceChanged, message);
        }
        Error::new(ErrorKind::Disk, format!("read {}", shown(&self.path))).with_cause(error)
    }
}

fn failed_to_open(path: &Path) -> impl Fn(io::Error) -> Error {
    move |error| {
        let kind = match error.kind() {
            io::ErrorKind::NotFound => ErrorKind::SourceMissing,
            _ => ErrorKind::Disk,
        };
        Error::new(kind, format!("open {}", shown(path))).with_cause(error)
    }
}

/// A range of a file as the payload of a request.
#[derive(Debug)]
pub(crate) struct FilePart {
    file: Arc<dyn FsFile>,
    range: ByteRange,
}

impl FilePart {
    /// A range of a file that is known to have those bytes.
    pub(crate) fn new(file: Arc<dyn FsFile>, range: ByteRange) -> Self {
        Self { file, range }
    }
}

impl PayloadSource for FilePart {
    fn len(&self) -> u64 {
        self.range.len()
    }

    fn open(&self, offset: u64) -> io::Result<Chunks> {
        Ok(Box::new(FileChunks {
            file: Arc::clone(&self.file),
            remaining: self.range.skip(offset),
            handed_out: VecDeque::new(),
        }))
    }
}

/// Reads a range chunk by chunk, into buffers that the network has done with where there are any.
struct FileChunks {
    file: Arc<dyn FsFile>,
    remaining: Option<ByteRange>,
    handed_out: VecDeque<Bytes>,
}

/// So many chunks are remembered; the network holds one or two at a time.
const REMEMBERED_CHUNKS: usize = 3;

impl FileChunks {
    /// The oldest buffer if nobody else holds it any more, or a new one.
    fn buffer(&mut self) -> Vec<u8> {
        let oldest = match self.handed_out.len() {
            REMEMBERED_CHUNKS.. => self.handed_out.pop_front(),
            _ => None,
        };
        oldest
            .and_then(|chunk| chunk.try_into_mut().ok())
            .map_or_else(Vec::new, Vec::from)
    }

    fn read(&mut self, range: ByteRange) -> io::Result<Bytes> {
        let len = range.len().min(CHUNK_BYTES as u64);
        let mut buffer = self.buffer();
        let wanted = usize::try_from(len).unwrap_or(CHUNK_BYTES);
        self.file.read_exactly(wanted, range.start(), &mut buffer)?;
        let chunk = Bytes::from(buffer);
        self.remaining = range.skip(len);
        if self.remaining.is_some() {
            self.handed_out.push_back(chunk.clone());
        }
        Ok(chunk)
    }
}

impl Iterator for FileChunks {
    type Item = io::Result<Bytes>;

    fn next(&mut self) -> Option<io::Result<Bytes>> {
        let range = self.remaining?;
        Some(self.read(range).inspect_err(|_| self.remaining = None))
    }
}

#[cfg(test)]
mod tests {
    use ossum_durable::RealFs;

    use super::*;

    fn source_of(bytes: &[u8]) -> (tempfile::TempDir, Source) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("f");
        std::fs::write(&path, bytes).unwrap();
        let source = Source::open(&RealFs, &path).unwrap();
        (dir, source)
    }

    fn pattern(len: usize) -> Vec<u8> {
        (0..len)
            .map(|n| u8::try_from(n / 7 % 251).unwrap())
            .collect()
    }

    #[test]
    fn a_range_is_read_in_chunks_from_any_offset_and_again() {
        let bytes = pattern(1_300_000);
        let (_dir, source) = source_of(&bytes);
        let part = source.part(ByteRange::new(100, 1_200_000).unwrap());
        for offset in [0, 1, 900_000, 1_199_900] {
            let read: Vec<Bytes> = part.open(offset).unwrap().map(Result::unwrap).collect();
            let start = 100 + usize::try_from(offset).unwrap();
            assert_eq!(read.concat(), bytes[start..1_200_000]);
        }
    }

    #[test]
    fn chunks_that_are_kept_are_never_overwritten() {
        let bytes = pattern(4_000_000);
        let (_dir, source) = source_of(&bytes);
        let part = source.part(ByteRange::new(0, 4_000_000).unwrap());
        let kept: Vec<Bytes> = part.open(0).unwrap().map(Result::unwrap).collect();
        assert_eq!(kept.concat(), bytes);
    }

    /// Cases: 83.
    #[test]
    fn a_file_that_became_shorter_is_an_error_and_not_zeros() {
        let (dir, source) = source_of(&pattern(1000));
        std::fs::write(dir.path().join("f"), "short").unwrap();
        let part = source.part(ByteRange::new(0, 1000).unwrap());
        let error = part.open(0).unwrap().find_map(Result::err).unwrap();
        assert_eq!(source.unreadable(error).kind(), ErrorKind::SourceChanged);
    }

    /// Cases: 83.
    #[test]
    fn every_kind_of_change_shows() {
        let changes: [fn(&Path); 4] = [
            |path| std::fs::write(path, "other bytes").unwrap(),
            |path| std::fs::remove_file(path).unwrap(),
            |path| {
                std::fs::rename(path, path.with_extension("old")).unwrap();
                std::fs::write(path, "12345").unwrap();
            },
            |path| {
                // The same size and time of modification: only the time of change tells.
                let times = std::fs::FileTimes::new()
                    .set_modified(std::fs::metadata(path).unwrap().modified().unwrap());
                std::fs::write(path, "54321").unwrap();
                std::fs::File::options()
                    .write(true)
                    .open(path)
                    .unwrap()
                    .set_times(times)
                    .unwrap();
            },
        ];
        for change in changes {
            let (dir, source) = source_of(b"12345");
            source.check_unchanged(&RealFs).unwrap();
            change(&dir.path().join("f"));
            let error = source.check_unchanged(&RealFs).unwrap_err();
            let kinds = [ErrorKind::SourceChanged, ErrorKind::SourceMissing];
            assert!(kinds.contains(&error.kind()), "{error:?}");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_file_that_hides_its_size_is_never_taken_for_an_empty_one() {
        let source = Source::open(&RealFs, Path::new("/proc/self/status")).unwrap();
        assert_eq!(source.len(), 0);
        let error = source.check_unchanged(&RealFs).unwrap_err();
        assert!(error.to_string().contains("more bytes"), "{error}");
    }

    #[test]
    fn what_is_no_file_is_told_from_what_is_not_there() {
        let dir = tempfile::tempdir().unwrap();
        let kind = |path: &Path| Source::open(&RealFs, path).unwrap_err().kind();
        assert_eq!(kind(dir.path()), ErrorKind::SourceNotAFile);
        assert_eq!(kind(Path::new("/dev/null")), ErrorKind::SourceNotAFile);
        assert_eq!(kind(&dir.path().join("absent")), ErrorKind::SourceMissing);
    }
}
