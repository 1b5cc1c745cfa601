//! A file, or a stretch of one, as what a request sends.

use std::fmt::Display;
use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use ossum_client::{Chunks, Payload, PayloadSource};

use crate::status::{AOSE_OPEN_FILE_ERROR, Failed, OPEN_FILE_ERROR};

/// The bytes of the file at `path`, as many as it has now: all of them, or those of `range`, as far
/// as there are. They are read as they are sent.
///
/// # Errors
/// If it cannot be opened, or is no file.
pub(crate) fn payload_of_file(path: &Path, range: Option<Range<u64>>) -> Result<Payload, Failed> {
    let unusable = |reason: &dyn Display| {
        let message = format!("{}: {reason}", path.display());
        Failed::new(AOSE_OPEN_FILE_ERROR, OPEN_FILE_ERROR, message)
    };
    // To open a pipe would wait for somebody who writes to it.
    if !path.metadata().map_err(|error| unusable(&error))?.is_file() {
        return Err(unusable(&"it is not a file"));
    }
    let file = File::open(path).map_err(|error| unusable(&error))?;
    let len = file.metadata().map_err(|error| unusable(&error))?.len();
    let range = range.unwrap_or(0..len);
    let start = range.start.min(len);
    Ok(Payload::Source(Arc::new(Stretch {
        file: Arc::new(file),
        range: start..range.end.clamp(start, len),
    })))
}

struct Stretch {
    file: Arc<File>,
    range: Range<u64>,
}

const CHUNK_BYTES: usize = 256 << 10;

impl PayloadSource for Stretch {
    fn len(&self) -> u64 {
        self.range.end - self.range.start
    }

    fn open(&self, offset: u64) -> io::Result<Chunks> {
        let file = Arc::clone(&self.file);
        let mut rest = self.range.start + offset..self.range.end;
        Ok(Box::new(std::iter::from_fn(move || {
            let wanted = usize::try_from(rest.end - rest.start).unwrap_or(usize::MAX);
            let chunk = read_at(&file, rest.start, wanted.min(CHUNK_BYTES));
            if let Ok(chunk) = &chunk {
                rest.start += chunk.len() as u64;
            }
            // A file that became shorter ends early, which fails the request.
            chunk
                .map(|chunk| (!chunk.is_empty()).then_some(chunk))
                .transpose()
        })))
    }
}

/// At most so many bytes; none at the end.
fn read_at(file: &File, offset: u64, bytes: usize) -> io::Result<Bytes> {
    let mut buffer = BytesMut::zeroed(bytes);
    loop {
        match file.read_at(&mut buffer, offset) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
            Ok(read) => {
                buffer.truncate(read);
                return Ok(buffer.freeze());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(payload: &Payload, offset: u64) -> Vec<u8> {
        let Payload::Source(source) = payload else {
            panic!("{payload:?}")
        };
        let chunks = source.open(offset).unwrap();
        chunks.flat_map(|chunk| chunk.unwrap()).collect()
    }

    #[test]
    fn a_stretch_ends_where_the_file_does() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let content: Vec<u8> = (0..=255).cycle().take(CHUNK_BYTES * 2 + 7).collect();
        std::fs::write(file.path(), &content).unwrap();
        let end = content.len() as u64;
        for (range, found) in [
            (None, &content[..]),
            (Some(5..300_000), &content[5..300_000]),
            (Some(5..end + 9), &content[5..]),
            (Some(end + 1..end + 9), &[][..]),
        ] {
            let payload = payload_of_file(file.path(), range.clone()).unwrap();
            assert_eq!(payload.len(), found.len() as u64, "{range:?}");
            assert!(bytes(&payload, 0) == found, "{range:?}");
        }
        let payload = payload_of_file(file.path(), Some(5..300_000)).unwrap();
        assert!(bytes(&payload, 7) == content[12..300_000]);
    }

    #[test]
    fn what_is_no_file_is_told_at_once() {
        let place = tempfile::tempdir().unwrap();
        let directory = payload_of_file(place.path(), None).unwrap_err();
        assert_eq!(directory.code, AOSE_OPEN_FILE_ERROR);
        let absent = payload_of_file(&place.path().join("x"), None).unwrap_err();
        assert_eq!(
            (absent.code, &*absent.error_code),
            (AOSE_OPEN_FILE_ERROR, "OpenFileFail")
        );
    }
}
