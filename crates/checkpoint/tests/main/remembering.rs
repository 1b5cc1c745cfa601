//! What is written comes back.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;

use ossum_checkpoint::{
    Error, FileIdentity, Found, Header, Journal, MemoryStore, ObjectIdentity, Record, RecordedPart,
    SourceIdentity, Transfer, Way,
};
use ossum_durable::FileId;
use ossum_types::{ByteRange, Crc64, ETag, ObjectUrl, PartNumber, PartSize, VersionId};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;

use crate::support::{
    Desk, begun, changed_file, copy, download_to, header, number, seconds, session, some_records,
    upload_id, uploaded_part,
};

prop_compose! {
    fn object()(key in "[^/\\\\\u{0}]\\PC{0,40}|\u{1}\"\\\\\u{7f}\u{2028}%00{1,300}") -> ObjectUrl {
        format!("oss://bucket/{key}").parse().unwrap()
    }
}

prop_compose! {
    fn path()(bytes in vec(any::<u8>(), 0..200)) -> PathBuf {
        PathBuf::from(OsString::from_vec([b"/", &*bytes].concat()))
    }
}

fn id() -> impl Strategy<Value = String> {
    "[!-~]{1,64}"
}

fn version() -> impl Strategy<Value = Option<VersionId>> {
    of(id().prop_map(|text| text.parse().unwrap()))
}

fn etag() -> impl Strategy<Value = Option<ETag>> {
    of("[!#-~]{1,64}".prop_map(|text| text.parse().unwrap()))
}

fn crc64() -> impl Strategy<Value = Option<Crc64>> {
    of(any::<u64>().prop_map(Crc64::new))
}

fn range() -> impl Strategy<Value = Option<ByteRange>> {
    (any::<u64>(), any::<u64>()).prop_map(|(start, end)| ByteRange::new(start, end))
}

fn way() -> impl Strategy<Value = Way> {
    prop_oneof![
        (path(), object()).prop_map(|(file, object)| Way::Upload { file, object }),
        (object(), version(), range(), path()).prop_map(|(object, version_id, range, file)| {
            Way::Download {
                object,
                version_id,
                range,
                file,
            }
        }),
        (object(), version(), object()).prop_map(|(source, version_id, destination)| {
            Way::Copy {
                source,
                version_id,
                destination,
            }
        }),
    ]
}

fn file_id() -> impl Strategy<Value = FileId> {
    (any::<u64>(), any::<u64>()).prop_map(|(device, inode)| FileId { device, inode })
}

fn source() -> impl Strategy<Value = SourceIdentity> {
    prop_oneof![
        (file_id(), any::<u64>(), any::<i128>(), any::<i128>()).prop_map(
            |(id, size, modified_ns, changed_ns)| SourceIdentity::File(FileIdentity {
                id,
                size,
                modified_ns,
                changed_ns,
            })
        ),
        (any::<u64>(), etag(), crc64(), version()).prop_map(|(size, etag, crc64, version_id)| {
            SourceIdentity::Object(ObjectIdentity {
                size,
                etag,
                crc64,
                version_id,
            })
        }),
    ]
}

prop_compose! {
    fn any_header()(
        endpoint in "[a-z0-9.:-]{1,80}",
        way in way(),
        source in source(),
        part_size in 1..=5_u64 << 30,
        parts in 0..=10_000_u64,
        partial in of(file_id()),
        headers in crc64(),
        began in 0..u64::from(u32::MAX),
    ) -> Header {
        Header {
            transfer: Transfer { endpoint, way },
            source,
            size: parts * part_size,
            part_size: PartSize::new(part_size).unwrap(),
            partial,
            headers,
            began: seconds(began),
        }
    }
}

