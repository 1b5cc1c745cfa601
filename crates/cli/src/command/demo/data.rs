//! Files full of bytes that do not compress, and their SHA-256.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use sha2::{Digest, Sha256};

/// So many bytes are made or read at once.
const CHUNK_BYTES: usize = 1 << 20;

/// The same bytes every time, so that two demos can be compared.
const SEED: u64 = 0x6F73_7375_6D00_0001;

/// Makes a file of `size` bytes, until `stopped`.
pub(super) fn make(path: &Path, size: u64, stopped: &AtomicBool) -> io::Result<()> {
    let mut random = fastrand::Rng::with_seed(SEED);
    let mut file = File::create_new(path)?;
    let mut chunk = vec![0; CHUNK_BYTES];
    let mut left = size;
    while left > 0 && !stopped.load(Ordering::Relaxed) {
        random.fill(&mut chunk);
        let len = usize::try_from(left).map_or(CHUNK_BYTES, |left| left.min(CHUNK_BYTES));
        file.write_all(&chunk[..len])?;
        left -= len as u64;
    }
    Ok(())
}

/// The SHA-256 of a file, in hex.
pub(super) fn sha256(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut hasher = Sha256::new();
    let mut chunk = vec![0; CHUNK_BYTES];
    loop {
        match file.read(&mut chunk)? {
            0 => break,
            len => hasher.update(&chunk[..len]),
        }
    }
    Ok(hex::encode(hasher.finalize()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_the_asked_size_and_the_same_bytes_every_time() {
        let directory = tempfile::tempdir().unwrap();
        let make = |name: &str, size| {
            let path = directory.path().join(name);
            super::make(&path, size, &AtomicBool::new(false)).unwrap();
            path
        };
        let size = CHUNK_BYTES as u64 + 1;
        let (one, other) = (make("one", size), make("other", size));
        assert_eq!(one.metadata().unwrap().len(), size);
        assert_eq!(sha256(&one).unwrap(), sha256(&other).unwrap());
        assert_ne!(
            sha256(&one).unwrap(),
            sha256(&make("third", size - 1)).unwrap()
        );
    }

    #[test]
    fn sha256_is_that_of_the_standard() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "abc").unwrap();
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(sha256(file.path()).unwrap(), expected);
    }
}
