//! A run that failed, was killed or interrupted, and is run again.

use ossum_testkit::Signal;

use super::TREE;
use super::{events, wait_for_bytes};
use crate::desk::Desk;
use crate::held;

#[test]
fn one_failure_is_one_line_and_the_others_go_on_and_a_rerun_copies_that_one_alone() {
    let desk = held::desk();
    desk.tree(TREE);
    desk.faults(
        "[[rule]]\noperation = 'PutObject'\nkey = 'x/b/c'\n\
         then = { answer = { status = 403, code = 'AccessDenied' } }\n",
    );
    let some = desk.run("cp -r d oss://bkt/x");
    some.exit(1).says("1 of 5 failed").prints("4 files, 16 B");
    let lines: Vec<_> = some.stderr().lines().collect();
    assert_eq!(lines.len(), 3, "{some}");
    assert!(
        lines[0].starts_with("error: ") && lines[0].contains("b/c"),
        "{some}"
    );
    assert_eq!(desk.keys("x/").len(), 4);

    let scripts = desk.run("cp -r --json d oss://bkt/x");
    let last = scripts.exit(1).last_json();
    assert_eq!(last["event"], "run_done");
    assert_eq!((&last["failed"], &last["skipped"]), (&1.into(), &4.into()));
    let errors = events(&scripts, "error");
    assert_eq!((errors.len(), &errors[0]["code"]), (1, &4.into()));
    assert_eq!(errors[0]["destination"], "oss://bkt/x/b/c");

    desk.release();
    let rest = desk.run("cp -r --json d oss://bkt/x");
    let last = rest.exit(0).last_json();
    assert_eq!((&last["files"], &last["skipped"]), (&1.into(), &4.into()));
    assert_eq!(last["bytes_sent"], 3);
    assert_eq!(desk.keys("x/").len(), 5);
    assert_eq!(desk.runs_left(), 0);
}

