//! Checkpoints of every released format, kept for ever: what wrote them was right, so whatever
//! reads them differently is wrong.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use ossum_durable::FileId;
use ossum_types::{ByteRange, Crc64, PartNumber, PartSize};

use crate::replay::{Content, Replayed, replay};
use crate::session::SessionId;
use crate::text::{line_one, pointer_line, read_pointer, record_line};
use crate::{
    End, FileIdentity, Header, Holder, ObjectIdentity, Pointer, Record, RecordedPart, Remembered,
    SourceIdentity, Transfer, Way, sealed,
};

const UPLOAD: &str = include_str!("../tests/fixtures/format-1-upload.cp");
const UPLOAD_CHANGED: &str = include_str!("../tests/fixtures/format-1-upload-changed.cp");
const DOWNLOAD: &str = include_str!("../tests/fixtures/format-1-download.cp");
const COPY: &str = include_str!("../tests/fixtures/format-1-copy.cp");
const POINTER: &str = include_str!("../tests/fixtures/format-1-pointer.json");
const POINTER_END: &str = include_str!("../tests/fixtures/format-1-pointer-end.json");
const DOCUMENT: &str = include_str!("../../../docs/checkpoint-format.md");

/// Everything that a checkpoint says, in the order in which it says it.
struct Story {
    session: &'static str,
    header: Header,
    records: Vec<Record>,
}

impl Story {
    fn written(&self) -> String {
        let session = SessionId::parse(self.session).unwrap();
        let mut bytes = line_one(&self.header, session);
        for record in &self.records {
            bytes.extend(record_line(record, session));
        }
        String::from_utf8(bytes).unwrap()
    }

    fn read(&self, bytes: &str) -> Remembered {
        let replayed = self.replay(bytes);
        assert_eq!(replayed.good_bytes, bytes.len() as u64);
        replayed.remembered
    }

    fn replay(&self, bytes: &str) -> Replayed {
        let read = |buffer: &mut [u8], offset| {
            let rest = &bytes.as_bytes()[usize::try_from(offset).unwrap()..];
            let length = rest.len().min(buffer.len());
            buffer[..length].copy_from_slice(&rest[..length]);
            Ok(length)
        };
        match replay(&read, &self.header.transfer).unwrap() {
            Content::Own(replayed) => replayed,
            other => panic!("{other:?}"),
        }
    }
}

fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

fn number(number: u32) -> PartNumber {
    PartNumber::new(number).unwrap()
}

fn part(of: u32, crc64: Option<u64>, etag: Option<&str>) -> RecordedPart {
    RecordedPart {
        number: number(of),
        crc64: crc64.map(Crc64::new),
        etag: etag.map(|etag| etag.parse().unwrap()),
    }
}

fn holder(process: u32, since: u64) -> Holder {
    Holder {
        process,
        host: "build-7".to_owned(),
        since: at(since),
    }
}

fn file_id(inode: u64) -> FileId {
    FileId {
        device: 0xfd01,
        inode,
    }
}

fn upload() -> Story {
    let header = Header {
        transfer: Transfer {
            endpoint: "oss-cn-hangzhou.aliyuncs.com".to_owned(),
            way: Way::Upload {
                file: "/data/100% backup.tar".into(),
                object: "oss://logs/2026/备份.tar".parse().unwrap(),
            },
        },
        source: SourceIdentity::File(FileIdentity {
            id: file_id(1_180_424),
            size: 20_971_521,
            modified_ns: 1_795_651_200_123_456_789,
            changed_ns: 1_795_651_201_000_000_001,
        }),
        size: 20_971_521,
        part_size: PartSize::new(8 << 20).unwrap(),
        partial: None,
        headers: Some(Crc64::new(0x995d_c9bb_df19_39fa)),
        began: at(1_795_651_300),
    };
    let md5 = "5D41402ABC4B2A76B9719D911017C592";
    Story {
        session: "00112233445566778899aabbccddeeff",
        header,
        records: vec![
            Record::Holder(holder(4242, 1_795_651_300)),
            Record::UploadId("0004B9895DBBB6EC98E3B8A5C5B1D2F0".parse().unwrap()),
            Record::Part(part(1, Some(1), Some(md5))),
            Record::Part(part(3, Some(u64::MAX), Some(md5))),
            Record::Holder(holder(4300, 1_795_651_400)),
            Record::Bad(number(1)),
            Record::Part(part(2, Some(0x0123_4567_89ab_cdef), Some(md5))),
            Record::Completing(at(1_795_651_500)),
        ],
    }
}

