//! A disk that fails, as another store sees it.

use std::io;
use std::sync::{Arc, Mutex};

use ossum_checkpoint::{
    Action, CheckpointStore, Error, Found, Journal, Log, MemoryStore, Transfer,
};

use crate::support::{Desk, header, session, uploaded_part};

/// A store in memory whose disk fails when it is told to.
#[derive(Debug, Default)]
struct Failing {
    store: MemoryStore,
    script: Arc<Mutex<Script>>,
}

#[derive(Debug, Default)]
struct Script {
    syncs: usize,
    sync_fails: bool,
    append_fails: bool,
}

#[derive(Debug)]
struct FailingLog(Box<dyn Log>, Arc<Mutex<Script>>);

impl CheckpointStore for Failing {
    fn open(&self, transfer: &Transfer) -> Result<Box<dyn Log>, Error> {
        let log = self.store.open(transfer)?;
        Ok(Box::new(FailingLog(log, Arc::clone(&self.script))))
    }
}

impl Log for FailingLog {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.0.read_at(buffer, offset)
    }

    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.1.lock().unwrap().append_fails {
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.0.append(bytes)
    }

    fn truncate(&mut self, len_bytes: u64) -> io::Result<()> {
        self.0.truncate(len_bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        let mut script = self.1.lock().unwrap();
        script.syncs += 1;
        // Once, as an operating system does.
        if std::mem::take(&mut script.sync_fails) {
            return Err(io::ErrorKind::StorageFull.into());
        }
        Ok(())
    }

    fn remove(&mut self) -> io::Result<()> {
        self.0.remove()
    }
}

/// Cases: 25.
#[test]
fn a_failed_sync_is_never_made_good_by_a_second_one() {
    let desk = Desk::new();
    let store = Failing::default();
    let (mut journal, _) = Journal::open(&store, &desk.upload()).unwrap();
    journal.begin(&header(desk.upload()), None).unwrap();
    store.script.lock().unwrap().sync_fails = true;
    for _ in 0..2 {
        let error = journal.sync().unwrap_err();
        assert!(
            matches!(
                error,
                Error::Io {
                    action: Action::Sync,
                    ..
                }
            ),
            "{error:?}"
        );
    }
    // That of `begin`, and the one that failed.
    assert_eq!(store.script.lock().unwrap().syncs, 2);
}

/// Cases: 23.
#[test]
fn a_full_disk_takes_no_beginning_and_leaves_nothing_and_a_later_record_just_fails() {
    let desk = Desk::new();
    let store = Failing::default();
    store.script.lock().unwrap().append_fails = true;
    let (mut journal, _) = Journal::open(&store, &desk.upload()).unwrap();
    let error = journal.begin(&header(desk.upload()), None).unwrap_err();
    assert!(
        matches!(
            error,
            Error::Unwritable {
                path: None,
                source: Some(_)
            }
        ),
        "{error:?}"
    );
    let error = journal.append(&uploaded_part(1)).unwrap_err();
    assert!(matches!(error, Error::Refused { .. }), "{error:?}");
}

/// Cases: 23.
#[test]
fn a_beginning_that_could_not_be_synced_is_taken_back() {
    let desk = Desk::new();
    let store = Failing::default();
    store.script.lock().unwrap().sync_fails = true;
    let (mut journal, _) = Journal::open(&store, &desk.upload()).unwrap();
    let error = journal.begin(&header(desk.upload()), None).unwrap_err();
    assert!(matches!(error, Error::Unwritable { .. }), "{error:?}");
    assert_eq!(store.script.lock().unwrap().syncs, 1);
    drop(journal);
    let (_, found) = Journal::open(&store, &desk.upload()).unwrap();
    assert_eq!(found, Found::Nothing);
}

/// Cases: 23.
#[test]
fn a_record_that_could_not_be_written_can_be_written_later() {
    let desk = Desk::new();
    let store = Failing::default();
    let (mut journal, _) = Journal::open(&store, &desk.upload()).unwrap();
    journal.begin(&header(desk.upload()), None).unwrap();
    store.script.lock().unwrap().append_fails = true;
    let error = journal.append(&uploaded_part(1)).unwrap_err();
    assert!(
        matches!(
            error,
            Error::Io {
                action: Action::Write,
                ..
            }
        ),
        "{error:?}"
    );
    store.script.lock().unwrap().append_fails = false;
    journal.append(&uploaded_part(2)).unwrap();
    drop(journal);
    let remembered = session(Journal::open(&store, &desk.upload()).unwrap().1);
    assert_eq!(remembered.parts.len(), 1);
}
