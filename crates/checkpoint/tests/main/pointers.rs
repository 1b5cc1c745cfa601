//! Pointers lead to every unfinished transfer, and get in nobody's way.

use std::os::unix::fs::{PermissionsExt, symlink};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use ossum_checkpoint::{
    End, Error, Holder, Pointer, Pointers, Record, Runner, Seen, Transfer, runner_of,
};
use ossum_durable::{Durability, Effect, Errno, Fs as _, Operation, RealFs, SimFs};

use crate::support::{Desk, begun, copy, seconds};

pub(crate) fn pointers(desk: &Desk) -> Pointers {
    Pointers::new(Arc::new(RealFs), desk.state())
}

pub(crate) fn pointer(transfer: Transfer, began: u64) -> Pointer {
    Pointer {
        transfer,
        checkpoint: Some("/d/a.cp".into()),
        partial: None,
        upload_id: Some("0004B9895DBBB6EC".parse().unwrap()),
        size: 10,
        part_size: None,
        headers: None,
        began: seconds(began),
        directory: Some("/d".into()),
        command: vec!["ossum".to_owned(), "cp".to_owned(), "a\n\"b".to_owned()],
        end: None,
    }
}

#[test]
fn a_pointer_is_found_replaced_and_removed() {
    let desk = Desk::new();
    let pointers = pointers(&desk);
    assert_eq!(pointers.list().unwrap(), []);
    assert_eq!(pointers.find(&copy()).unwrap(), None);
    pointers.remove(&copy()).unwrap();

    pointers.put(&pointer(copy(), 1)).unwrap();
    let mut newer = pointer(copy(), 2);
    newer.upload_id = None;
    pointers.put(&newer).unwrap();
    assert_eq!(pointers.find(&copy()).unwrap(), Some(newer));
    assert_eq!(pointers.find(&desk.upload()).unwrap(), None);
    pointers.remove(&copy()).unwrap();
    assert_eq!(pointers.find(&copy()).unwrap(), None);
}

#[test]
fn there_are_none_before_the_first_and_after_the_last() {
    let fs = SimFs::new();
    let pointers = Pointers::new(Arc::new(fs.clone()), "/state".into());
    assert!(pointers.is_empty());
    pointers.put(&pointer(copy(), 1)).unwrap();
    assert!(!pointers.is_empty());
    pointers.remove(&copy()).unwrap();
    assert!(pointers.is_empty());
    fs.fail(1, Effect::List, Errno::IO);
    assert!(!pointers.is_empty(), "it cannot be known");
}

#[test]
fn why_a_pointer_cannot_be_made_is_told() {
    let fs = SimFs::new();
    let pointers = Pointers::new(Arc::new(fs.clone()), "/state".into());
    fs.fail(1, Effect::Create, Errno::NOSPC);
    match pointers.put(&pointer(copy(), 1)) {
        Err(Error::Durable(ossum_durable::Error::Io {
            operation, source, ..
        })) => {
            assert_eq!(operation, Operation::Create);
            assert_eq!(source.kind(), std::io::ErrorKind::StorageFull);
        }
        other => panic!("{other:?}"),
    }
    assert!(fs.files().is_empty());
}

/// Cases: 100.
#[test]
fn a_symbolic_link_in_a_pointers_place_is_not_followed() {
    let desk = Desk::new();
    let pointers = pointers(&desk);
    pointers.put(&pointer(copy(), 1)).unwrap();
    let (directory, victim) = (desk.state().join("transfers"), desk.state().join("victim"));
    let name = std::fs::read_dir(&directory).unwrap().next().unwrap();
    let path = name.unwrap().path();
    std::fs::write(&victim, "precious").unwrap();
    std::fs::remove_file(&path).unwrap();
    symlink(&victim, &path).unwrap();

    assert!(pointers.is_there(&copy()));
    let error = pointers.put(&pointer(copy(), 2)).unwrap_err();
    assert!(matches!(error, Error::Durable(_)), "{error:?}");
    assert_eq!(std::fs::read(&victim).unwrap(), b"precious");
    pointers.remove(&copy()).unwrap();
    assert!(!pointers.is_there(&copy()) && victim.exists());
}

