//! A simulated disk, whose power can go at any step and which fails where it is told to.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ossum_checkpoint::{
    Action, CheckpointPlace, Error, FileStore, Found, Journal, Pointer, Pointers, Record, Transfer,
};
use ossum_durable::{Durability, Effect, Errno, SimFs};

use crate::support::{
    copy, header, seconds, session, some_records, upload_id, upload_of, uploaded_part,
};

const CHECKPOINT: &str = "/data/a.tar.cp";

fn upload() -> Transfer {
    upload_of(Path::new("/data/a.tar"))
}

fn disk() -> SimFs {
    let fs = SimFs::new();
    fs.make_directory("/data");
    fs
}

fn make_state(fs: &SimFs) {
    fs.make_directory("/state/checkpoints");
}

fn store(fs: &SimFs) -> FileStore {
    FileStore::new(
        Arc::new(fs.clone()),
        CheckpointPlace::Beside,
        Some("/state".into()),
        Durability::Full,
    )
}

fn open(fs: &SimFs) -> Result<(Journal, Found), Error> {
    Journal::open(&store(fs), &upload())
}

fn begun(fs: &SimFs) -> Journal {
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

/// Cases: 23.
#[test]
fn what_a_full_disk_cut_off_is_written_over() {
    let fs = disk();
    let mut journal = begun(&fs);
    for of in 1..=20 {
        journal.append(&uploaded_part(of)).unwrap();
    }
    fs.set_space(0);
    let mut of = 21;
    while journal.append(&uploaded_part(of)).is_ok() {
        of += 1;
    }
    fs.set_space(1 << 20);
    journal
        .append(&Record::Bad(crate::support::number(1)))
        .unwrap();
    journal.append(&uploaded_part(9_000)).unwrap();
    drop(journal);
    let remembered = session(open(&fs).unwrap().1);
    assert_eq!(remembered.parts.len(), of as usize - 1);
}

/// Cases: 25.
#[test]
fn a_failed_sync_of_file_or_directory_fails_the_beginning() {
    for effect in [Effect::Sync, Effect::SyncDirectory] {
        let fs = disk();
        fs.fail(1, effect, Errno::IO);
        let (mut journal, _) = open(&fs).unwrap();
        let error = journal.begin(&header(upload()), None).unwrap_err();
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
        let before = fs.effects().len();
        journal.sync().unwrap_err();
        assert_eq!(fs.effects().len(), before);
    }
}

/// Cases: 27, 28.
#[test]
fn an_upload_from_a_directory_that_cannot_be_written_is_kept_in_the_state_directory() {
    for errno in [Errno::ACCESS, Errno::PERM, Errno::ROFS] {
        let fs = disk();
        fs.fail(1, Effect::Create, errno);
        let spare = format!("/state/checkpoints/{}.cp", upload().id());
        let journal = begun(&fs);
        assert_eq!(journal.location(), Some(Path::new(&spare)));
        drop(journal);
        // Also if the directory can be written by now.
        let (journal, found) = open(&fs).unwrap();
        session(found);
        assert_eq!(journal.location(), Some(Path::new(&spare)));
    }
}

/// Cases: 27.
#[test]
fn a_checkpoint_on_a_disk_that_became_read_only_is_no_obstacle() {
    let fs = disk();
    drop(begun(&fs));
    fs.fail_always(Effect::Open, Errno::ROFS);
    fs.fail(1, Effect::Create, Errno::ROFS);
    let journal = begun(&fs);
    assert!(journal.location().unwrap().starts_with("/state"));
}

/// Where the upload's checkpoint lies if it cannot lie beside the file.
fn spare() -> PathBuf {
    format!("/state/checkpoints/{}.cp", upload().id()).into()
}

const NO_ROOM: [Errno; 3] = [Errno::NOSPC, Errno::DQUOT, Errno::ROFS];

/// What a beginning does to a disk that can fail because there is no room.
const OF_A_BEGINNING: [Effect; 4] = [
    Effect::Create,
    Effect::Write,
    Effect::Sync,
    Effect::SyncDirectory,
];

#[test]
fn a_blank_file_in_the_spare_place_is_written_over() {
    let torn = [
        b"{\"ossum\":\"checkpoint\",\"format\":1,",
        &[b'x'; 5000][..],
    ]
    .concat();
    for blank in [&b""[..], &[0; 700], &torn] {
        let fs = disk();
        make_state(&fs);
        fs.write(spare(), blank);
        fs.fail(1, Effect::Create, Errno::ACCESS);
        let journal = begun(&fs);
        assert_eq!(journal.location(), Some(&*spare()));
        let error = open(&fs).unwrap_err();
        assert!(matches!(error, Error::InUse { .. }), "{error:?}");
        drop(journal);
        session(open(&fs).unwrap().1);
    }
}

#[test]
fn what_lies_in_the_spare_place_and_is_not_ours_is_left_alone_and_no_hindrance() {
    let fs = disk();
    make_state(&fs);
    fs.write(spare(), b"somebody's");
    drop(begun(&fs));
    fs.remove(CHECKPOINT);
    fs.fail(1, Effect::Create, Errno::ACCESS);
    let (mut journal, _) = open(&fs).unwrap();
    let error = journal.begin(&header(upload()), None).unwrap_err();
    assert!(matches!(error, Error::Unwritable { .. }), "{error:?}");
    assert_eq!(fs.read(spare()).unwrap(), b"somebody's");
}

/// Cases: 23, 26.
#[test]
fn a_disk_without_room_sends_the_checkpoint_to_the_state_directory_and_keeps_nothing() {
    for errno in NO_ROOM {
        for effect in OF_A_BEGINNING {
            let fs = disk();
            make_state(&fs);
            fs.fail(1, effect, errno);
            let mut journal = begun(&fs);
            assert_eq!(journal.location(), Some(&*spare()), "{effect:?} {errno}");
            assert_eq!(fs.files(), [spare()], "{effect:?} {errno}");
            journal.append(&uploaded_part(1)).unwrap();
            journal.sync().unwrap();
            session(open(&fs.crash(0)).unwrap().1);
        }
    }
}

/// Cases: 23, 26.
#[test]
fn where_no_disk_has_room_the_error_says_so_and_nothing_is_left() {
    for errno in NO_ROOM {
        for effect in OF_A_BEGINNING {
            let fs = disk();
            make_state(&fs);
            fs.fail_always(effect, errno);
            let (mut journal, _) = open(&fs).unwrap();
            let error = journal.begin(&header(upload()), None).unwrap_err();
            match error {
                Error::Unwritable { path, source } => {
                    assert_eq!(path, Some(spare()), "{effect:?}");
                    assert!(source.is_some(), "{effect:?}");
                }
                other => panic!("{effect:?}: {other:?}"),
            }
            assert!(fs.files().is_empty(), "{effect:?} {errno}");
        }
    }
}

/// Cases: 23.
#[test]
fn a_beginning_that_is_cut_off_by_a_full_disk_is_tried_elsewhere_and_does_not_stay() {
    let fs = disk();
    make_state(&fs);
    fs.write_at_most(100);
    fs.fail(3, Effect::Write, Errno::NOSPC);
    drop(begun(&fs));
    assert_eq!(fs.files(), [spare()]);
    session(open(&fs).unwrap().1);
}

/// Cases: 27.
#[test]
fn what_cannot_be_removed_is_no_hindrance_if_it_is_empty() {
    let fs = disk();
    fs.fail(1, Effect::Write, Errno::ROFS);
    fs.fail_always(Effect::Remove, Errno::ROFS);
    drop(begun(&fs));
    let (journal, found) = open(&fs).unwrap();
    session(found);
    assert_eq!(journal.location(), Some(&*spare()));
}

/// A session cannot begin, and no file but the one that was there is.
fn begins_nowhere(fs: &SimFs) {
    let (mut journal, _) = open(fs).unwrap();
    let error = journal.begin(&header(upload()), None).unwrap_err();
    assert!(matches!(error, Error::Unwritable { .. }), "{error:?}");
    assert_eq!(fs.files(), [Path::new(CHECKPOINT)]);
}

/// Cases: 27.
#[test]
fn no_second_session_begins_elsewhere_while_the_old_one_cannot_be_cut_nor_removed() {
    let fs = disk();
    drop(begun(&fs));
    fs.fail_always(Effect::SetLen, Errno::ROFS);
    fs.fail_always(Effect::Remove, Errno::ROFS);
    begins_nowhere(&fs);
}

/// Cases: 27.
#[test]
fn no_second_session_begins_elsewhere_while_one_that_could_not_be_synced_cannot_be_removed() {
    let fs = disk();
    fs.fail(1, Effect::Sync, Errno::NOSPC);
    fs.fail_always(Effect::Remove, Errno::ROFS);
    begins_nowhere(&fs);
}

#[test]
fn a_checkpoint_that_is_gone_when_it_is_opened_is_looked_for_again() {
    let fs = disk();
    drop(begun(&fs));
    fs.fail(1, Effect::Open, Errno::NOENT);
    session(open(&fs).unwrap().1);
    assert_eq!(fs.failures(), [(Effect::Open, Errno::NOENT)]);
}

#[test]
fn a_checkpoint_that_a_failing_disk_hides_is_not_passed_over() {
    for (effect, expected) in [
        (Effect::Inspect, Action::Inspect),
        (Effect::Open, Action::Open),
    ] {
        let fs = disk();
        drop(begun(&fs));
        fs.fail(1, effect, Errno::IO);
        let error = open(&fs).unwrap_err();
        let is_told = matches!(error, Error::Io { action, .. } if action == expected);
        assert!(is_told, "{error:?}");
    }
}

/// Cases: 27.
#[test]
fn where_nothing_at_all_can_be_written_the_error_says_so() {
    let fs = disk();
    fs.fail_always(Effect::Create, Errno::ROFS);
    let (mut journal, _) = open(&fs).unwrap();
    let error = journal.begin(&header(upload()), None).unwrap_err();
    assert!(matches!(error, Error::Unwritable { .. }), "{error:?}");
    fs.fail_always(Effect::CreateDirectory, Errno::NOSPC);
    let (mut journal, _) = Journal::open(&store(&fs), &copy()).unwrap();
    let error = journal.begin(&header(copy()), None).unwrap_err();
    assert!(matches!(error, Error::Unwritable { .. }), "{error:?}");
}

/// Cases: 33.
#[test]
fn a_file_system_without_locks_will_do() {
    for errno in [Errno::NOTSUP, Errno::NOLCK, Errno::NOSYS] {
        let fs = disk();
        fs.fail_always(Effect::Lock, errno);
        drop(begun(&fs));
        session(open(&fs).unwrap().1);
    }
}

/// Cases: 29.
#[test]
fn short_reads_and_writes_lose_nothing() {
    let fs = disk();
    fs.write_at_most(7);
    fs.read_at_most(5);
    let mut journal = begun(&fs);
    journal.append(&uploaded_part(1)).unwrap();
    drop(journal);
    assert_eq!(session(open(&fs).unwrap().1).parts.len(), 1);
    assert!(fs.exists(CHECKPOINT));
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