fn larger_file() -> FileIdentity {
    FileIdentity {
        id: file_id(1_180_999),
        size: 41_943_041,
        modified_ns: 1_795_651_600_000_000_007,
        changed_ns: 1_795_651_600_000_000_008,
    }
}

fn upload_changed() -> Story {
    let md5 = "5D41402ABC4B2A76B9719D911017C592";
    Story {
        session: "0123456789abcdef0123456789abcdef",
        records: vec![
            Record::Holder(holder(4242, 1_795_651_300)),
            Record::UploadId("0004B9895DBBB6EC98E3B8A5C5B1D2F0".parse().unwrap()),
            Record::Part(part(1, Some(1), Some(md5))),
            Record::Part(part(3, Some(3), Some(md5))),
            Record::Completing(at(1_795_651_500)),
            Record::Holder(holder(4300, 1_795_651_700)),
            Record::Source(larger_file()),
            Record::Part(part(6, Some(6), Some(md5))),
        ],
        ..upload()
    }
}

fn download() -> Story {
    let path = OsString::from_vec(b"/data/a\"\xff.tar".to_vec());
    let header = Header {
        transfer: Transfer {
            endpoint: "localhost:9000".to_owned(),
            way: Way::Download {
                object: "oss://logs/a\u{1}%20b.tar".parse().unwrap(),
                version_id: Some("CAEQGhiBgID".parse().unwrap()),
                range: ByteRange::new(1024, 1024 + 2049),
                file: PathBuf::from(path),
            },
        },
        source: SourceIdentity::Object(ObjectIdentity {
            size: 1 << 45,
            etag: Some("5D41402ABC4B2A76B9719D911017C592-3".parse().unwrap()),
            crc64: Some(Crc64::new(7)),
            version_id: Some("CAEQGhiBgID".parse().unwrap()),
        }),
        size: 2049,
        part_size: PartSize::new(1024).unwrap(),
        partial: Some(file_id(u64::MAX)),
        headers: None,
        began: at(1_795_651_300),
    };
    Story {
        session: "ffeeddccbbaa99887766554433221100",
        header,
        records: vec![
            Record::Holder(holder(4242, 1_795_651_300)),
            Record::Part(part(2, Some(2), None)),
            Record::Part(part(1, Some(1), None)),
        ],
    }
}

fn copy() -> Story {
    let header = Header {
        transfer: Transfer {
            endpoint: "oss-cn-hangzhou-internal.aliyuncs.com".to_owned(),
            way: Way::Copy {
                source: "oss://logs/a.tar".parse().unwrap(),
                version_id: None,
                destination: "oss://archive/a.tar".parse().unwrap(),
            },
        },
        source: SourceIdentity::Object(ObjectIdentity {
            size: 10,
            etag: None,
            crc64: None,
            version_id: None,
        }),
        size: 10,
        part_size: PartSize::MAX,
        partial: None,
        headers: Some(Crc64::EMPTY),
        began: at(1_795_651_300),
    };
    Story {
        session: "0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f",
        header,
        records: vec![
            Record::Holder(holder(4242, 1_795_651_300)),
            Record::UploadId("0004B9895DBBB6EC".parse().unwrap()),
            Record::Part(part(1, None, Some("5D41402ABC4B2A76B9719D911017C592"))),
        ],
    }
}