#[test]
fn pointers_are_listed_from_the_oldest_on() {
    let desk = Desk::new();
    let pointers = pointers(&desk);
    let (old, new) = (pointer(desk.upload(), 1), pointer(copy(), 2));
    pointers.put(&new).unwrap();
    pointers.put(&old).unwrap();
    assert_eq!(pointers.list().unwrap(), [old, new]);
}

#[test]
fn pointers_are_their_owners_alone() {
    let desk = Desk::new();
    pointers(&desk).put(&pointer(copy(), 1)).unwrap();
    let directory = desk.state().join("transfers");
    let file = directory.join(format!("{}.json", copy().id()));
    for (path, mode) in [(desk.state(), 0o700), (directory, 0o700), (file, 0o600)] {
        let found = path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(found, mode, "{}", path.display());
    }
}

#[test]
fn a_pointer_to_a_checkpoint_that_somebody_has_open_says_so() {
    let desk = Desk::new();
    let journal = begun(&desk.beside(), &desk.upload());
    let pointer = Pointer {
        checkpoint: Some(desk.first()),
        ..pointer(desk.upload(), 1)
    };
    let pointers = pointers(&desk);
    match pointers.check_unused(&pointer, Some(&desk.second())) {
        Err(Error::InUse {
            path,
            holder: Some(holder),
        }) => {
            assert_eq!(path, Some(desk.first()));
            assert_eq!(holder.process, std::process::id());
        }
        other => panic!("{other:?}"),
    }
    // By whoever asks, under whatever name.
    std::fs::create_dir(desk.path("d")).unwrap();
    for same in [desk.first(), desk.path("d/../a.tar.cp")] {
        pointers.check_unused(&pointer, Some(&same)).unwrap();
    }
    drop(journal);
    pointers.check_unused(&pointer, None).unwrap();
    // And without having taken it.
    drop(begun(&desk.beside(), &desk.upload()));
}

#[test]
fn who_only_looks_sees_what_was_recorded_and_who_is_at_it() {
    let desk = Desk::new();
    let journal = begun(&desk.beside(), &desk.upload());
    let pointers = pointers(&desk);
    let pointer = Pointer {
        checkpoint: Some(desk.first()),
        ..pointer(desk.upload(), 1)
    };
    let seen = pointers.look(&pointer).unwrap();
    let runner = seen.running.unwrap();
    assert_eq!(runner.process, Some(std::process::id()));

    drop(journal);
    let file = std::fs::File::options().append(true).open(desk.first());
    let changed = seconds(1_795_651_400);
    let modified = changed + Duration::from_millis(700);
    file.unwrap().set_modified(modified).unwrap();
    let before = std::fs::read(desk.first()).unwrap();
    let seen = pointers.look(&pointer).unwrap();
    assert_eq!((seen.running, seen.changed), (None, Some(changed)));
    match seen.checkpoint {
        Seen::Session(remembered) => assert_eq!(remembered.header.transfer, desk.upload()),
        other => panic!("{other:?}"),
    }
    assert_eq!(std::fs::read(desk.first()).unwrap(), before);

    std::fs::write(desk.first(), "").unwrap();
    let seen = pointers.look(&pointer).unwrap();
    assert_eq!(seen.checkpoint, Seen::Damaged);
    std::fs::write(desk.first(), "somebody's").unwrap();
    let seen = pointers.look(&pointer).unwrap();
    assert_eq!(seen.checkpoint, Seen::Missing);
}

