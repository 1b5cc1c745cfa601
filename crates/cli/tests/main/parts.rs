//! `ossum parts`: what is billed and belongs to no object.

use std::os::unix::fs::symlink;
use std::time::{Duration, SystemTime};

use ossum_devserver::{Access, Clock};
use ossum_testkit::{LocalOss, Signal};
use serde_json::Value;

use crate::desk::{Desk, fails};
use crate::held::{HELD_AT, OPTIONS, PART, SIZE, desk};

const HOUR: Duration = Duration::from_hours(1);

/// A desk whose OSS has a clock of its own, an hour behind or ahead.
fn desk_on(clock: impl Fn() -> SystemTime + Send + Sync + 'static) -> Desk {
    Desk::at(LocalOss::start_with(|settings| {
        settings.access = Access::Open;
        settings.clock = Clock::new(clock);
    }))
}

/// Leaves an upload of so many parts, and forgets it here if nobody is to own it.
fn leave(desk: &Desk, key: &str, forget: bool) {
    desk.workspace.write_seeded("file", 1, SIZE);
    desk.kill_held("UploadPart", &format!("cp file oss://bkt/{key} {OPTIONS}"));
    if forget {
        for file in desk.pointers() {
            std::fs::remove_file(file).unwrap();
        }
        std::fs::remove_file(desk.workspace.root().join("file.cp")).unwrap();
    }
}

fn listed(desk: &Desk, what: &str) -> Vec<Value> {
    let outcome = desk.run(&format!("parts ls {what} --json"));
    let mut lines = outcome.exit(0).stdout_json();
    let total = lines.pop().unwrap();
    assert_eq!(total["event"], "total", "{outcome}");
    assert_eq!(total["uploads"], lines.len(), "{outcome}");
    lines
}

#[test]
fn unfinished_uploads_are_listed_with_what_they_hold_and_whose_they_are() {
    let desk = desk();
    leave(&desk, "orphan", true);
    leave(&desk, "owned", false);
    let uploads = listed(&desk, "oss://bkt");
    let keys: Vec<_> = uploads
        .iter()
        .map(|upload| upload["key"].as_str().unwrap())
        .collect();
    assert_eq!(keys, ["orphan", "owned"]);
    for upload in &uploads {
        assert_eq!(upload["event"], "upload");
        assert_eq!(upload["parts"], HELD_AT, "{upload}");
        assert_eq!(upload["bytes"], HELD_AT * PART, "{upload}");
        assert!(upload["age_seconds"].as_u64().unwrap() < 600, "{upload}");
        assert!(upload["initiated"].is_string() && upload["upload_id"].is_string());
    }
    assert!(uploads[0]["job"].is_null());
    let job = desk.run("jobs ls --json -q").exit(0).last_json();
    assert_eq!(job["jobs"], 1);
    let job = desk.run("jobs ls --json").stdout_json().remove(0);
    assert_eq!(uploads[1]["job"], job["id"]);
    assert_eq!(uploads[1]["job_state"], "stopped");

    assert_eq!(listed(&desk, "oss://bkt/ow").len(), 1);
    assert_eq!(listed(&desk, "oss://bkt/none").len(), 0);
    desk.run("parts ls oss://bkt")
        .exit(0)
        .prints("(job ")
        .says("2 unfinished uploads, 1000 KiB in 10 parts");
    fails(
        &desk.ossum,
        "parts ls oss://none",
        3,
        "no_such_bucket",
        "oss://none",
    );
}

#[test]
fn without_force_it_only_shows_what_would_be_aborted() {
    let desk = desk();
    leave(&desk, "orphan", true);
    let shown = desk.run("parts abort oss://bkt --older-than 0s");
    shown
        .exit(0)
        .prints("would abort")
        .says("1 unfinished upload, 500 KiB in 5 parts");
    let last = shown.stderr().lines().last().unwrap();
    assert!(last.contains("--force"), "{shown}");
    assert_eq!(desk.open_uploads(), 1);

    let outcome = desk.run("parts abort oss://bkt --older-than 0s --force --json");
    let lines = outcome.exit(0).stdout_json();
    assert_eq!(lines[0]["fate"], "aborted", "{outcome}");
    assert_eq!(lines[1]["bytes"], HELD_AT * PART, "{outcome}");
    assert_eq!(desk.open_uploads(), 0);
}

#[test]
fn what_is_younger_is_left_alone() {
    let desk = desk();
    leave(&desk, "orphan", true);
    desk.run("parts abort oss://bkt --older-than 1h --force")
        .exit(0)
        .says("aborted 0 unfinished uploads");
    assert_eq!(desk.open_uploads(), 1);
}

#[test]
fn ages_are_by_the_clock_of_oss_and_not_by_ours() {
    // By our clock the upload is an hour old, by that of OSS it is new.
    let desk = desk_on(|| SystemTime::now() - HOUR);
    leave(&desk, "orphan", true);
    desk.run("parts abort oss://bkt --older-than 30m --force")
        .exit(0);
    assert_eq!(desk.open_uploads(), 1);
    desk.run("parts abort oss://bkt --older-than 0s --force")
        .exit(0);
    assert_eq!(desk.open_uploads(), 0);
}

