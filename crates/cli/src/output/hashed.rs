//! What `hash` has to say.

use ossum_types::ByteSize;
use serde::Serialize;

use super::Event;
use crate::command::Digests;

/// The checksums of a file or object; `null` where nothing had to be known of it.
#[derive(Debug, Serialize)]
pub(crate) struct Hashed {
    path: String,
    size: u64,
    crc64: Option<String>,
    md5: Option<String>,
    sha256: Option<String>,
}

impl Hashed {
    pub(crate) fn of(path: String, digests: &Digests) -> Self {
        Self {
            crc64: Some(digests.crc64.to_string()),
            md5: digests.md5.map(hex::encode),
            sha256: digests.sha256.map(hex::encode),
            ..Self::sized(path, digests.size)
        }
    }

    /// One whose size was enough to know.
    pub(crate) fn sized(path: String, size: u64) -> Self {
        Self {
            path,
            size,
            crc64: None,
            md5: None,
            sha256: None,
        }
    }
}

impl Event for Hashed {
    const NAME: &'static str = "hash";

    fn for_people(&self) -> Vec<String> {
        let sums = [
            ("crc64", &self.crc64),
            ("md5", &self.md5),
            ("sha256", &self.sha256),
        ];
        let known = sums
            .iter()
            .filter_map(|(name, sum)| Some((name, sum.as_ref()?)));
        known
            .map(|(name, sum)| format!("{name:<6}  {sum}  {}", self.path))
            .collect()
    }
}

/// How far one of them is read.
#[derive(Debug, Serialize)]
pub(crate) struct ReadProgress {
    pub(crate) path: String,
    pub(crate) bytes_total: Option<u64>,
    pub(crate) bytes_read: u64,
}

impl Event for ReadProgress {
    const NAME: &'static str = "progress";

    fn for_people(&self) -> Vec<String> {
        // People see a bar, or the lines of `progress.rs`.
        Vec::new()
    }
}

/// The end of hashing many.
#[derive(Debug, Default, Serialize)]
pub(crate) struct HashedTotal {
    pub(crate) hashed: u64,
    pub(crate) bytes: u64,
    pub(crate) failed: u64,
}

impl Event for HashedTotal {
    const NAME: &'static str = "total";

    fn for_people(&self) -> Vec<String> {
        let (hashed, size) = (self.hashed, ByteSize::new(self.bytes));
        vec![match self.failed {
            0 => format!("{hashed} hashed, {size}"),
            failed => format!("{hashed} hashed, {size}; {failed} failed"),
        }]
    }
}

/// Two of them, held against each other.
#[derive(Debug, Serialize)]
pub(crate) struct Compared {
    equal: bool,
    a: Hashed,
    b: Hashed,
}

impl Compared {
    pub(crate) fn new(a: Hashed, b: Hashed, equal: bool) -> Self {
        Self { equal, a, b }
    }

    pub(crate) fn names(&self) -> (&str, &str) {
        (&self.a.path, &self.b.path)
    }
}

impl Event for Compared {
    const NAME: &'static str = "compared";

    fn for_people(&self) -> Vec<String> {
        let size = ByteSize::new(self.a.size);
        let crc64 = self.a.crc64.as_deref().unwrap_or("unknown");
        let verdict = if self.equal { "equal" } else { "different" };
        vec![format!(
            "{verdict}: {} and {}, {size}, CRC-64 {crc64}",
            self.a.path, self.b.path
        )]
    }
}
