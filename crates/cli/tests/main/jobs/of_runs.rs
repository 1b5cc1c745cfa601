//! Runs are jobs too, and their large transfers are shown as theirs.

use ossum_testkit::{Outcome, Signal};
use serde_json::Value;

use super::{id, listed};
use crate::desk::{Desk, fails};
use crate::held::{HELD_AT, PART, SIZE, desk};

/// Three small files and a large one, the last in order.
fn tree(desk: &Desk) {
    for name in ["d/1", "d/2", "d/3"] {
        desk.workspace.write(name, "0123456789");
    }
    desk.workspace.write_seeded("d/large", 1, SIZE);
}

const WORDS: &str = "cp -r d oss://bkt/x --part-size 100K --concurrency 1 --json";

/// A run of which three files are done and a fourth is half done, killed there.
fn killed(words: &str) -> Desk {
    let desk = desk();
    tree(&desk);
    desk.hold("UploadPart", HELD_AT);
    let mut running = start(&desk, words);
    desk.wait_until_recorded(&mut running);
    running.signal(Signal::KILL);
    running.wait();
    desk.release();
    desk
}

/// Starts a run, and waits until it stands still.
fn start(desk: &Desk, words: &str) -> ossum_testkit::Running {
    let mut running = desk.ossum.start(words.split_whitespace());
    crate::runs::wait_for_bytes(&mut running, 30 + HELD_AT * PART);
    running
}

/// The run and the transfer that is part of it.
#[track_caller]
fn both(desk: &Desk) -> (Value, Value) {
    let jobs = listed(desk);
    let [run, transfer] = &jobs[..] else {
        panic!("{jobs:?}");
    };
    (run.clone(), transfer.clone())
}

fn nothing_is_left(desk: &Desk) {
    assert_eq!(listed(desk), Vec::<Value>::new());
    assert_eq!(desk.open_uploads(), 0);
    assert!(desk.pointers().is_empty(), "{:?}", desk.pointers());
}

#[test]
fn a_run_is_listed_with_what_is_done_and_before_the_transfers_that_are_its_own() {
    let desk = killed(WORDS);
    let (run, transfer) = both(&desk);
    assert_eq!(
        (&run["kind"], &run["state"]),
        (&"run".into(), &"stopped".into())
    );
    assert_eq!(run["direction"], "upload");
    let source = desk.workspace.path("d");
    assert_eq!(run["source"], source.to_str().unwrap());
    assert_eq!(run["destination"], "oss://bkt/x/");
    assert_eq!(
        (&run["files_done"], &run["bytes_done"]),
        (&3.into(), &30.into())
    );
    assert!(
        run["bytes_total"].is_null() && run["run"].is_null(),
        "{run}"
    );
    assert!(
        run["began"].is_string() && run["changed"].is_string(),
        "{run}"
    );
    assert_eq!(
        (&transfer["kind"], &transfer["run"]),
        (&"transfer".into(), &run["id"])
    );
    assert_eq!(transfer["bytes_done"], HELD_AT * PART);

    desk.run("jobs ls")
        .exit(0)
        .prints("run: 3 files (30 B) done")
        .prints(&format!(", of run {}", id(&run)))
        .says("1 unfinished run, 1 unfinished transfer, 0 running");
    let shown = desk.run(&format!("jobs show {} --json", id(&run)));
    let shown = shown.exit(0).last_json();
    assert_eq!(shown["command"][1], "cp");
    assert_eq!(shown["unfinished"][0]["id"], transfer["id"]);
    assert!(shown["end"].is_null(), "{shown}");
    desk.run(&format!("jobs show {}", id(&run)))
        .exit(0)
        .prints("3 files (30 B)")
        .prints("half done")
        .prints("no end recorded: killed or power loss")
        .prints("ossum cp -r d oss://bkt/x");
    desk.run(&format!("jobs show {}", id(&transfer)))
        .exit(0)
        .prints(run["id"].as_str().unwrap());
}

