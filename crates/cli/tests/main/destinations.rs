use ossum_testkit::Outcome;

use crate::desk::{Desk, fails};

#[test]
fn an_existing_object_is_replaced_left_or_refused_as_asked() {
    let desk = Desk::new();
    desk.put("oss://bkt/k", b"old");
    desk.workspace.write("file", "newer");
    let size = || desk.run("stat oss://bkt/k --json").last_json()["size"].clone();
    let up = "cp file oss://bkt/k --if-exists";
    fails(
        &desk.ossum,
        &format!("{up} fail"),
        9,
        "already_exists",
        "oss://bkt/k",
    );
    skipped(&desk.run(&format!("{up} skip --json")));
    assert_eq!(size(), 3);
    desk.run(&format!("{up} overwrite")).exit(0);
    assert_eq!(size(), 5);
}

#[test]
fn an_existing_file_is_replaced_left_or_refused_as_asked() {
    let desk = Desk::new();
    desk.put("oss://bkt/k", b"newer");
    desk.workspace.write("file", "old");
    let down = "cp oss://bkt/k file --if-exists";
    fails(
        &desk.ossum,
        &format!("{down} fail"),
        9,
        "already_exists",
        "file",
    );
    skipped(&desk.run(&format!("{down} skip --json")));
    assert_eq!(desk.workspace.read("file"), b"old");
    desk.run(&format!("{down} overwrite")).exit(0);
    assert_eq!(desk.workspace.read("file"), b"newer");
}

#[track_caller]
fn skipped(outcome: &Outcome) {
    let last = outcome.exit(0).last_json();
    assert_eq!(last["event"], "skipped", "{outcome}");
}

#[test]
fn what_is_not_there_is_copied_whatever_was_asked() {
    let desk = Desk::new();
    desk.workspace.write("file", "x");
    for what in ["fail", "skip", "overwrite"] {
        desk.run(&format!("cp file oss://bkt/{what} --if-exists {what}"))
            .exit(0);
        desk.run(&format!("cp oss://bkt/{what} {what} --if-exists {what}"))
            .exit(0);
        assert_eq!(desk.workspace.read(what), b"x");
    }
}

#[test]
fn an_existing_destination_is_as_it_was_after_a_failure() {
    let desk = Desk::new();
    desk.workspace.write("file", "old");
    desk.run("cp oss://bkt/none file").exit(3);
    assert_eq!(desk.workspace.read("file"), b"old");
    assert_eq!(desk.workspace.names(), ["file"]);
}

#[test]
fn names_are_completed_on_both_sides() {
    let desk = Desk::new();
    desk.workspace.write("dir/file", "x");
    desk.run("cp dir/file oss://bkt").exit(0);
    desk.run("cp dir/file oss://bkt/p/").exit(0);
    desk.run("stat oss://bkt/file").exit(0);
    desk.run("stat oss://bkt/p/file").exit(0);
    desk.run("cp oss://bkt/p/file .").exit(0);
    assert_eq!(desk.workspace.read("file"), b"x");
}
