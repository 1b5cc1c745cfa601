//! Runs, against a local OSS without sockets.

// Everything here is a test, or arranges one.
#![allow(clippy::unwrap_used)]

use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use ossum_devserver::Operation;
use ossum_many::{Ended, IfExists, Monitor, Remembering, Route, Run, Told, run};
use ossum_testkit::{InProcessOss, Server};

fn down(oss: &InProcessOss, run_of: Run, told: &(dyn Fn(Told) + Sync)) -> Ended {
    run(oss.client(), run_of, &Monitor::new(), told)
}

fn route(directory: &Path) -> Route {
    Route::Down {
        source: "oss://bkt/x".parse().unwrap(),
        destination: directory.to_owned(),
    }
}

#[test]
fn a_listing_waits_for_the_workers_and_is_never_held_as_a_whole() {
    let oss = Server::new().in_process();
    for number in 0..1500 {
        oss.put(&format!("x/{number:04}"), "1");
    }
    let dir = tempfile::tempdir().unwrap();
    let monitor = Monitor::new();
    let (first, most) = (AtomicU64::new(0), AtomicU64::new(0));
    let request = Run {
        dry_run: true,
        ..Run::new(route(dir.path()))
    };
    let ended = run(oss.client(), request, &monitor, &|_| {
        let snapshot = monitor.snapshot();
        let waiting = snapshot.files_found - snapshot.files_done;
        most.fetch_max(waiting, Ordering::Relaxed);
        first.fetch_add(1, Ordering::Relaxed);
    });
    assert!(ended.outcome.is_ok());
    assert_eq!((ended.summary.files, first.into_inner()), (1500, 1500));
    // The queue, one in each worker's hands and one in the lister's.
    assert!(most.into_inner() <= 256 + 8 + 1);
}

#[test]
fn a_rerun_asks_nothing_of_what_is_done_but_the_listing() {
    let oss = Server::new().in_process();
    for name in ["a", "b", "c/"] {
        oss.put(&format!("x/{name}"), "1");
    }
    let (dir, state) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let again = || Run {
        remembering: Some(Remembering {
            state_directory: None,
            directory: state.path().to_owned(),
            command: Vec::new(),
            working_directory: None,
        }),
        ..Run::new(route(dir.path()))
    };
    let told = Mutex::new(Vec::new());
    for round in 0..2 {
        told.lock().unwrap().clear();
        // The key that ends with a slash and has bytes fails, so that the record stays.
        let ended = down(&oss, again(), &|item| told.lock().unwrap().push(item));
        assert_eq!(ended.summary.failed, 1);
        assert_eq!(ended.summary.resumed, round > 0);
        assert_eq!(oss.requests(Operation::GetObject), 2);
    }
    let told = told.into_inner().unwrap();
    let skipped = told.iter().filter(|item| matches!(item, Told::Skipped(..)));
    assert_eq!(skipped.count(), 2);
    // A file that is not as it was left is fetched again.
    std::fs::write(dir.path().join("a"), "changed").unwrap();
    down(&oss, again(), &|_| {});
    assert_eq!(oss.requests(Operation::GetObject), 3);
    assert_eq!(std::fs::read(dir.path().join("a")).unwrap(), b"1");
    // Without the state directory all is fetched again, and nothing is wrong.
    std::fs::remove_dir_all(state.path().join("runs")).unwrap();
    down(&oss, again(), &|_| {});
    assert_eq!(oss.requests(Operation::GetObject), 5);
}

/// Downloads `a` and `b` to an empty directory, in which somebody does `meddle` between the two.
fn meddled_with(if_exists: IfExists, meddle: fn(&Path)) -> (tempfile::TempDir, Ended) {
    let oss = Server::new().in_process();
    oss.put("x/a", "new").put("x/b", "new");
    let dir = tempfile::tempdir().unwrap();
    let request = Run {
        at_once: NonZeroUsize::MIN,
        if_exists,
        ..Run::new(route(dir.path()))
    };
    let ended = down(&oss, request, &|told| {
        if matches!(&told, Told::Done(what, _) if what.source == "oss://bkt/x/a") {
            meddle(dir.path());
        }
    });
    assert!(ended.outcome.is_ok());
    (dir, ended)
}

/// Cases: 86.
#[test]
fn what_appears_in_a_directory_that_was_empty_is_found_as_its_name_is_taken() {
    let write: fn(&Path) = |dir| std::fs::write(dir.join("b"), "somebody's").unwrap();
    let (dir, ended) = meddled_with(IfExists::Skip, write);
    assert_eq!((ended.summary.skipped, ended.summary.failed), (1, 0));
    assert_eq!(std::fs::read(dir.path().join("b")).unwrap(), b"somebody's");
    let (dir, ended) = meddled_with(IfExists::Overwrite, write);
    assert_eq!((ended.summary.skipped, ended.summary.failed), (0, 0));
    assert_eq!(std::fs::read(dir.path().join("b")).unwrap(), b"new");
}

/// Cases: 93, 96.
#[test]
fn neither_a_link_nor_a_directory_that_appears_there_is_replaced_or_followed() {
    let (dir, ended) = meddled_with(IfExists::Overwrite, |dir| {
        std::os::unix::fs::symlink(dir.join("a"), dir.join("b")).unwrap();
        std::fs::write(dir.join("a"), "somebody's").unwrap();
    });
    assert_eq!(ended.summary.failed, 1);
    assert!(dir.path().join("b").is_symlink());
    assert_eq!(std::fs::read(dir.path().join("a")).unwrap(), b"somebody's");
    let (dir, ended) = meddled_with(IfExists::Overwrite, |dir| {
        std::fs::create_dir(dir.join("b")).unwrap();
    });
    assert_eq!(ended.summary.failed, 1);
    assert_eq!(std::fs::read_dir(dir.path().join("b")).unwrap().count(), 0);
}

#[test]
fn a_run_that_is_cancelled_before_it_begins_moves_nothing() {
    let oss = Server::new().in_process();
    oss.put("x/a", "1");
    let dir = tempfile::tempdir().unwrap();
    let monitor = Monitor::new();
    monitor.cancel();
    let ended = run(oss.client(), Run::new(route(dir.path())), &monitor, &|_| {});
    assert!(matches!(ended.outcome, Err(ossum_many::Error::Cancelled)));
    assert_eq!(oss.requests(Operation::GetObject), 0);
}

#[test]
fn an_empty_object_that_ends_with_a_slash_makes_a_directory_and_one_with_bytes_an_error() {
    let oss = Server::new().in_process();
    oss.put("x/", "").put("x/empty/", "").put("x/bytes/", "1");
    let dir = tempfile::tempdir().unwrap();
    let ended = down(&oss, Run::new(route(dir.path())), &|_| {});
    assert!(ended.outcome.is_ok());
    assert_eq!(ended.summary.failed, 1);
    assert!(dir.path().join("empty").is_dir());
    assert!(!dir.path().join("bytes").exists());
}