fn pointer() -> Pointer {
    let header = upload().header;
    Pointer {
        transfer: header.transfer,
        checkpoint: Some("/data/100% backup.tar.cp".into()),
        partial: None,
        upload_id: Some("0004B9895DBBB6EC98E3B8A5C5B1D2F0".parse().unwrap()),
        size: header.size,
        part_size: Some(header.part_size),
        headers: header.headers,
        began: header.began,
        directory: Some("/data".into()),
        command: ["ossum", "cp", "100% backup.tar", "oss://logs/2026/备份.tar"]
            .map(str::to_owned)
            .to_vec(),
        end: None,
    }
}

/// The same once a run ended that could say why.
fn pointer_with_end() -> Pointer {
    Pointer {
        end: Some(End {
            time: at(1_795_651_900),
            kind: "unavailable".to_owned(),
            message: "upload part 4 of oss://logs/2026/备份.tar: OSS is unavailable".to_owned(),
            hint: Some("run the same command again to continue".to_owned()),
        }),
        ..pointer()
    }
}

#[test]
fn an_upload_of_format_1_is_read_and_written_as_ever() {
    let story = upload();
    assert_eq!(story.written(), UPLOAD);
    let [.., Record::Part(second), _] = &*story.records else {
        panic!("part 2 comes before the end");
    };
    let Record::Part(third) = &story.records[3] else {
        panic!("part 3 is the fourth record");
    };
    let expected = Remembered {
        header: story.header.clone(),
        upload_id: Some("0004B9895DBBB6EC98E3B8A5C5B1D2F0".parse().unwrap()),
        parts: BTreeMap::from([(number(2), second.clone()), (number(3), third.clone())]),
        completing: Some(at(1_795_651_500)),
        holder: Some(holder(4300, 1_795_651_400)),
    };
    assert_eq!(story.read(UPLOAD), expected);
}

#[test]
fn an_upload_of_format_1_whose_file_changed_is_read_and_written_as_ever() {
    let story = upload_changed();
    assert_eq!(story.written(), UPLOAD_CHANGED);
    let md5 = "5D41402ABC4B2A76B9719D911017C592";
    let expected = Remembered {
        header: Header {
            source: SourceIdentity::File(larger_file()),
            size: larger_file().size,
            ..story.header.clone()
        },
        upload_id: Some("0004B9895DBBB6EC98E3B8A5C5B1D2F0".parse().unwrap()),
        parts: [(number(6), part(6, Some(6), Some(md5)))].into(),
        completing: Some(at(1_795_651_500)),
        holder: Some(holder(4300, 1_795_651_700)),
    };
    assert_eq!(story.read(UPLOAD_CHANGED), expected);
}

