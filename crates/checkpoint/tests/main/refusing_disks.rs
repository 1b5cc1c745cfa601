//! A simulated disk that is full, read-only or failing, or that cannot do all that others can.

use std::path::{Path, PathBuf};

use ossum_checkpoint::{Action, Error, Journal, Record};
use ossum_durable::{Effect, Errno, SimFs};

use crate::support::{copy, header, session, uploaded_part};

use crate::crashes::{CHECKPOINT, begun, disk, make_state, open, store, upload};

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
