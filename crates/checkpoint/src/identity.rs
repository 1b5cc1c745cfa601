use ossum_durable::{FileId, Metadata};
use ossum_types::{Crc64, ETag, VersionId};

/// Which bytes an object holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectIdentity {
    /// The object's size in bytes.
    pub size: u64,
    /// Its ETag, if the server told it.
    pub etag: Option<ETag>,
    /// Its CRC-64, if the server told it.
    pub crc64: Option<Crc64>,
    /// Its version, if its bucket has versions.
    pub version_id: Option<VersionId>,
}

impl ObjectIdentity {
    /// Whether both may be the same bytes: an absent value matches any, a present one only itself.
    pub fn matches(&self, other: &Self) -> bool {
        self.size == other.size
            && may_be_equal(self.etag.as_ref(), other.etag.as_ref())
            && may_be_equal(self.crc64.as_ref(), other.crc64.as_ref())
            && may_be_equal(self.version_id.as_ref(), other.version_id.as_ref())
    }
}

fn may_be_equal<T: PartialEq>(one: Option<&T>, other: Option<&T>) -> bool {
    one.zip(other).is_none_or(|(one, other)| one == other)
}

/// Which bytes a file holds, as far as its file system can tell without reading them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileIdentity {
    /// Which file it is.
    pub id: FileId,
    /// Its size in bytes.
    pub size: u64,
    /// When its bytes last changed: nanoseconds since 1970. Anyone may set it.
    pub modified_ns: i128,
    /// When bytes or metadata last changed: nanoseconds since 1970. Nobody can set it.
    pub changed_ns: i128,
}

impl From<Metadata> for FileIdentity {
    fn from(found: Metadata) -> Self {
        Self {
            id: found.id,
            size: found.len_bytes,
            modified_ns: found.modified_ns,
            changed_ns: found.changed_ns,
        }
    }
}

/// Which bytes are moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SourceIdentity {
    /// Those of a local file: an upload.
    File(FileIdentity),
    /// Those of an object: a download or a copy.
    Object(ObjectIdentity),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(etag: Option<&str>, crc64: Option<u64>) -> ObjectIdentity {
        ObjectIdentity {
            size: 10,
            etag: etag.map(|etag| etag.parse().unwrap()),
            crc64: crc64.map(Crc64::new),
            version_id: None,
        }
    }

    #[test]
    fn an_absent_value_matches_any_and_a_present_one_only_itself() {
        let full = object(Some("A"), Some(1));
        assert!(full.matches(&object(None, Some(1))));
        assert!(object(Some("A"), None).matches(&full));
        assert!(!full.matches(&object(Some("B"), Some(1))));
        assert!(!full.matches(&object(Some("A"), Some(2))));
        assert!(!full.matches(&ObjectIdentity {
            size: 11,
            ..full.clone()
        }));
    }
}