#[test]
fn of_a_transfer_that_another_host_took_over_only_the_lock_tells() {
    let desk = Desk::new();
    let mut journal = begun(&desk.beside(), &desk.upload());
    let elsewhere = Holder {
        process: 4242,
        host: "elsewhere".to_owned(),
        since: seconds(1),
    };
    journal.append(&Record::Holder(elsewhere)).unwrap();
    let pointer = Pointer {
        checkpoint: Some(desk.first()),
        ..pointer(desk.upload(), 1)
    };
    let running = || pointers(&desk).look(&pointer).unwrap().running;
    // Who has the lock is this process, whatever is written.
    let this = Holder::this_process(seconds(0));
    let runner = running().unwrap();
    assert_eq!(
        (runner.process, runner.host),
        (Some(this.process), Some(this.host))
    );
    drop(journal);
    assert_eq!(running(), None);
}

#[test]
fn who_wrote_down_another_name_of_this_host_is_called_by_it() {
    let desk = Desk::new();
    let mut journal = begun(&desk.beside(), &desk.upload());
    let this = Holder {
        process: std::process::id(),
        host: "renamed".to_owned(),
        since: seconds(1),
    };
    journal.append(&Record::Holder(this.clone())).unwrap();
    let pointer = Pointer {
        checkpoint: Some(desk.first()),
        ..pointer(desk.upload(), 1)
    };
    let expected = Runner {
        process: Some(this.process),
        host: Some(this.host),
    };
    let seen = pointers(&desk).look(&pointer).unwrap();
    assert_eq!(seen.running, Some(expected));
}

#[test]
fn who_has_any_file_locked_is_told() {
    let desk = Desk::new();
    let path = desk.path("log");
    let this = Holder::this_process(seconds(1));
    let running = || runner_of(&RealFs, &path, Some(&this)).unwrap();
    assert_eq!(running(), None, "there is no file");
    let file = std::fs::File::create(&path).unwrap();
    assert_eq!(running(), None, "nobody has it locked");
    file.try_lock().unwrap();
    assert_eq!(running().unwrap().process, Some(this.process));
}

#[test]
fn a_pointer_to_no_checkpoint_or_another_transfers_is_free() {
    let desk = Desk::new();
    let pointers = pointers(&desk);
    let mut pointer = pointer(copy(), 1);
    for nothing in [
        None,
        Some(desk.path("no/a.cp")),
        Some(desk.dir.path().into()),
    ] {
        pointer.checkpoint = nothing;
        pointers.check_unused(&pointer, None).unwrap();
    }
    let _theirs = begun(&desk.beside(), &desk.upload());
    pointer.checkpoint = Some(desk.first());
    pointers.check_unused(&pointer, None).unwrap();
}

#[test]
fn what_a_killed_process_left_is_removed_a_day_later() {
    let desk = Desk::new();
    let directory = desk.state().join("transfers");
    std::fs::create_dir_all(&directory).unwrap();
    let hour = Duration::from_hours(1);
    let put = |name: &str, age: Duration| {
        let file = std::fs::File::create(directory.join(name)).unwrap();
        file.set_modified(SystemTime::now() - age).unwrap();
    };
    put(".ossum-1-0.tmp", 25 * hour);
    put(".ossum-4242-17.tmp", 2400 * hour);
    put(".ossum-2-0.tmp", 23 * hour);
    put("kept.tmp", 2400 * hour);
    put("0000000000000000.json", 2400 * hour);
    pointers(&desk).put(&pointer(copy(), 1)).unwrap();
    let mut left: Vec<_> = std::fs::read_dir(&directory)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    left.sort();
    let mut expected = [
        ".ossum-2-0.tmp".to_owned(),
        "0000000000000000.json".to_owned(),
        format!("{}.json", copy().id()),
        "kept.tmp".to_owned(),
    ];
    expected.sort();
    assert_eq!(left, expected);
}

