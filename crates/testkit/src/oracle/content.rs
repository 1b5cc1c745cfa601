use std::fmt;
use std::io;
use std::path::Path;

use sha2::{Digest as _, Sha256};

/// Bytes, by how many they are and their SHA-256: as good as the bytes to compare, and fit to print.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Content {
    len: u64,
    sha256: [u8; 32],
}

impl Content {
    /// That of `bytes`.
    pub fn of(bytes: impl AsRef<[u8]>) -> Self {
        let bytes = bytes.as_ref();
        Self {
            len: bytes.len() as u64,
            sha256: Sha256::digest(bytes).into(),
        }
    }

    /// That of the file `path` leads to; `None` if nothing has that name.
    ///
    /// # Panics
    /// If it cannot be read.
    #[track_caller]
    pub fn of_file(path: impl AsRef<Path>) -> Option<Self> {
        let path = path.as_ref();
        match read(path) {
            Ok(content) => Some(content),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => panic!("read {}: {error}", path.display()),
        }
    }
}

fn read(path: &Path) -> io::Result<Content> {
    let mut hashing = Hashing(Sha256::new());
    let len = io::copy(&mut std::fs::File::open(path)?, &mut hashing)?;
    let sha256 = hashing.0.finalize().into();
    Ok(Content { len, sha256 })
}

struct Hashing(Sha256);

impl io::Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl fmt::Display for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes (SHA-256 ", self.len)?;
        for byte in &self.sha256[..4] {
            write!(f, "{byte:02x}")?;
        }
        f.write_str("..)")
    }
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Workspace;

    #[test]
    fn a_file_has_the_content_of_its_bytes_and_no_file_has_none() {
        let workspace = Workspace::new();
        let bytes = workspace.write_seeded("f", 1, 100_000);
        let path = workspace.path("f");
        assert_eq!(Content::of_file(path), Some(Content::of(&bytes)));
        assert_ne!(Content::of(&bytes), Content::of(&bytes[1..]));
        assert_eq!(Content::of_file(workspace.path("g")), None);
    }
}
