//! Lines as long as they can be: what is written is read again, or is not written.

use std::path::PathBuf;
use std::time::SystemTime;

use ossum_checkpoint::{Error, Holder, Journal, MemoryStore, Pointer, Record, Transfer};

use crate::pointers::{pointer, pointers};
use crate::support::{Desk, copy, header, session, upload_of};

/// No line is longer, its newline included.
const MOST_BYTES: usize = 65_536;

fn line_lengths(store: &MemoryStore, transfer: &Transfer) -> Vec<usize> {
    use ossum_checkpoint::CheckpointStore as _;
    let log = store.open(transfer).unwrap();
    let mut bytes = vec![0; 4 * MOST_BYTES];
    let read = log.read_at(&mut bytes, 0).unwrap();
    let lines = bytes[..read].split_inclusive(|&byte| byte == b'\n');
    lines.map(<[u8]>::len).collect()
}

fn upload_with_path_of(len: usize) -> Transfer {
    upload_of(&PathBuf::from("x".repeat(len)))
}

/// How long the line is that a text of no bytes makes.
fn length_without(begin: impl Fn(&MemoryStore) -> (Transfer, usize)) -> usize {
    let store = MemoryStore::new();
    let (transfer, line) = begin(&store);
    line_lengths(&store, &transfer)[line]
}

fn begin(store: &MemoryStore, transfer: &Transfer) -> Result<Journal, Error> {
    let (mut journal, _) = Journal::open(store, transfer)?;
    journal.begin(&header(transfer.clone()), None)?;
    Ok(journal)
}

#[test]
fn names_that_just_fit_are_remembered_and_one_byte_more_is_refused() {
    let other_bytes = length_without(|store| {
        let transfer = upload_with_path_of(1);
        begin(store, &transfer).unwrap();
        (transfer, 0)
    }) - 1;
    let store = MemoryStore::new();
    let fitting = upload_with_path_of(MOST_BYTES - other_bytes);
    begin(&store, &fitting).unwrap();
    assert_eq!(line_lengths(&store, &fitting)[0], MOST_BYTES);
    let (_, found) = Journal::open(&store, &fitting).unwrap();
    assert_eq!(session(found).header.transfer, fitting);

    for more in [1, 2] {
        let longer = upload_with_path_of(MOST_BYTES - other_bytes + more);
        let error = begin(&store, &longer).unwrap_err();
        assert!(matches!(error, Error::Refused { .. }), "{error:?}");
        assert_eq!(line_lengths(&store, &longer), [0; 0], "nothing is written");
    }
}

#[test]
fn a_record_that_just_fits_is_remembered_and_one_byte_more_is_refused() {
    let holder = |len| {
        Record::Holder(Holder {
            process: 1,
            host: "x".repeat(len),
            since: SystemTime::UNIX_EPOCH,
        })
    };
    let transfer = upload_with_path_of(1);
    let other_bytes = length_without(|store| {
        let mut journal = begin(store, &transfer).unwrap();
        journal.append(&holder(0)).unwrap();
        (transfer.clone(), 2)
    });
    let store = MemoryStore::new();
    let mut journal = begin(&store, &transfer).unwrap();
    let before = journal.written_bytes();
    let fitting = holder(MOST_BYTES - other_bytes);
    journal.append(&fitting).unwrap();
    assert_eq!(journal.written_bytes() - before, MOST_BYTES as u64);
    for more in [1, 2] {
        let error = journal.append(&holder(MOST_BYTES - other_bytes + more));
        assert!(matches!(error, Err(Error::Refused { .. })), "{error:?}");
    }
    drop(journal);
    assert_eq!(line_lengths(&store, &transfer)[2..], [MOST_BYTES]);
    let (_, found) = Journal::open(&store, &transfer).unwrap();
    assert_eq!(session(found).holder.map(Record::Holder), Some(fitting));
}

#[test]
fn what_was_written_is_counted() {
    let store = MemoryStore::new();
    let transfer = upload_with_path_of(1);
    let mut journal = begin(&store, &transfer).unwrap();
    let upload_id = Record::UploadId("0004B9895DBBB6EC".parse().unwrap());
    journal.append(&upload_id).unwrap();
    let written = journal.written_bytes();
    drop(journal);
    let lengths = line_lengths(&store, &transfer);
    assert_eq!(written, lengths.iter().sum::<usize>() as u64);
}

#[test]
fn a_pointer_of_4_mib_is_found_and_one_byte_more_is_left_alone() {
    let desk = Desk::new();
    let pointers = pointers(&desk);
    let file = desk.state().join(format!("transfers/{}.json", copy().id()));
    let put = |argument_bytes: usize| {
        let pointer = Pointer {
            command: vec!["x".repeat(argument_bytes)],
            ..pointer(copy(), 1)
        };
        pointers.put(&pointer).unwrap();
        file.metadata().unwrap().len()
    };
    let other_bytes = usize::try_from(put(0)).unwrap();
    let most = (4 << 20) - other_bytes;
    assert_eq!(put(most), 4 << 20);
    assert!(pointers.find(&copy()).unwrap().is_some());
    put(most + 1);
    assert_eq!(pointers.find(&copy()).unwrap(), None);
}