fn record(parts: u32) -> impl Strategy<Value = Record> {
    let number = || (1..=parts).prop_map(|of| PartNumber::new(of).unwrap());
    prop_oneof![
        id().prop_map(|id| Record::UploadId(id.parse().unwrap())),
        (number(), crc64(), etag()).prop_map(|(number, crc64, etag)| Record::Part(RecordedPart {
            number,
            crc64,
            etag
        })),
        number().prop_map(Record::Bad),
        (u64::from(parts)..=10_000).prop_map(|parts| Record::Source(changed_file(parts << 20))),
        (0..u64::from(u32::MAX)).prop_map(|time| Record::Completing(seconds(time))),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_began_is_found_again(header in any_header(), id in of(id())) {
        let id = id.map(|id| id.parse().unwrap());
        let store = MemoryStore::new();
        let (mut journal, found) = Journal::open(&store, &header.transfer).unwrap();
        prop_assert_eq!(found, Found::Nothing);
        journal.begin(&header, id.as_ref()).unwrap();
        drop(journal);
        let remembered = session(Journal::open(&store, &header.transfer).unwrap().1);
        prop_assert_eq!(remembered.header, header);
        prop_assert_eq!(remembered.upload_id, id);
    }

    #[test]
    fn whatever_was_recorded_is_remembered(records in vec(record(20), 0..60)) {
        let desk = Desk::new();
        let store = MemoryStore::new();
        let (mut journal, _) = Journal::open(&store, &desk.upload()).unwrap();
        journal.begin(&header(desk.upload()), None).unwrap();
        let mut parts = std::collections::BTreeMap::new();
        let (mut upload_id, mut completing) = (None, None);
        let mut source = header(desk.upload()).source;
        for record in records {
            journal.append(&record).unwrap();
            match record {
                Record::UploadId(id) => upload_id = Some(id),
                Record::Part(part) => { parts.insert(part.number, part); }
                Record::Bad(number) => { parts.remove(&number); }
                Record::Completing(time) => completing = Some(time),
                Record::Source(file) => {
                    source = SourceIdentity::File(file);
                    parts.clear();
                }
                Record::Holder(_) => unreachable!("none is made"),
            }
        }
        drop(journal);
        let remembered = session(Journal::open(&store, &desk.upload()).unwrap().1);
        prop_assert_eq!(remembered.header.source, source);
        prop_assert_eq!(remembered.parts, parts);
        prop_assert_eq!(remembered.upload_id, upload_id);
        prop_assert_eq!(remembered.completing, completing);
    }
}

#[test]
fn a_session_goes_on_where_it_was_left() {
    let desk = Desk::new();
    desk.left_unfinished();
    let (mut journal, found) = Journal::open(&desk.beside(), &desk.upload()).unwrap();
    let before = session(found);
    assert_eq!(before.parts.len(), 2);
    journal.resume().unwrap();
    journal.append(&uploaded_part(9)).unwrap();
    journal.sync().unwrap();
    drop(journal);
    let after = session(Journal::open(&desk.beside(), &desk.upload()).unwrap().1);
    assert_eq!(after.header, before.header);
    assert_eq!(
        after.parts.keys().map(|n| n.get()).collect::<Vec<_>>(),
        [2, 3, 9]
    );
    assert_eq!(after.completing, before.completing);
}

#[test]
fn an_upload_whose_file_changed_goes_on_with_its_id_and_without_its_parts() {
    let desk = Desk::new();
    let mut small = header(desk.upload());
    small.size = 3 << 20;
    let (mut journal, _) = Journal::open(&desk.beside(), &desk.upload()).unwrap();
    journal.begin(&small, Some(&upload_id())).unwrap();
    journal.append(&uploaded_part(3)).unwrap();
    journal.append(&Record::Completing(seconds(7))).unwrap();
    let grown = changed_file(9 << 20);
    journal.append(&Record::Source(grown)).unwrap();
    journal.append(&uploaded_part(9)).unwrap();
    drop(journal);

    let (mut journal, found) = Journal::open(&desk.beside(), &desk.upload()).unwrap();
    let remembered = session(found);
    let expected = Header {
        source: SourceIdentity::File(grown),
        size: grown.size,
        ..small
    };
    assert_eq!(remembered.header, expected);
    assert_eq!(remembered.upload_id, Some(upload_id()));
    assert_eq!(remembered.completing, Some(seconds(7)));
    assert!(remembered.parts.keys().eq([&number(9)]));
    // Whoever resumes has the bounds of the file as it is now.
    journal.resume().unwrap();
    journal.append(&uploaded_part(8)).unwrap();
    journal.append(&uploaded_part(10)).unwrap_err();
}

#[test]
fn another_file_that_cannot_be_is_not_written_down() {
    let desk = Desk::new();
    let refused = |outcome: Result<(), Error>| {
        assert!(matches!(outcome, Err(Error::Refused { .. })), "{outcome:?}");
    };
    let same = Record::Source(changed_file(10_000 << 20));
    for transfer in [copy(), download_to(&desk.path("b.tar"))] {
        let mut journal = begun(&desk.beside(), &transfer);
        refused(journal.append(&same));
    }
    let mut journal = begun(&desk.beside(), &desk.upload());
    refused(journal.append(&Record::Source(changed_file((10_000 << 20) + 1))));
    journal.append(&uploaded_part(10_000)).unwrap();
    journal.append(&same).unwrap();
    journal
        .append(&Record::Source(changed_file(1 << 20)))
        .unwrap();
    let before = std::fs::read(desk.first()).unwrap();
    refused(journal.append(&uploaded_part(2)));
    assert_eq!(std::fs::read(desk.first()).unwrap(), before);
}

#[test]
fn a_new_session_remembers_nothing_of_the_old_one() {
    let desk = Desk::new();
    desk.left_unfinished();
    drop(begun(&desk.beside(), &desk.upload()));
    let remembered = session(Journal::open(&desk.beside(), &desk.upload()).unwrap().1);
    assert!(remembered.parts.is_empty());
    assert_eq!((remembered.upload_id, remembered.completing), (None, None));
}

#[test]
fn a_new_session_in_memory_remembers_nothing_of_the_old_one_either() {
    let desk = Desk::new();
    let store = MemoryStore::new();
    for records in [some_records(), Vec::new()] {
        let (mut journal, _) = Journal::open(&store, &desk.upload()).unwrap();
        journal.begin(&header(desk.upload()), None).unwrap();
        for record in records {
            journal.append(&record).unwrap();
        }
    }
    let remembered = session(Journal::open(&store, &desk.upload()).unwrap().1);
    assert!(remembered.parts.is_empty());
    assert_eq!((remembered.upload_id, remembered.completing), (None, None));
}

#[test]
fn opening_changes_nothing() {
    let desk = Desk::new();
    drop(Journal::open(&desk.beside(), &desk.upload()).unwrap());
    assert_eq!(std::fs::read_dir(desk.dir.path()).unwrap().count(), 0);

    let path = desk.left_unfinished();
    let mut bytes = std::fs::read(&path).unwrap();
    bytes.extend_from_slice(b"torn");
    std::fs::write(&path, &bytes).unwrap();
    drop(Journal::open(&desk.beside(), &desk.upload()).unwrap());
    assert_eq!(std::fs::read(&path).unwrap(), bytes);
}

#[test]
fn what_is_done_leaves_nothing() {
    let desk = Desk::new();
    let mut journal = begun(&desk.beside(), &desk.upload());
    journal.remove().unwrap();
    assert!(!desk.first().exists());
    journal.remove().unwrap();
    journal.begin(&header(desk.upload()), None).unwrap();
    assert!(desk.first().exists());
}

#[test]
fn what_cannot_be_right_is_not_written_down() {
    let desk = Desk::new();
    let refused = |outcome: Result<(), Error>| {
        assert!(matches!(outcome, Err(Error::Refused { .. })), "{outcome:?}");
    };
    let (mut journal, _) = Journal::open(&desk.beside(), &desk.upload()).unwrap();
    refused(journal.append(&uploaded_part(1)));
    refused(journal.resume());
    refused(journal.begin(&header(copy()), None));
    let mut too_many = header(desk.upload());
    too_many.size += 1;
    refused(journal.begin(&too_many, None));
    assert!(!desk.first().exists());

    let mut small = header(desk.upload());
    small.size = 3 << 20;
    journal.begin(&small, None).unwrap();
    journal.append(&uploaded_part(3)).unwrap();
    let before = std::fs::read(desk.first()).unwrap();
    refused(journal.append(&uploaded_part(4)));
    refused(journal.append(&Record::Bad(number(4))));
    assert_eq!(std::fs::read(desk.first()).unwrap(), before);
}

#[test]
fn a_store_in_memory_forgets_what_was_removed() {
    let desk = Desk::new();
    let store = MemoryStore::new();
    let (mut journal, _) = Journal::open(&store, &desk.upload()).unwrap();
    journal.begin(&header(desk.upload()), None).unwrap();
    for record in some_records() {
        journal.append(&record).unwrap();
    }
    assert_eq!(journal.location(), None);
    journal.remove().unwrap();
    drop(journal);
    let (_, found) = Journal::open(&store, &desk.upload()).unwrap();
    assert_eq!(found, Found::Nothing);
}