#[test]
fn a_record_of_a_kind_that_came_later_is_passed_over() {
    let story = upload();
    let session = SessionId::parse(story.session).unwrap();
    let later = sealed::seal(r#"{"later":{"part":2}}"#, session.bytes());
    let later = String::from_utf8(later).unwrap();
    let last_line = UPLOAD.trim_end().rfind('\n').unwrap() + 1;
    let (before, last) = UPLOAD.split_at(last_line);
    let read = story.read(&format!("{before}{later}{last}"));
    assert_eq!(read, story.read(UPLOAD));
}

#[test]
fn a_source_that_is_impossible_ends_what_is_remembered() {
    let too_large = FileIdentity {
        size: (10_000 << 23) + 1,
        ..larger_file()
    };
    let smaller = FileIdentity {
        size: 8 << 20,
        ..larger_file()
    };
    for (mut story, impossible) in [
        (upload(), vec![Record::Source(too_large)]),
        (download(), vec![Record::Source(larger_file())]),
        (copy(), vec![Record::Source(larger_file())]),
        (upload_changed(), vec![Record::Bad(number(7))]),
    ] {
        let before = story.written();
        story.records.extend(impossible);
        story.records.push(Record::Bad(number(1)));
        let replayed = story.replay(&story.written());
        assert_eq!(replayed.good_bytes, before.len() as u64);
        assert_eq!(replayed.remembered, story.read(&before));
    }
    let mut story = upload_changed();
    story.records.push(Record::Source(smaller));
    assert_eq!(story.read(&story.written()).parts, BTreeMap::new());
    let before = story.written();
    story.records.push(Record::Part(part(2, Some(2), None)));
    assert_eq!(
        story.replay(&story.written()).good_bytes,
        before.len() as u64
    );
}

#[test]
fn a_download_of_format_1_is_read_and_written_as_ever() {
    let story = download();
    assert_eq!(story.written(), DOWNLOAD);
    let expected = Remembered {
        header: story.header.clone(),
        upload_id: None,
        parts: [part(1, Some(1), None), part(2, Some(2), None)]
            .map(|part| (part.number, part))
            .into(),
        completing: None,
        holder: Some(holder(4242, 1_795_651_300)),
    };
    assert_eq!(story.read(DOWNLOAD), expected);
}

#[test]
fn a_copy_of_format_1_is_read_and_written_as_ever() {
    let story = copy();
    assert_eq!(story.written(), COPY);
    let remembered = story.read(COPY);
    assert_eq!(remembered.header, story.header);
    assert_eq!(
        remembered.parts[&number(1)],
        part(1, None, Some("5d41402abc4b2a76b9719d911017c592"))
    );
}

#[test]
fn a_pointer_of_format_1_is_read_and_written_as_ever() {
    assert_eq!(
        String::from_utf8(pointer_line(&pointer())).unwrap(),
        POINTER
    );
    assert_eq!(read_pointer(POINTER.as_bytes()), Ok(pointer()));
}

#[test]
fn a_pointer_of_format_1_that_says_how_a_run_ended_is_read_and_written_as_ever() {
    assert_eq!(
        String::from_utf8(pointer_line(&pointer_with_end())).unwrap(),
        POINTER_END
    );
    assert_eq!(read_pointer(POINTER_END.as_bytes()), Ok(pointer_with_end()));
}

#[test]
fn what_is_whole_and_no_pointer_or_one_of_another_format_is_not_read_as_one() {
    let (members, _) = POINTER.rsplit_once(",\"c\":").unwrap();
    let sealed = |members: &str| sealed::seal(&format!("{members}}}"), b"");
    assert_eq!(sealed(members), POINTER.as_bytes());
    for (said, instead) in [
        (r#""ossum":"pointer""#, r#""ossum":"checkpoint""#),
        (r#""format":1"#, r#""format":2"#),
    ] {
        assert!(members.contains(said));
        let other = sealed(&members.replacen(said, instead, 1));
        assert!(read_pointer(&other).is_err(), "{instead}");
    }
}

#[test]
fn the_document_shows_exactly_what_is_written() {
    for example in [UPLOAD, UPLOAD_CHANGED, DOWNLOAD, COPY, POINTER, POINTER_END] {
        let block = format!("```json\n{example}```\n");
        assert!(DOCUMENT.contains(&block), "not in the document: {example}");
    }
}

#[test]
fn the_document_names_the_transfers_of_its_examples() {
    for transfer in [upload(), download(), copy()].map(|story| story.header.transfer) {
        let id = format!("`{}`", transfer.id());
        assert!(DOCUMENT.contains(&id), "not in the document: {id}");
    }
}

#[test]
fn a_device_and_a_time_before_1970_are_kept_to_the_last_digit() {
    let mut story = upload();
    story.header.source = SourceIdentity::File(FileIdentity {
        id: FileId {
            device: u64::MAX,
            inode: 0,
        },
        size: u64::MAX,
        modified_ns: i128::MIN,
        changed_ns: -1,
    });
    let read = story.read(&story.written());
    assert_eq!(read.header, story.header);
}
