//! The same command again, after a process was killed.

use ossum_testkit::Outcome;

use crate::held::{HELD_AT, OPTIONS, PART, SIZE, desk};

/// Expects that a run went on with what was there, and moved nothing else again.
#[track_caller]
fn resumed(outcome: &Outcome) {
    let lines = outcome.exit(0).stdout_json();
    let done = lines.last().unwrap();
    let reused = HELD_AT * PART;
    assert_eq!(done["resumed"], true, "{outcome}");
    assert_eq!(done["restarted"], serde_json::Value::Null, "{outcome}");
    assert_eq!(done["parts_reused"], HELD_AT, "{outcome}");
    assert_eq!(done["bytes_reused"], reused, "{outcome}");
    assert_eq!(done["bytes_sent"], SIZE - reused, "{outcome}");
    let told = lines.iter().filter(|line| line["reused"] == true).count();
    assert_eq!(told, HELD_AT, "{outcome}");
    let event = lines.iter().find(|line| line["event"] == "resumed");
    assert_eq!(event.unwrap()["parts"], HELD_AT, "{outcome}");
}

#[test]
fn a_killed_upload_goes_on_with_the_parts_that_oss_has() {
    let desk = desk();
    let sent = desk.workspace.write_seeded("file", 1, SIZE);
    let words = format!("cp file oss://bkt/k {OPTIONS}");
    desk.kill_held("UploadPart", &words);
    assert_eq!(desk.workspace.names(), ["file", "file.cp"]);
    assert_eq!((desk.pointers().len(), desk.open_uploads()), (1, 1));

    resumed(&desk.run(&words));
    assert_eq!(desk.workspace.names(), ["file"]);
    assert_eq!((desk.pointers().len(), desk.open_uploads()), (0, 0));
    desk.run("cp oss://bkt/k again").exit(0);
    assert!(desk.workspace.read("again") == sent);
}

#[test]
fn a_killed_download_goes_on_with_the_bytes_on_the_disk() {
    let desk = desk();
    let sent = desk.workspace.write_seeded("file", 2, SIZE);
    desk.run("cp file oss://bkt/k").exit(0);
    let words = format!("cp oss://bkt/k again {OPTIONS}");
    desk.kill_held("GetObject", &words);
    let left = ["again.cp", "again.ossum-part", "file"];
    assert_eq!(desk.workspace.names(), left);
    assert_eq!(desk.pointers().len(), 1);

    resumed(&desk.run(&words));
    assert_eq!(desk.workspace.names(), ["again", "file"]);
    assert_eq!(desk.pointers().len(), 0);
    assert!(desk.workspace.read("again") == sent);
}

#[test]
fn a_killed_copy_goes_on_with_the_parts_that_oss_has() {
    let desk = desk();
    let sent = desk.workspace.write_seeded("file", 3, SIZE);
    desk.run("cp file oss://bkt/k").exit(0);
    let words = format!("cp oss://bkt/k oss://bkt/copy {OPTIONS}");
    desk.kill_held("UploadPartCopy", &words);
    assert_eq!(desk.workspace.names(), ["file"]);
    assert_eq!((desk.pointers().len(), desk.open_uploads()), (2, 1));

    let outcome = desk.run(&words);
    let done = outcome.exit(0).last_json();
    assert_eq!(done["resumed"], true, "{outcome}");
    assert_eq!(done["parts_reused"], HELD_AT, "{outcome}");
    assert_eq!(done["bytes_sent"], 0, "{outcome}");
    assert_eq!((desk.pointers().len(), desk.open_uploads()), (0, 0));
    desk.run("cp oss://bkt/copy again").exit(0);
    assert!(desk.workspace.read("again") == sent);
}

#[test]
fn people_are_told_what_was_there_already() {
    let desk = desk();
    desk.workspace.write_seeded("file", 1, SIZE);
    let words = format!("cp file oss://bkt/k {OPTIONS}");
    desk.kill_held("UploadPart", &words);
    desk.run("cp file oss://bkt/k --part-size 100K")
        .exit(0)
        .prints("file -> oss://bkt/k: 1000 KiB ")
        .prints(", 500 KiB of it already there, ");
}

#[test]
fn a_file_that_changed_since_is_uploaded_as_it_is_now() {
    let desk = desk();
    desk.workspace.write_seeded("file", 1, SIZE);
    let words = format!("cp file oss://bkt/k {OPTIONS}");
    desk.kill_recorded(&words);
    let now = desk.workspace.write_seeded("file", 2, SIZE);

    let outcome = desk.run(&words);
    let done = outcome.exit(0).last_json();
    assert_eq!(done["restarted"], "source changed", "{outcome}");
    assert_eq!(done["bytes_reused"], 0, "{outcome}");
    assert_eq!(desk.open_uploads(), 0);
    desk.run("cp oss://bkt/k again").exit(0);
    assert!(desk.workspace.read("again") == now);
}

/// Cases: 61.
#[test]
fn an_object_that_changed_since_is_downloaded_as_it_is_now() {
    let desk = desk();
    desk.workspace.write_seeded("file", 1, SIZE);
    desk.run("cp file oss://bkt/k").exit(0);
    let words = format!("cp oss://bkt/k again {OPTIONS}");
    desk.kill_held("GetObject", &words);
    let now = desk.workspace.write_seeded("file", 2, SIZE);
    desk.run("cp file oss://bkt/k").exit(0);

    let outcome = desk.run(&words);
    let done = outcome.exit(0).last_json();
    assert_eq!(done["restarted"], "object changed", "{outcome}");
    assert!(desk.workspace.read("again") == now);
    assert_eq!(desk.workspace.names(), ["again", "file"]);
}

#[test]
fn an_upload_that_no_checkpoint_knows_is_adopted_if_that_is_asked_for() {
    let desk = desk();
    desk.workspace.write_seeded("file", 1, SIZE);
    let words = format!("cp file oss://bkt/k {OPTIONS}");
    desk.kill_held("UploadPart", &words);
    for kept in desk.pointers() {
        std::fs::remove_file(kept).unwrap();
    }
    std::fs::remove_file(desk.workspace.path("file.cp")).unwrap();

    let outcome = desk.run(&format!("{words} --adopt"));
    let done = outcome.exit(0).last_json();
    assert_eq!(done["resumed"], true, "{outcome}");
    assert_eq!(done["parts_reused"], HELD_AT, "{outcome}");
    assert_eq!(desk.open_uploads(), 0);
}

#[test]
fn a_file_that_was_left_alone_need_not_be_compared() {
    let desk = desk();
    desk.workspace.write_seeded("file", 1, SIZE);
    let words = format!("cp file oss://bkt/k {OPTIONS} --verify-kept changed");
    desk.kill_held("UploadPart", &words);
    resumed(&desk.run(&words));
}