#[test]
fn what_is_a_day_old_to_the_nanosecond_is_not_yet_taken_for_left() {
    const LEFT: &str = "/state/transfers/.ossum-1-0.tmp";
    // Time is a count of what was done there, so that the pointer is as new each time.
    let put_beside = |modified: SystemTime| {
        let fs = SimFs::new();
        fs.write(LEFT, b"");
        let left = fs.open_to_continue(LEFT.as_ref()).unwrap();
        left.set_modified(modified).unwrap();
        let pointers = Pointers::new(Arc::new(fs.clone()), "/state".into());
        pointers.put(&pointer(copy(), 1)).unwrap();
        fs
    };
    let fs = put_beside(seconds(1));
    let path = format!("/state/transfers/{}.json", copy().id());
    let newest_ns = fs.metadata(path.as_ref()).unwrap().modified_ns;
    let newest = seconds(0) + Duration::from_nanos(newest_ns.try_into().unwrap());
    let a_day_before = newest - Duration::from_hours(24);
    assert!(put_beside(a_day_before).exists(LEFT));
    let older = a_day_before - Duration::from_nanos(1);
    assert!(!put_beside(older).exists(LEFT));
}

#[test]
fn what_cannot_be_read_is_skipped() {
    let desk = Desk::new();
    let pointers = pointers(&desk);
    let good = pointer(copy(), 1);
    pointers.put(&good).unwrap();
    let directory = desk.state().join("transfers");
    let file = directory.join(format!("{}.json", copy().id()));
    let bytes = std::fs::read(&file).unwrap();
    let mut damaged = bytes.clone();
    damaged[60] ^= 1;
    let damaged_file = directory.join(format!("{}.json", desk.upload().id()));
    std::fs::write(&damaged_file, &damaged).unwrap();
    std::fs::write(directory.join("copied.json"), &bytes).unwrap();
    std::fs::write(directory.join("empty.json"), "").unwrap();
    std::fs::create_dir(directory.join("directory.json")).unwrap();
    symlink(&file, directory.join("link.json")).unwrap();
    assert_eq!(pointers.list().unwrap(), [good]);
    assert_eq!(pointers.find(&desk.upload()).unwrap(), None);
    assert_eq!(std::fs::read(&damaged_file).unwrap(), damaged);
}

#[test]
fn a_disk_that_fails_is_not_taken_for_a_missing_pointer() {
    let fs = SimFs::new();
    let pointers = Pointers::new(Arc::new(fs.clone()), "/state".into());
    pointers.put(&pointer(copy(), 1)).unwrap();
    fs.fail(1, Effect::Read, Errno::IO);
    pointers.find(&copy()).unwrap_err();
    fs.fail_always(Effect::Open, Errno::IO);
    pointers.find(&copy()).unwrap_err();
    fs.fail_always(Effect::Remove, Errno::IO);
    pointers.remove(&copy()).unwrap_err();
    fs.fail_always(Effect::List, Errno::IO);
    pointers.list().unwrap_err();
    assert!(pointers.is_there(&copy()));
}

#[test]
fn how_a_run_ended_is_taken_down_unless_somebody_goes_on_already() {
    let desk = Desk::new();
    let pointers = pointers(&desk);
    let end = End {
        time: seconds(9),
        kind: "network".to_owned(),
        message: "no answer".to_owned(),
        hint: None,
    };
    let ended = || pointers.ended(&desk.upload(), end.clone(), Durability::None);
    ended().unwrap();
    assert!(
        !pointers.is_there(&desk.upload()),
        "there is nothing to end"
    );

    let pointer = Pointer {
        checkpoint: Some(desk.first()),
        ..pointer(desk.upload(), 1)
    };
    pointers.put(&pointer).unwrap();
    let journal = begun(&desk.beside(), &desk.upload());
    assert!(matches!(ended(), Err(Error::InUse { .. })));
    drop(journal);
    ended().unwrap();
    let found = pointers.find(&desk.upload()).unwrap();
    let expected = Pointer {
        end: Some(end.clone()),
        ..pointer
    };
    assert_eq!(found, Some(expected));
}
