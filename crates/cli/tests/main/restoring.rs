use std::time::{Duration, SystemTime};

use ossum_testkit::{LocalOss, MovableClock};

use crate::desk::{Desk, fails};

/// A desk with archived objects that take a minute of the server's clock to restore.
fn desk() -> (Desk, MovableClock) {
    let clock = MovableClock::at(SystemTime::now());
    let servers = clock.for_server();
    let desk = Desk::at(LocalOss::start_with(|settings| settings.clock = servers));
    desk.workspace.write("file", "x");
    for (key, class) in [
        ("a/1", "Archive"),
        ("a/2", "ColdArchive"),
        ("a/plain", "Standard"),
    ] {
        let words = format!("cp -q file oss://bkt/{key} --storage-class {class}");
        desk.run(&words).exit(0);
    }
    (desk, clock)
}

const A_WHILE: Duration = Duration::from_mins(2);

#[track_caller]
fn state(desk: &Desk, words: &str) -> String {
    let restored = desk
        .run(&format!("restore {words} --json"))
        .exit(0)
        .last_json();
    assert_eq!(restored["event"], "restored", "{restored}");
    restored["state"].as_str().unwrap().to_owned()
}

#[test]
fn restoring_is_begun_once_and_told_ever_after() {
    let (desk, clock) = desk();
    assert_eq!(state(&desk, "oss://bkt/a/1"), "begun");
    assert_eq!(state(&desk, "oss://bkt/a/1"), "under_way");
    clock.advance(A_WHILE);
    assert_eq!(state(&desk, "oss://bkt/a/1"), "restored");
    assert_eq!(state(&desk, "oss://bkt/a/1 --days 3"), "extended");
    desk.run("cp -q oss://bkt/a/1 .").exit(0);
    assert_eq!(state(&desk, "oss://bkt/a/plain"), "not_archived");
}

#[test]
fn people_are_told_how_long_it_takes() {
    let (desk, clock) = desk();
    desk.run("restore oss://bkt/a/1")
        .exit(0)
        .prints("about a minute");
    desk.run("restore oss://bkt/a/2 --tier bulk")
        .exit(0)
        .prints("5 to 12 hours");
    clock.advance(A_WHILE);
    desk.run("restore oss://bkt/a/1")
        .exit(0)
        .prints("can be read until ");
}

#[test]
fn waiting_ends_when_it_can_be_read() {
    let (desk, clock) = desk();
    let mut waiting = desk
        .ossum
        .start(["restore", "oss://bkt/a/1", "--wait", "--json"]);
    let first = waiting.line();
    assert!(first.contains(r#""state":"begun""#), "{first}");
    clock.advance(A_WHILE);
    let restored = waiting.wait().exit(0).last_json();
    assert_eq!(restored["state"], "restored");
    assert!(restored["until"].as_str().unwrap().ends_with("GMT"));
}

#[test]
fn waiting_ends_at_its_limit_too() {
    let (desk, _clock) = desk();
    let words = "restore oss://bkt/a/1 --wait=0";
    fails_waiting(&desk, words);
    // Restoring goes on, and the next one waits for it.
    fails_waiting(&desk, words);
}

#[track_caller]
fn fails_waiting(desk: &Desk, words: &str) {
    let outcome = desk.run(words);
    outcome.exit(4).says("cannot be read yet").says("hint: ");
    let last = desk.run(&format!("{words} --json")).exit(4).last_json();
    assert_eq!(
        (&last["event"], &last["kind"]),
        (&"error".into(), &"archived".into())
    );
}

#[test]
fn everything_archived_below_a_prefix_is_restored() {
    let (desk, clock) = desk();
    let total = desk
        .run("restore -r oss://bkt/a/ --json")
        .exit(0)
        .last_json();
    assert_eq!(
        (&total["begun"], &total["not_archived"], &total["failed"]),
        (&2.into(), &1.into(), &0.into())
    );
    let again = desk
        .run("restore -r oss://bkt/a/ -q --json")
        .exit(0)
        .last_json();
    assert_eq!(again["under_way"], 2);
    clock.advance(A_WHILE);
    let lines = desk
        .run("restore -r oss://bkt/a/ --wait --json")
        .exit(0)
        .stdout_json();
    assert_eq!(lines.last().unwrap()["readable"], 2);
}

#[test]
fn one_that_cannot_be_restored_does_not_keep_the_others_from_it() {
    let (desk, _clock) = desk();
    let outcome = desk.run("restore -r oss://bkt/a/ --days 30");
    outcome
        .exit(1)
        .says("7 days at most")
        .says("1 begun")
        .says("1 failed");
}

#[test]
fn what_cannot_be_restored_says_why() {
    let (desk, _clock) = desk();
    for (words, code, kind, names) in [
        ("restore oss://bkt/none", 3, "no_such_key", "oss://bkt/none"),
        ("restore oss://bkt", 2, "usage", "object key"),
        ("restore oss://bkt/a/1 --days 8", 2, "usage", "7 days"),
    ] {
        fails(&desk.ossum, words, code, kind, names);
    }
    desk.run("restore oss://bkt/a/1 --days 366").exit(2);
}
