use md5::Md5;
use ossum_types::{Crc64, Crc64Hasher};
use sha2::{Digest, Sha256};

/// Which checksums are wanted beside the CRC-64.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Wanted {
    pub(super) md5: bool,
    pub(super) sha256: bool,
}

/// The checksums of some bytes; what is not wanted may be absent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Digests {
    pub(crate) size: u64,
    pub(crate) crc64: Crc64,
    pub(crate) md5: Option<[u8; 16]>,
    pub(crate) sha256: Option<[u8; 32]>,
}

/// Computes [`Digests`] of bytes as they come.
pub(super) struct Hasher {
    size: u64,
    crc64: Crc64Hasher,
    md5: Option<Md5>,
    sha256: Option<Sha256>,
}

impl Hasher {
    pub(super) fn new(wanted: Wanted) -> Self {
        Self {
            size: 0,
            crc64: Crc64Hasher::new(),
            md5: wanted.md5.then(Md5::new),
            sha256: wanted.sha256.then(Sha256::new),
        }
    }

    pub(super) fn update(&mut self, bytes: &[u8]) {
        self.size += bytes.len() as u64;
        self.crc64.update(bytes);
        if let Some(md5) = &mut self.md5 {
            md5.update(bytes);
        }
        if let Some(sha256) = &mut self.sha256 {
            sha256.update(bytes);
        }
    }

    pub(super) fn finish(self) -> Digests {
        Digests {
            size: self.size,
            crc64: self.crc64.finish(),
            md5: self.md5.map(|md5| md5.finalize().into()),
            sha256: self.sha256.map(|sha256| sha256.finalize().into()),
        }
    }
}