#[test]
fn what_a_job_of_this_machine_goes_on_with_is_left_alone_unless_that_is_said() {
    let desk = desk();
    leave(&desk, "owned", false);
    desk.run("parts abort oss://bkt --older-than 0s --force")
        .exit(0)
        .prints("left alone")
        .says("--include-jobs");
    assert_eq!(desk.open_uploads(), 1);
    desk.run("parts abort oss://bkt --older-than 0s --force --include-jobs")
        .exit(0);
    assert_eq!(desk.open_uploads(), 0);
    // The job begins anew then.
    desk.run("jobs resume --all").exit(0);
}

#[test]
fn what_runs_here_is_never_aborted() {
    let desk = desk();
    desk.workspace.write_seeded("file", 1, SIZE);
    desk.hold("UploadPart", HELD_AT);
    let running = desk.start_and_wait(&format!("cp file oss://bkt/k {OPTIONS}"));
    desk.run("parts abort oss://bkt --older-than 0s --force --include-jobs")
        .exit(0)
        .prints("running");
    assert_eq!(desk.open_uploads(), 1);
    running.signal(Signal::KILL);
    running.wait();
}

#[test]
fn a_job_that_cannot_be_looked_at_may_be_running_and_nothing_is_aborted() {
    let desk = desk();
    desk.workspace.write_seeded("file", 1, SIZE);
    std::fs::create_dir(desk.workspace.path("kept")).unwrap();
    let words = format!("cp file oss://bkt/owned {OPTIONS} --checkpoint kept/c");
    desk.kill_held("UploadPart", &words);
    // No path leads there any more, and none says that nothing is there.
    std::fs::rename(desk.workspace.path("kept"), desk.workspace.path("moved")).unwrap();
    symlink("kept", desk.workspace.path("kept")).unwrap();
    desk.run("parts ls oss://bkt").exit(0).prints("owned");
    desk.run("parts abort oss://bkt --older-than 0s --force --include-jobs")
        .exit(10)
        .says("kept/c");
    assert_eq!(desk.open_uploads(), 1);
}

#[test]
fn an_owner_that_appears_while_uploads_are_looked_at_keeps_its_own() {
    let desk = desk();
    leave(&desk, "owned", false);
    // Its pointer comes back after the owners have been looked for, and before the upload's turn.
    let pointer = desk.pointers().remove(0);
    let aside = desk.workspace.path("aside");
    std::fs::rename(&pointer, &aside).unwrap();
    desk.faults(
        "[[rule]]\noperation = 'ListParts'\ncount = 1\nthen = { delay = '1h' }\n\
         [[rule]]\noperation = 'ListMultipartUploads'\ncount = 1\nthen = { answer = { status = 503, code = 'Busy' } }\n",
    );
    let words = "parts abort oss://bkt --older-than 0s --force --timeout 3s -v --log /dev/stdout";
    let mut running = desk.ossum.start(words.split_whitespace());
    loop {
        let line = running.line();
        assert!(!line.is_empty(), "{words} ended");
        if line.contains("ListMultipartUploads") {
            break;
        }
    }
    std::fs::rename(&aside, &pointer).unwrap();
    running.wait().exit(0).prints("left alone");
    assert_eq!(desk.open_uploads(), 1);
}

#[test]
fn one_upload_is_aborted_by_its_id() {
    let desk = desk();
    leave(&desk, "k", true);
    leave(&desk, "k2", true);
    let upload = listed(&desk, "oss://bkt/k").remove(0);
    let upload_id = upload["upload_id"].as_str().unwrap();
    let words = format!("parts abort oss://bkt/k --upload-id {upload_id}");
    desk.run(&words).exit(0).prints("would abort");
    desk.run(&format!("{words} --force"))
        .exit(0)
        .prints("aborted");
    assert_eq!(listed(&desk, "oss://bkt").len(), 1);
    fails(&desk.ossum, &words, 3, "no_such_upload", "oss://bkt/k");
    desk.run(&format!("parts abort oss://bkt --upload-id {upload_id}"))
        .exit(2);
}

#[test]
fn what_cannot_be_aborted_is_told_and_the_others_are() {
    let desk = desk();
    leave(&desk, "k1", true);
    leave(&desk, "k2", true);
    desk.faults(
        "[[rule]]\noperation = 'AbortMultipartUpload'\nkey = 'k1'\n\
         then = { answer = { status = 403, code = 'AccessDenied' } }\n",
    );
    desk.run("parts abort oss://bkt --older-than 0s --force")
        .exit(1)
        .says("abort the upload of oss://bkt/k1")
        .says("1 of 2 failed");
    let left = listed(&desk, "oss://bkt");
    assert_eq!((left.len(), &left[0]["key"]), (1, &"k1".into()));
}

#[test]
fn what_is_to_be_aborted_has_to_be_said() {
    let desk = Desk::new();
    desk.run("parts abort oss://bkt --force")
        .exit(2)
        .says("--older-than");
    desk.run("parts abort oss://bkt --older-than soon").exit(2);
}
