//! A run that was killed, and what changes while one is under way.

use ossum_testkit::Signal;

use super::did;
use crate::desk::Desk;
use crate::held;
use crate::runs::{events, wait_for_bytes};

#[test]
fn a_run_that_is_killed_goes_on_where_it_was_in_every_direction() {
    let desk = held::desk();
    desk.tree(&["0", "1", "2"]);
    desk.workspace.write("d/9", vec![5; held::SIZE]);
    for (hold, source, destination) in [
        ("UploadPart", "d", "oss://bkt/x"),
        ("UploadPartCopy", "oss://bkt/x", "oss://bkt/y"),
        ("GetObject", "oss://bkt/y", "down"),
    ] {
        let before = if hold == "GetObject" {
            3 + held::HELD_AT
        } else {
            held::HELD_AT
        };
        desk.hold(hold, before);
        let words =
            format!("sync --delete {source} {destination} --part-size 100K --concurrency 1 --json");
        let mut run = desk.ossum.start(words.split(' '));
        for _ in 0..3 {
            run.line_after("{\"v\":1,\"event\":\"done\"");
        }
        wait_for_bytes(&mut run, held::HELD_AT * held::PART);
        run.signal(Signal::KILL);
        run.wait();
        assert_eq!(desk.runs_left(), 1);
        desk.release();
        let rest = desk.run(&words);
        let last = rest.exit(0).last_json();
        assert_eq!(
            (&last["files"], &last["kept"]),
            (&1.into(), &3.into()),
            "{rest}"
        );
        let reused = last["bytes_reused"].as_u64().unwrap();
        assert!(reused >= (held::HELD_AT * held::PART) as u64, "{rest}");
        assert_eq!(desk.runs_left(), 0);
        assert_eq!(desk.open_uploads(), 0);
    }
    assert_eq!(desk.workspace.read("down/9"), vec![5; held::SIZE]);
}

#[test]
fn a_run_that_is_interrupted_is_in_the_list_and_is_resumed_from_there() {
    let desk = held::desk();
    desk.workspace.write("d/9", vec![5; held::SIZE]);
    desk.hold("UploadPart", held::HELD_AT);
    let words = "sync d oss://bkt/x --part-size 100K --concurrency 1 --json";
    let mut run = desk.ossum.start(words.split(' '));
    wait_for_bytes(&mut run, held::HELD_AT * held::PART);
    run.signal(Signal::TERM);
    run.wait().exit(143).prints("ossum sync d");
    desk.release();
    desk.run("jobs ls").exit(0).prints("oss://bkt/x");
    desk.run("jobs resume --all").exit(0);
    assert_eq!(desk.keys("x/"), ["x/9"]);
    desk.run("jobs ls --json").exit(0);
    assert_eq!(desk.runs_left(), 0);
}

#[test]
fn a_file_that_changes_while_it_is_uploaded_fails_alone_and_deletes_nothing() {
    let desk = held::desk();
    desk.tree(&["0"]);
    desk.workspace.write("d/9", vec![5; held::SIZE]);
    desk.put("oss://bkt/x/old", b"1");
    let from = held::HELD_AT + 1;
    desk.faults(&format!(
        "[[rule]]\noperation = 'UploadPart'\nfrom = {from}\n\
         then = {{ answer = {{ status = 503, code = 'ServiceUnavailable' }} }}\n"
    ));
    let words =
        "sync --delete d oss://bkt/x --part-size 100K --concurrency 1 --retries 1000 --json";
    let mut run = desk.ossum.start(words.split(' '));
    wait_for_bytes(&mut run, held::HELD_AT * held::PART);
    desk.workspace.write("d/9", vec![6; held::SIZE]);
    desk.release();
    let some = run.wait();
    let errors = events(some.exit(1), "error");
    assert_eq!((errors.len(), &errors[0]["code"]), (1, &7.into()), "{some}");
    some.says("nothing was deleted, as");
    assert_eq!(desk.keys("x/"), ["x/0", "x/old"]);
    // It is another file by now.
    assert_eq!(desk.sync("--delete d oss://bkt/x", 0), did(1, 1, 1));
    desk.run("cp oss://bkt/x/9 back").exit(0);
    assert_eq!(desk.workspace.read("back"), vec![6; held::SIZE]);
}

#[test]
fn two_at_a_time_do_not_get_into_each_others_way() {
    let desk = held::desk();
    desk.workspace.write("d/9", vec![5; held::SIZE]);
    desk.hold("UploadPart", held::HELD_AT);
    let words = "sync d oss://bkt/x --part-size 100K --concurrency 1 --json";
    let mut run = desk.ossum.start(words.split(' '));
    wait_for_bytes(&mut run, held::HELD_AT * held::PART);
    desk.run("sync d oss://bkt/x").exit(9).says("hint: ");
    desk.release();
    run.signal(Signal::KILL);
    run.wait();
}

#[test]
fn a_run_without_a_place_to_remember_it_does_all_the_same() {
    let desk = Desk::new();
    desk.tree(&["a", "b"]);
    let words = "--no-checkpoint d oss://bkt/x";
    assert_eq!(desk.sync(words, 0), did(2, 0, 0));
    assert_eq!(desk.sync(words, 0), did(0, 0, 2));
}