#[test]
fn a_run_of_small_files_that_failed_is_a_job_that_says_why_until_it_is_given_up() {
    let desk = desk();
    desk.workspace.write("d/1", "1");
    desk.workspace.write("d/2", "2");
    desk.faults(
        "[[rule]]\noperation = 'PutObject'\nkey = 'x/2'\n\
         then = { answer = { status = 403, code = 'AccessDenied' } }\n",
    );
    desk.run("cp -r d oss://bkt/x").exit(1);
    let jobs = listed(&desk);
    assert_eq!(jobs.len(), 1);
    let id = id(&jobs[0]);
    let end = |desk: &Desk| {
        let shown = desk.run(&format!("jobs show {id} --json"));
        shown.exit(0).last_json()["end"].clone()
    };
    assert_eq!(end(&desk)["kind"], "some_failed");
    assert_eq!(end(&desk)["message"], "1 of 2 failed");
    desk.run(&format!("doctor {id}"))
        .exit(0)
        .prints("1 of 2 failed")
        .prints(&format!("ossum jobs resume {id}"));
    let checked = desk.run("doctor --json");
    let checked = checked.exit(0).stdout_json();
    let found = checked.iter().find(|line| line["check"] == "jobs").unwrap();
    assert_eq!(found["state"], "warn");

    desk.run(&format!("jobs rm {id} -n"))
        .exit(0)
        .prints("would give up");
    assert_eq!(listed(&desk).len(), 1);
    let given_up = desk.run(&format!("jobs rm {id} --json"));
    let given_up = given_up.exit(0).last_json();
    assert_eq!(
        given_up["removed"].as_array().unwrap().len(),
        1,
        "{given_up}"
    );
    nothing_is_left(&desk);
    // What it copied stays.
    desk.run("stat oss://bkt/x/1").exit(0);
    fails(
        &desk.ossum,
        &format!("jobs show {id}"),
        3,
        "no_such_job",
        &id,
    );
}

#[test]
fn since_when_a_run_is_unfinished_outlives_its_attempts() {
    let desk = killed(WORDS);
    let (before, _) = both(&desk);
    desk.deny("UploadPart", 1);
    desk.run(WORDS).exit(1);
    let (after, transfer) = both(&desk);
    assert_eq!(before["began"], after["began"]);
    assert_eq!(after["files_done"], 3);
    // The transfer that failed has an end of its own.
    let shown = desk.run(&format!("jobs show {} --json", id(&transfer)));
    assert_eq!(shown.exit(0).last_json()["end"]["kind"], "denied");
}

#[test]
fn a_run_is_resumed_by_its_command_once_and_with_all_that_is_its_own() {
    for all in [false, true] {
        let desk = killed(WORDS);
        let (run, _) = both(&desk);
        let words = if all {
            "jobs resume --all --json".to_owned()
        } else {
            format!("jobs resume {}", id(&run))
        };
        let resumed = desk.run(&words);
        let lines = resumed.exit(0).stdout_json();
        let done: Vec<_> = lines
            .iter()
            .filter(|line| line["event"] == "run_done")
            .collect();
        assert_eq!(done.len(), 1, "{resumed}");
        assert_eq!(
            (&done[0]["files"], &done[0]["skipped"]),
            (&1.into(), &3.into())
        );
        assert_eq!(done[0]["bytes_reused"], HELD_AT * PART);
        if all {
            assert_eq!(resumed.last_json()["jobs"], 1, "{resumed}");
        }
        nothing_is_left(&desk);
    }
}

#[test]
fn going_on_with_nothing_has_a_last_line_too() {
    let desk = Desk::new();
    for words in ["jobs resume --all --json", "jobs rm --all --json"] {
        let last = desk.run(words).exit(0).last_json();
        assert_eq!(
            (&last["event"], &last["jobs"]),
            (&"total".into(), &0.into()),
            "{words}"
        );
    }
    desk.run("jobs resume --all")
        .exit(0)
        .says("nothing to go on with");
}

