//! A simulated disk, whose power can go at any step.

use std::path::Path;
use std::sync::Arc;

use ossum_checkpoint::{
    CheckpointPlace, Error, FileStore, Found, Journal, Pointer, Pointers, Record, Transfer,
};
use ossum_durable::{Durability, Effect, SimFs};

use crate::support::{header, seconds, session, some_records, upload_id, upload_of, uploaded_part};

pub(crate) const CHECKPOINT: &str = "/data/a.tar.cp";

pub(crate) fn upload() -> Transfer {
    upload_of(Path::new("/data/a.tar"))
}

pub(crate) fn disk() -> SimFs {
    let fs = SimFs::new();
    fs.make_directory("/data");
    fs
}

pub(crate) fn make_state(fs: &SimFs) {
    fs.make_directory("/state/checkpoints");
}

pub(crate) fn store(fs: &SimFs) -> FileStore {
    FileStore::new(
        Arc::new(fs.clone()),
        CheckpointPlace::Beside,
        Some("/state".into()),
        Durability::Full,
    )
}

pub(crate) fn open(fs: &SimFs) -> Result<(Journal, Found), Error> {
    Journal::open(&store(fs), &upload())
}

pub(crate) fn begun(fs: &SimFs) -> Journal {
    let (mut journal, _) = open(fs).unwrap();
    journal.begin(&header(upload()), None).unwrap();
    journal
}

/// How far a session came: what was certain to last, and all that was tried.
#[derive(Debug, Default)]
struct Progress {
    began: bool,
    synced: usize,
    tried: usize,
}

fn run(fs: &SimFs, records: &[Record]) -> Progress {
    let mut progress = Progress::default();
    let Ok((mut journal, _)) = open(fs) else {
        return progress;
    };
    progress.began = journal.begin(&header(upload()), None).is_ok();
    for record in records {
        if !progress.began || journal.append(record).is_err() {
            break;
        }
        progress.tried += 1;
        if progress.tried % 2 == 0 && journal.sync().is_ok() {
            progress.synced = progress.tried;
        }
    }
    progress
}

/// Cases: 12, 13.
#[test]
fn a_power_loss_at_any_step_leaves_a_beginning_that_holds_all_that_was_synced() {
    let records: Vec<Record> = (1..=6).map(uploaded_part).collect();
    for step in 0.. {
        let fs = disk();
        fs.crash_at(step);
        let progress = run(&fs, &records);
        for seed in 0..20 {
            let (mut journal, found) = open(&fs.crash(seed)).unwrap();
            match found {
                Found::Session(remembered) => {
                    let parts = remembered.parts.len();
                    assert!(
                        (progress.synced..=records.len()).contains(&parts),
                        "{step} {seed}"
                    );
                    let numbers = remembered.parts.keys().map(|number| number.get() as usize);
                    assert!(numbers.eq(1..=parts), "step {step}, seed {seed}");
                    journal.resume().unwrap();
                }
                _ => assert!(!progress.began, "step {step}, seed {seed}: {progress:?}"),
            }
            journal.begin(&header(upload()), None).unwrap();
        }
        if !fs.has_crashed() {
            return;
        }
    }
}

/// Cases: 12.
#[test]
fn no_crash_leaves_a_session_without_the_upload_id_it_began_with() {
    for step in 0.. {
        let fs = disk();
        fs.crash_at(step);
        if let Ok((mut journal, _)) = open(&fs) {
            let _ = journal.begin(&header(upload()), Some(&upload_id()));
        }
        let after_a_kill = fs.kill();
        for left in (0..20).map(|seed| fs.crash(seed)).chain([after_a_kill]) {
            if let Found::Session(remembered) = open(&left).unwrap().1 {
                assert_eq!(remembered.upload_id, Some(upload_id()), "step {step}");
            }
        }
        if !fs.has_crashed() {
            let writes = fs
                .effects()
                .into_iter()
                .filter(|&effect| effect == Effect::Write);
            assert_eq!(writes.count(), 1);
            return;
        }
    }
}