#[test]
fn a_run_that_is_killed_goes_on_where_it_was() {
    let desk = held::desk();
    let names: Vec<String> = (0..20).map(|number| format!("{number:02}")).collect();
    desk.tree(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let large = vec![5; held::SIZE];
    desk.workspace.write("d/99", &large);
    for (hold, source, destination) in [
        ("UploadPart", "d", "oss://bkt/x"),
        ("UploadPartCopy", "oss://bkt/x", "oss://bkt/y"),
        ("GetObject", "oss://bkt/y", "down"),
    ] {
        // The large one is the last, so all others are done when it stands still.
        let before = if hold == "GetObject" {
            20 + held::HELD_AT
        } else {
            held::HELD_AT
        };
        desk.hold(hold, before);
        let words = format!("cp -r {source} {destination} --part-size 100K --concurrency 1 --json");
        let mut run = desk.ossum.start(words.split(' '));
        for _ in 0..20 {
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
            (&last["files"], &last["skipped"]),
            (&1.into(), &20.into()),
            "{rest}"
        );
        assert_eq!(last["resumed"], true);
        assert!(last["bytes_reused"].as_u64().unwrap() > 0, "{rest}");
        assert_eq!(desk.runs_left(), 0);
    }
    assert_eq!(desk.workspace.read("down/99"), large);
    assert_eq!(desk.files("down").len(), 21);
    assert_eq!(desk.open_uploads(), 0);
}

#[test]
fn what_was_copied_is_copied_again_if_source_or_destination_changed_since() {
    let desk = held::desk();
    desk.tree(&["a", "b", "c", "z"]);
    desk.faults(
        "[[rule]]\noperation = 'PutObject'\nkey = 'x/z'\n\
         then = { answer = { status = 403, code = 'AccessDenied' } }\n",
    );
    desk.run("cp -r d oss://bkt/x").exit(1);
    desk.release();
    desk.workspace.write("d/a", "other");
    desk.put("oss://bkt/x/b", b"somebody else's");
    let rest = desk.run("cp -r d oss://bkt/x --json");
    let last = rest.exit(0).last_json();
    assert_eq!((&last["files"], &last["skipped"]), (&3.into(), &1.into()));
    desk.run("cp oss://bkt/x/b back").exit(0);
    assert_eq!(desk.workspace.read("back"), b"b");
}

#[test]
fn what_was_copied_is_copied_again_if_other_headers_are_asked_for() {
    let desk = held::desk();
    desk.tree(&["a", "b", "z"]);
    desk.faults(
        "[[rule]]\noperation = 'PutObject'\nkey = 'x/z'\n\
         then = { answer = { status = 403, code = 'AccessDenied' } }\n",
    );
    let run = |options: &str, code| {
        let outcome = desk.run(&format!("cp -r d oss://bkt/x --json {options}"));
        let last = outcome.exit(code).last_json();
        (last["files"].clone(), last["skipped"].clone())
    };
    run("--storage-class IA", 1);
    assert_eq!(run("--storage-class IA", 1), (0.into(), 2.into()));
    assert_eq!(run("", 1), (2.into(), 0.into()));
    let stat = desk.run("stat oss://bkt/x/a --json").exit(0).last_json();
    assert_eq!(stat["storage_class"], "Standard");
    // Both are remembered: only what stands there now counts.
    desk.release();
    assert_eq!(run("--meta k=v", 0), (3.into(), 0.into()));
    assert_eq!(desk.runs_left(), 0);
}

#[test]
fn a_file_that_was_not_made_durable_is_fetched_again_where_it_has_to_be() {
    let desk = held::desk();
    desk.tree(&["a", "z"]);
    desk.run("cp -r d oss://bkt/x").exit(0);
    desk.faults(
        "[[rule]]\noperation = 'GetObject'\nkey = 'x/z'\n\
         then = { answer = { status = 403, code = 'AccessDenied' } }\n",
    );
    let skipped = |options: &str| {
        let outcome = desk.run(&format!("cp -r oss://bkt/x down --json {options}"));
        outcome.exit(1).last_json()["skipped"].clone()
    };
    assert_eq!(skipped("--durability none"), 0);
    assert_eq!(skipped("--durability none"), 1);
    assert_eq!(skipped(""), 0);
    assert_eq!(skipped(""), 1);
    assert_eq!(skipped("--durability none"), 1, "more than was asked for");
}

#[test]
fn an_interrupted_run_says_how_it_goes_on() {
    let desk = held::desk();
    desk.tree(&["a", "b"]);
    desk.hold("PutObject", 1);
    let mut run = desk
        .ossum
        .start("cp -r d oss://bkt/x --json --concurrency 1".split(' '));
    run.line_after(r#"{"v":1,"event":"done""#);
    run.signal(Signal::INT);
    let ended = run.wait();
    let last = ended.exit(130).last_json();
    assert_eq!(
        (&last["code"], &last["resumable"]),
        (&130.into(), &true.into())
    );
    let error = &events(&ended, "error")[0];
    let hint = error["hint"].as_str().unwrap();
    assert!(hint.contains("ossum cp -r d oss://bkt/x"), "{hint}");
    assert!(hint.starts_with("1 file is done;"), "{hint}");
}

#[test]
fn a_run_that_cannot_be_remembered_goes_on_and_says_why() {
    let desk = Desk::new();
    desk.tree(&["a"]);
    desk.workspace.write("file", b"");
    desk.run("cp -r d oss://bkt/x --checkpoint-dir file/below")
        .exit(0)
        .says("(os error 20)")
        .says("if this run is interrupted, it begins anew");
}

#[test]
fn what_a_run_has_left_is_listed_wherever_it_is_remembered_and_resumed_by_one_command() {
    let desk = held::desk();
    for name in ["d/1", "d/2"] {
        desk.workspace.write(name, vec![5; held::SIZE]);
    }
    desk.hold("UploadPart", held::HELD_AT);
    let words = "cp -r d oss://bkt/x --checkpoint-dir kept --part-size 100K --json";
    let run = desk.ossum.start(words.split(' '));
    let jobs = || {
        let listed = desk.run("jobs ls --json");
        let jobs = events(listed.exit(0), "job");
        let transfers = jobs.iter().filter(|job| job["kind"] == "transfer");
        transfers.count()
    };
    assert!((0..1000).any(|_| jobs() == 2), "both have begun");
    run.signal(Signal::KILL);
    run.wait();
    desk.release();
    let resumed = desk.run("jobs resume --all");
    assert_eq!(events(resumed.exit(0), "run_done").len(), 1, "{resumed}");
    desk.run("jobs ls").exit(0).says("no unfinished transfers");
}

#[test]
fn files_beside_the_record_of_a_run_are_copied() {
    let desk = Desk::new();
    desk.tree(&["a", "kept/b"]);
    let words = "cp -r d oss://bkt/x --checkpoint-dir d/kept";
    desk.run(words).exit(0);
    assert_eq!(desk.keys("x/"), ["x/a", "x/kept/b"]);
}