#[test]
fn giving_a_run_up_aborts_its_uploads_and_removes_its_record() {
    let desk = killed(WORDS);
    let (run, transfer) = both(&desk);
    assert_eq!(desk.open_uploads(), 1);
    let dry: Outcome = desk.run(&format!("jobs rm -n --json {}", id(&run)));
    assert_eq!(dry.exit(0).last_json()["aborted"][0], transfer["upload_id"]);
    assert_eq!(both(&desk), (run.clone(), transfer.clone()));

    desk.deny("AbortMultipartUpload", 1);
    desk.run(&format!("jobs rm {}", id(&run)))
        .exit(4)
        .says(&id(&transfer))
        .says("--force");
    assert_eq!(both(&desk), (run.clone(), transfer.clone()));

    desk.release();
    let given_up = desk.run(&format!("jobs rm --json {}", id(&run)));
    let given_up = given_up.exit(0).last_json();
    assert_eq!(given_up["aborted"][0], transfer["upload_id"]);
    nothing_is_left(&desk);
    assert_eq!(desk.files("d").len(), 4);
}

#[test]
fn giving_a_run_down_up_removes_the_bytes_so_far_and_leaves_what_is_done() {
    let desk = desk();
    tree(&desk);
    desk.run("cp -r d oss://bkt/x").exit(0);
    desk.hold("GetObject", 3 + HELD_AT);
    let running = start(
        &desk,
        "cp -r oss://bkt/x down --part-size 100K --concurrency 1 --json",
    );
    running.signal(Signal::KILL);
    running.wait();
    desk.release();
    let (run, transfer) = both(&desk);
    assert_eq!(
        (&run["direction"], &transfer["direction"]),
        (&"download".into(), &"download".into())
    );
    assert_eq!(desk.files("down").len(), 4);
    desk.run("jobs rm --all")
        .exit(0)
        .says("gave up 1 unfinished job");
    assert_eq!(desk.files("down"), ["1", "2", "3"]);
    nothing_is_left(&desk);
}

#[test]
fn a_run_that_is_under_way_is_neither_given_up_nor_begun_again() {
    let desk = desk();
    tree(&desk);
    desk.hold("UploadPart", HELD_AT);
    let running = start(&desk, WORDS);
    let (run, transfer) = both(&desk);
    assert_eq!(
        (&run["state"], &transfer["state"]),
        (&"running".into(), &"running".into())
    );
    let process = format!("process {}", run["process"]);
    let id = id(&run);
    fails(&desk.ossum, &format!("jobs rm {id}"), 9, "in_use", &process);
    let again = desk.run("cp -r d oss://bkt/x");
    again.exit(9).says(&process);
    desk.run(&format!("jobs show {id}"))
        .exit(0)
        .prints(&process);
    desk.run("jobs rm --all")
        .exit(0)
        .says("1 running, left alone");
    let resumed = desk.run("jobs resume --all --json");
    assert_eq!(resumed.exit(0).last_json()["running"], 1);
    desk.run(&format!("doctor {id}")).exit(0).prints("it runs");
    assert_eq!(desk.open_uploads(), 1);
    running.signal(Signal::KILL);
    running.wait();
}

#[test]
fn a_run_that_is_remembered_elsewhere_is_a_job_of_its_own() {
    let desk = killed(&format!("{WORDS} --checkpoint-dir kept"));
    let (elsewhere, transfer) = both(&desk);
    assert_eq!(
        (&transfer["run"], &elsewhere["files_done"]),
        (&elsewhere["id"], &3.into())
    );
    // The same run without the option is another one.
    desk.deny("PutObject", 1);
    desk.run("cp -r d oss://bkt/x --exclude large").exit(4);
    let jobs = listed(&desk);
    assert_eq!(jobs.len(), 3);
    assert!(jobs.iter().any(|job| job["files_done"] == 0), "{jobs:?}");
    desk.release();

    // Without its record it begins anew, and can be given up.
    std::fs::rename(desk.workspace.path("kept"), desk.workspace.path("away")).unwrap();
    let jobs = listed(&desk);
    let missing = jobs
        .iter()
        .find(|job| job["id"] == elsewhere["id"])
        .unwrap();
    assert_eq!(missing["state"], "record_missing");
    desk.run(&format!("jobs show {}", id(missing)))
        .exit(0)
        .prints("what is done is not known any more");
    desk.run("jobs rm --all").exit(0);
    nothing_is_left(&desk);
}