/// Cases: 19.
#[test]
fn a_new_session_is_never_mixed_with_the_one_before() {
    for step in 0.. {
        let fs = disk();
        let mut earlier = begun(&fs);
        for of in 1..=200 {
            earlier.append(&uploaded_part(of)).unwrap();
        }
        earlier.sync().unwrap();
        drop(earlier);
        fs.crash_at(fs.steps() + step);
        run(&fs, &[uploaded_part(9_000)]);
        for seed in 0..20 {
            let (_, found) = open(&fs.crash(seed)).unwrap();
            if let Found::Session(remembered) = found {
                let new = remembered.parts.keys().any(|number| number.get() == 9_000);
                assert!(
                    !new || remembered.parts.len() == 1,
                    "step {step}, seed {seed}"
                );
            }
        }
        if !fs.has_crashed() {
            return;
        }
    }
}

#[test]
fn a_killed_process_has_left_every_record() {
    let fs = disk();
    let mut journal = begun(&fs);
    for record in some_records() {
        journal.append(&record).unwrap();
    }
    let remembered = session(open(&fs.kill()).unwrap().1);
    assert_eq!(remembered.parts.len(), 2);
    assert_eq!(remembered.completing, Some(seconds(1_795_651_400)));
}

#[test]
fn without_durability_nothing_is_synced() {
    let fs = disk();
    let place = CheckpointPlace::Beside;
    let store = FileStore::new(Arc::new(fs.clone()), place, None, Durability::None);
    let (mut journal, _) = Journal::open(&store, &upload()).unwrap();
    journal.begin(&header(upload()), None).unwrap();
    journal.sync().unwrap();
    let syncs = [Effect::Sync, Effect::SyncDirectory];
    assert!(!fs.effects().iter().any(|effect| syncs.contains(effect)));
}

#[test]
fn a_record_is_one_write_and_the_directory_is_synced_once() {
    let fs = disk();
    let mut journal = begun(&fs);
    let before = fs.effects().len();
    journal.append(&uploaded_part(1)).unwrap();
    journal.sync().unwrap();
    assert_eq!(fs.effects()[before..], [Effect::Write, Effect::Sync]);
    let directories = fs
        .effects()
        .into_iter()
        .filter(|&effect| effect == Effect::SyncDirectory);
    assert_eq!(directories.count(), 1);
}

#[test]
fn only_a_file_that_others_may_read_is_closed_to_them() {
    let fs = disk();
    let closed = || {
        let effects = fs.effects().into_iter();
        effects.filter(|&effect| effect == Effect::SetMode).count()
    };
    drop(begun(&fs));
    assert_eq!(closed(), 0);
    fs.set_mode(CHECKPOINT, 0o640);
    open(&fs).unwrap().0.resume().unwrap();
    assert_eq!(closed(), 1);
}

/// Cases: 12.
#[test]
fn a_power_loss_while_a_pointer_is_replaced_leaves_the_old_or_the_new_one() {
    let pointer = |began| Pointer {
        transfer: upload(),
        checkpoint: Some(CHECKPOINT.into()),
        partial: None,
        upload_id: None,
        size: 1,
        part_size: None,
        headers: None,
        began: seconds(began),
        directory: None,
        command: Vec::new(),
        end: None,
    };
    for step in 0.. {
        let fs = disk();
        let pointers = Pointers::new(Arc::new(fs.clone()), "/state".into());
        pointers.put(&pointer(1)).unwrap();
        fs.crash_at(fs.steps() + step);
        let outcome = pointers.put(&pointer(2));
        for seed in 0..20 {
            let left = Pointers::new(Arc::new(fs.crash(seed)), "/state".into());
            let began = left.find(&upload()).unwrap().map(|found| found.began);
            let is_new = began == Some(seconds(2));
            assert!(
                is_new || outcome.is_err() && began == Some(seconds(1)),
                "{step} {seed}"
            );
        }
        if !fs.has_crashed() {
            return;
        }
    }
}
