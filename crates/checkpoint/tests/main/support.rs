//! Transfers, stores and records to try things with.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use ossum_checkpoint::{
    CheckpointPlace, FileIdentity, FileStore, Found, Header, Journal, ObjectIdentity, Record,
    RecordedPart, Remembered, SourceIdentity, Transfer, Way,
};
use ossum_durable::{Durability, FileId, RealFs};
use ossum_types::{Crc64, PartNumber, PartSize, UploadId};
use tempfile::TempDir;

/// A directory with a file `a.tar` that is about to be uploaded, and a state directory.
pub(crate) struct Desk {
    pub(crate) dir: TempDir,
}

impl Desk {
    pub(crate) fn new() -> Self {
        Self {
            dir: tempfile::tempdir().unwrap(),
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) fn state(&self) -> PathBuf {
        self.path("state")
    }

    pub(crate) fn upload(&self) -> Transfer {
        upload_of(&self.path("a.tar"))
    }

    /// Where the upload's checkpoint lies if nothing is in the way.
    pub(crate) fn first(&self) -> PathBuf {
        self.path("a.tar.cp")
    }

    /// Where it lies otherwise.
    pub(crate) fn second(&self) -> PathBuf {
        self.path(&format!("a.tar.{}.cp", self.upload().id().short()))
    }

    pub(crate) fn store(&self, place: CheckpointPlace) -> FileStore {
        FileStore::new(
            Arc::new(RealFs),
            place,
            Some(self.state()),
            Durability::Full,
        )
    }

    pub(crate) fn beside(&self) -> FileStore {
        self.store(CheckpointPlace::Beside)
    }

    /// Begins the upload, records some parts, and leaves it as a crash would.
    pub(crate) fn left_unfinished(&self) -> PathBuf {
        let mut journal = begun(&self.beside(), &self.upload());
        for record in some_records() {
            journal.append(&record).unwrap();
        }
        journal.location().unwrap().to_owned()
    }
}

/// Begins a session, and holds it.
pub(crate) fn begun(store: &FileStore, transfer: &Transfer) -> Journal {
    let (mut journal, _) = Journal::open(store, transfer).unwrap();
    journal.begin(&header(transfer.clone()), None).unwrap();
    journal
}

pub(crate) fn upload_of(file: &Path) -> Transfer {
    Transfer {
        endpoint: "localhost:9000".to_owned(),
        way: Way::Upload {
            file: file.to_owned(),
            object: "oss://bucket/a.tar".parse().unwrap(),
        },
    }
}

pub(crate) fn download_to(file: &Path) -> Transfer {
    Transfer {
        endpoint: "localhost:9000".to_owned(),
        way: Way::Download {
            object: "oss://bucket/a.tar".parse().unwrap(),
            version_id: None,
            range: None,
            file: file.to_owned(),
        },
    }
}

pub(crate) fn copy() -> Transfer {
    Transfer {
        endpoint: "localhost:9000".to_owned(),
        way: Way::Copy {
            source: "oss://bucket/a.tar".parse().unwrap(),
            version_id: None,
            destination: "oss://bucket/b.tar".parse().unwrap(),
        },
    }
}

/// A layout of 10,000 parts.
pub(crate) fn header(transfer: Transfer) -> Header {
    let id = FileId {
        device: 0xfd01,
        inode: 4711,
    };
    let source = match transfer.way {
        Way::Upload { .. } => SourceIdentity::File(FileIdentity {
            id,
            size: 10_000 << 20,
            modified_ns: 1_795_651_200_123_456_789,
            changed_ns: 1_795_651_201_000_000_001,
        }),
        _ => SourceIdentity::Object(ObjectIdentity {
            size: 10_000 << 20,
            etag: Some("5D41402ABC4B2A76B9719D911017C592-3".parse().unwrap()),
            crc64: Some(Crc64::of(b"a")),
            version_id: None,
        }),
    };
    Header {
        source,
        size: 10_000 << 20,
        part_size: PartSize::new(1 << 20).unwrap(),
        partial: matches!(transfer.way, Way::Download { .. }).then_some(id),
        headers: Some(Crc64::of(b"headers")),
        began: seconds(1_795_651_300),
        transfer,
    }
}

pub(crate) fn seconds(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

pub(crate) fn number(number: u32) -> PartNumber {
    PartNumber::new(number).unwrap()
}

/// The file of an upload, once it is another one.
pub(crate) fn changed_file(size: u64) -> FileIdentity {
    FileIdentity {
        id: FileId {
            device: 0xfd01,
            inode: 4712,
        },
        size,
        modified_ns: 1_795_651_300_000_000_001,
        changed_ns: 1_795_651_300_000_000_002,
    }
}

pub(crate) fn upload_id() -> UploadId {
    "0004B9895DBBB6EC98E3B8A5C5B1D2F0".parse().unwrap()
}

pub(crate) fn uploaded_part(of: u32) -> Record {
    Record::Part(RecordedPart {
        number: number(of),
        crc64: Some(Crc64::of(&of.to_le_bytes())),
        etag: Some("5D41402ABC4B2A76B9719D911017C592".parse().unwrap()),
    })
}

pub(crate) fn some_records() -> Vec<Record> {
    vec![
        Record::UploadId(upload_id()),
        uploaded_part(1),
        uploaded_part(3),
        Record::Bad(number(1)),
        uploaded_part(2),
        Record::Completing(seconds(1_795_651_400)),
    ]
}

pub(crate) fn session(found: Found) -> Remembered {
    match found {
        Found::Session(remembered) => *remembered,
        other => panic!("no session: {other:?}"),
    }
}
