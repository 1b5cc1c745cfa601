//! What is unfinished goes on.

use super::{id, listed, only};
use crate::held::{HELD_AT, OPTIONS, SIZE, desk};

#[test]
fn a_killed_upload_is_resumed_where_it_was_begun() {
    let mut desk = desk();
    let sent = desk.workspace.write_seeded("file", 1, SIZE);
    desk.kill_held("UploadPart", &format!("cp file oss://bkt/k {OPTIONS}"));
    let id = id(&only(&desk));
    let home = std::mem::replace(&mut desk.workspace, ossum_testkit::Workspace::new());
    let elsewhere = crate::desk::ossum(&desk.workspace)
        .using(&desk.oss)
        .env("XDG_STATE_HOME", desk.state.root());
    let outcome = elsewhere.run(["jobs", "resume", &id]);
    let done = outcome.exit(0).last_json();
    assert_eq!(done["parts_reused"], HELD_AT, "{outcome}");
    assert_eq!(home.names(), ["file"]);
    assert!(listed(&desk).is_empty());
    assert_eq!(desk.open_uploads(), 0);
    desk.run("cp oss://bkt/k again").exit(0);
    assert!(home.read("again") == sent);
}

#[test]
fn what_cannot_be_resumed_ends_with_the_exit_code_of_its_command() {
    let desk = desk();
    desk.workspace.write_seeded("file", 1, SIZE);
    desk.kill_held("UploadPart", &format!("cp file oss://bkt/k {OPTIONS}"));
    std::fs::remove_file(desk.workspace.root().join("file")).unwrap();
    let id = id(&only(&desk));
    desk.run(&format!("jobs resume {id}")).exit(3);
    desk.run("jobs resume --all").exit(1).says("1 of 1 failed");
    assert_eq!(listed(&desk).len(), 1);
}

#[test]
fn all_are_resumed_one_after_the_other() {
    let desk = desk();
    let sent = desk.workspace.write_seeded("file", 1, SIZE);
    desk.kill_held("UploadPart", &format!("cp file oss://bkt/k {OPTIONS}"));
    desk.kill_held("UploadPart", &format!("cp file oss://bkt/l {OPTIONS}"));
    assert_eq!(listed(&desk).len(), 2);
    desk.run("jobs resume --all").exit(0);
    assert!(listed(&desk).is_empty());
    for key in ["k", "l"] {
        desk.run(&format!("cp oss://bkt/{key} again")).exit(0);
        assert!(desk.workspace.read("again") == sent);
    }
}

#[test]
fn a_command_with_a_secret_in_it_is_not_run_again() {
    let desk = desk();
    desk.workspace.write_seeded("file", 1, SIZE);
    desk.kill_held(
        "UploadPart",
        &format!("cp file oss://bkt/k {OPTIONS} --meta from=http://u:hunter2@h"),
    );
    let id = id(&only(&desk));
    let resumed = desk.run(&format!("jobs resume {id}"));
    resumed.exit(2).says("http://***@h").never_shows("hunter2");
    desk.run(&format!("jobs show {id}"))
        .exit(0)
        .never_shows("hunter2");
}
