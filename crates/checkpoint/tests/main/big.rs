//! Bounds: a long journal stays small, and what is large and not ours costs nothing.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;

use ossum_checkpoint::{
    CheckpointPlace, Error, Found, Journal, MemoryStore, Record, RecordedPart, Transfer,
};
use ossum_types::Crc64;

use crate::support::{Desk, download_to, header, number, session, uploaded_part};

const GIB: u64 = 1 << 30;

fn journal_of_all_parts(transfer: &Transfer, part: impl Fn(u32) -> Record) -> u64 {
    let store = MemoryStore::new();
    let (mut journal, _) = Journal::open(&store, transfer).unwrap();
    journal.begin(&header(transfer.clone()), None).unwrap();
    for of in 1..=10_000 {
        journal.append(&part(of)).unwrap();
    }
    let written = journal.written_bytes();
    drop(journal);
    let remembered = session(Journal::open(&store, transfer).unwrap().1);
    assert_eq!(remembered.parts.len(), 10_000);
    written
}

/// Cases: 113.
#[test]
fn ten_thousand_uploaded_parts_take_less_than_1_05_mb() {
    let bytes = journal_of_all_parts(&Desk::new().upload(), uploaded_part);
    assert!(bytes < 1_050_000, "{bytes}");
}

/// Cases: 113.
#[test]
fn ten_thousand_downloaded_parts_take_less_than_0_65_mb() {
    let transfer = download_to(Path::new("/data/a.tar"));
    let bytes = journal_of_all_parts(&transfer, |of| {
        Record::Part(RecordedPart {
            number: number(of),
            crc64: Some(Crc64::new(u64::MAX)),
            etag: None,
        })
    });
    assert!(bytes < 650_000, "{bytes}");
}

fn make_huge(path: &Path) {
    let file = OpenOptions::new().write(true).open(path).unwrap();
    file.set_len(GIB).unwrap();
}

/// Cases: 89.
#[test]
fn a_gibibyte_of_garbage_behind_the_magic_is_damage_and_is_not_read() {
    let desk = Desk::new();
    std::fs::write(desk.first(), r#"{"ossum":"checkpoint","format":1,"#).unwrap();
    make_huge(&desk.first());
    let (mut journal, found) = Journal::open(&desk.beside(), &desk.upload()).unwrap();
    assert_eq!(found, Found::Damaged);
    journal.begin(&header(desk.upload()), None).unwrap();
    assert!(desk.first().metadata().unwrap().len() < 10_000);
}

/// Cases: 89.
#[test]
fn a_gibibyte_of_something_else_is_left_alone_and_not_read() {
    let desk = Desk::new();
    std::fs::write(desk.first(), "").unwrap();
    make_huge(&desk.first());
    let (journal, found) = Journal::open(&desk.beside(), &desk.upload()).unwrap();
    assert_eq!(found, Found::Nothing);
    assert_eq!(journal.location(), Some(&*desk.second()));
    let place = CheckpointPlace::File(desk.first());
    let error = Journal::open(&desk.store(place), &desk.upload()).unwrap_err();
    assert!(matches!(error, Error::Foreign { .. }), "{error}");
    assert_eq!(desk.first().metadata().unwrap().len(), GIB);
}

/// Cases: 89.
#[test]
fn a_gibibyte_behind_a_session_is_cut_off() {
    let desk = Desk::new();
    let path = desk.left_unfinished();
    let good = path.metadata().unwrap().len();
    make_huge(&path);
    let (mut journal, found) = Journal::open(&desk.beside(), &desk.upload()).unwrap();
    assert_eq!(session(found).parts.len(), 2);
    journal.resume().unwrap();
    assert!(path.metadata().unwrap().len() < good + 1000);
}

/// Cases: 89.
#[test]
fn brackets_without_end_do_no_harm() {
    let desk = Desk::new();
    let path = desk.left_unfinished();
    let mut file = OpenOptions::new().append(true).open(&path).unwrap();
    file.write_all(&vec![b'['; 1 << 20]).unwrap();
    let (_, found) = Journal::open(&desk.beside(), &desk.upload()).unwrap();
    assert_eq!(session(found).parts.len(), 2);
}
