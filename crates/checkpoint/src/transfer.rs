use std::fmt;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use ossum_types::{ByteRange, Crc64Hasher, ObjectUrl, VersionId};

/// Which transfer this is: it names the checkpoint and finds it again.
///
/// Says nothing about the bytes, which may differ the next time; that is what
/// [`SourceIdentity`](crate::SourceIdentity) is for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Transfer {
    /// The host that serves the bucket, `host` or `host:port`, in lower case.
    pub endpoint: String,
    /// From where to where.
    pub way: Way,
}

/// From where to where bytes move.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Way {
    /// A file becomes an object.
    Upload {
        /// The file's absolute path.
        file: PathBuf,
        /// What the object will be called.
        object: ObjectUrl,
    },
    /// An object, or a range of it, becomes a file.
    Download {
        /// The object.
        object: ObjectUrl,
        /// One version of it, if one was asked for.
        version_id: Option<VersionId>,
        /// Some of its bytes, if not all were asked for.
        range: Option<ByteRange>,
        /// The file's absolute path.
        file: PathBuf,
    },
    /// An object becomes another one, without passing through here.
    Copy {
        /// The object that is copied.
        source: ObjectUrl,
        /// One version of it, if one was asked for.
        version_id: Option<VersionId>,
        /// What the copy will be called.
        destination: ObjectUrl,
    },
}

impl Transfer {
    /// The number that stands for this transfer in file names.
    ///
    /// The same in every process and version. Two transfers can share one, so whoever finds
    /// something by it compares the whole transfer.
    pub fn id(&self) -> TransferId {
        let mut encoding = Encoding::new();
        encoding.text(&self.endpoint);
        match &self.way {
            Way::Upload { file, object } => {
                encoding.text("upload");
                encoding.bytes(file.as_os_str().as_bytes());
                encoding.object(object);
            }
            Way::Download {
                object,
                version_id,
                range,
                file,
            } => {
                encoding.text("download");
                encoding.object(object);
                encoding.optional(version_id.as_ref());
                encoding.optional(range.as_ref());
                encoding.bytes(file.as_os_str().as_bytes());
            }
            Way::Copy {
                source,
                version_id,
                destination,
            } => {
                encoding.text("copy");
                encoding.object(source);
                encoding.optional(version_id.as_ref());
                encoding.object(destination);
            }
        }
        TransferId(encoding.0.finish().get())
    }

    /// The local file it reads or writes; `None` for a copy.
    pub fn local_file(&self) -> Option<&Path> {
        match &self.way {
            Way::Upload { file, .. } | Way::Download { file, .. } => Some(file),
            Way::Copy { .. } => None,
        }
    }
}

/// Feeds fields to a hash so that no two lists of fields look alike: each follows its length.
struct Encoding(Crc64Hasher);

impl Encoding {
    fn new() -> Self {
        Self(Crc64Hasher::new())
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.0.update(&(bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
    }

    fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    fn object(&mut self, object: &ObjectUrl) {
        self.text(object.bucket.as_str());
        self.text(object.key.as_str());
    }

    /// Nothing that has a text has an empty one, so an empty field says that there is none.
    fn optional(&mut self, value: Option<&impl fmt::Display>) {
        self.text(&value.map(ToString::to_string).unwrap_or_default());
    }
}

/// Stands for a [`Transfer`] in file names; printed as 16 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TransferId(u64);

impl TransferId {
    /// Its first 8 hexadecimal digits, for names that people read.
    pub fn short(self) -> String {
        format!("{:08x}", self.0 >> 32)
    }
}

impl fmt::Display for TransferId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn upload(file: &str, object: &str) -> Transfer {
        Transfer {
            endpoint: "oss-cn-hangzhou.aliyuncs.com".to_owned(),
            way: Way::Upload {
                file: file.into(),
                object: object.parse().unwrap(),
            },
        }
    }

    fn download(version_id: Option<&str>, range: Option<&str>) -> Transfer {
        Transfer {
            endpoint: "oss-cn-hangzhou.aliyuncs.com".to_owned(),
            way: Way::Download {
                object: "oss://logs/a.tar".parse().unwrap(),
                version_id: version_id.map(|id| id.parse().unwrap()),
                range: range.map(|range| range.parse().unwrap()),
                file: "/data/a.tar".into(),
            },
        }
    }

    #[test]
    fn the_id_of_a_released_version_is_the_id_for_ever() {
        let transfer = upload("/data/a.tar", "oss://logs/a.tar");
        assert_eq!(transfer.id().to_string(), "8c7586acb8d2a0a1");
        assert_eq!(transfer.id().short(), "8c7586ac");
    }

    #[test]
    fn every_field_makes_another_transfer() {
        let elsewhere = Transfer {
            endpoint: "localhost:9000".to_owned(),
            ..download(None, None)
        };
        let ids = [
            upload("/data/a.tar", "oss://logs/a.tar").id(),
            upload("/data/a.ta", "oss://logs/ra.tar").id(),
            download(None, None).id(),
            download(Some("0-9"), None).id(),
            download(None, Some("0-9")).id(),
            elsewhere.id(),
        ];
        let different: std::collections::BTreeSet<_> = ids.iter().collect();
        assert_eq!(different.len(), ids.len());
    }
}
