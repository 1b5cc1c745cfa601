//! The files that are kept for the next run: where, whose, and without secrets.

use std::os::unix::fs::PermissionsExt;

use ossum_devserver::{Access, SecurityToken};
use ossum_testkit::LocalOss;

use crate::desk::{Desk, fails};
use crate::held::{HELD_AT, OPTIONS, SIZE, desk};

/// Cases: 90.
#[test]
fn who_else_works_on_a_transfer_is_named() {
    let desk = desk();
    desk.workspace.write_seeded("file", 1, SIZE);
    desk.run("cp file oss://bkt/k").exit(0);
    for (operation, words) in [
        ("UploadPart", "cp file oss://bkt/k"),
        ("GetObject", "cp oss://bkt/k again"),
    ] {
        desk.hold(operation, HELD_AT);
        let words = format!("{words} {OPTIONS}");
        let running = desk.start_and_wait(&words);
        let stat = String::from_utf8(running.told_by_kernel("stat")).unwrap();
        let process = stat.split(' ').next().unwrap();
        let words = words.replace(" --json", "");
        let names = format!("in use by process {process} on host ");
        fails(&desk.ossum, &words, 9, "in_use", &names);
        desk.run(&words).says("wait for it to end");
        drop(running);
        desk.release();
    }
}

#[test]
fn a_named_checkpoint_that_is_something_else_is_left_alone() {
    let desk = desk();
    desk.workspace.write_seeded("file", 1, SIZE);
    desk.workspace.write("notes", "precious\n");
    let words = "cp file oss://bkt/k --part-size 100K --checkpoint notes";
    fails(&desk.ossum, words, 2, "checkpoint", "notes");
    assert_eq!(desk.workspace.read("notes"), b"precious\n");
    assert_eq!(desk.workspace.names(), ["file", "notes"]);
    assert_eq!(desk.open_uploads(), 0);
}

/// Cases: 87.
#[test]
fn a_checkpoint_of_another_transfer_is_left_alone() {
    let desk = desk();
    desk.workspace.write_seeded("file", 1, SIZE);
    let named = |key: &str| format!("cp file oss://bkt/{key} {OPTIONS} --checkpoint c");
    desk.kill_held("UploadPart", &named("k"));
    let before = desk.workspace.read("c");
    desk.run(&named("other")).exit(2);
    assert_eq!(desk.workspace.read("c"), before);
    let done = desk.run(&named("k")).exit(0).last_json();
    assert_eq!(done["parts_reused"], HELD_AT, "{done}");
    assert_eq!(desk.workspace.names(), ["file"]);
}

#[test]
fn a_file_of_somebody_else_under_the_usual_name_is_left_alone() {
    let desk = desk();
    desk.workspace.write_seeded("file", 1, SIZE);
    desk.workspace.write("file.cp", "precious");
    let words = format!("cp file oss://bkt/k {OPTIONS}");
    desk.kill_held("UploadPart", &words);
    let names = desk.workspace.names();
    assert_eq!(names.len(), 3, "{names:?}");
    let done = desk.run(&words).exit(0).last_json();
    assert_eq!(done["parts_reused"], HELD_AT, "{done}");
    assert_eq!(desk.workspace.names(), ["file", "file.cp"]);
    assert_eq!(desk.workspace.read("file.cp"), b"precious");
}

#[test]
fn a_named_checkpoint_that_is_empty_is_used() {
    let desk = desk();
    desk.workspace.write_seeded("file", 1, SIZE);
    desk.workspace.write("c", "");
    desk.run("cp file oss://bkt/k --part-size 100K --checkpoint c")
        .exit(0);
}

#[test]
fn a_directory_for_checkpoints_is_made_and_used() {
    let desk = desk();
    desk.workspace.write_seeded("file", 1, SIZE);
    let words = format!("cp file oss://bkt/k {OPTIONS} --checkpoint-dir kept");
    desk.kill_held("UploadPart", &words);
    assert_eq!(desk.workspace.names(), ["file", "kept"]);
    let kept = std::fs::read_dir(desk.workspace.path("kept")).unwrap();
    assert_eq!(kept.count(), 1);
    let done = desk.run(&words).exit(0).last_json();
    assert_eq!(done["parts_reused"], HELD_AT, "{done}");
    let kept = std::fs::read_dir(desk.workspace.path("kept")).unwrap();
    assert_eq!(kept.count(), 0);
}

#[test]
fn without_a_state_directory_a_transfer_is_continued_all_the_same() {
    let mut desk = desk();
    desk.workspace.write_seeded("file", 1, SIZE);
    desk.ossum = desk.ossum.without_env("XDG_STATE_HOME").without_env("HOME");
    let words = format!("cp file oss://bkt/k {OPTIONS}");
    desk.kill_held("UploadPart", &words);
    assert_eq!(desk.workspace.names(), ["file", "file.cp"]);
    let done = desk.run(&words).exit(0).last_json();
    assert_eq!(done["parts_reused"], HELD_AT, "{done}");
    // A copy has no place beside a file: it goes on without, and says so.
    let copy = desk.run("cp oss://bkt/k oss://bkt/copy --part-size 100K");
    copy.exit(0).says("warning: ");
}

/// Cases: 97.
#[test]
fn what_is_kept_is_for_its_owner_alone_and_holds_no_secret() {
    const TOKEN: &str = "TheTokenThatNobodyMayEverSee";
    let token = SecurityToken {
        text: TOKEN.to_owned(),
        expires: None,
    };
    let oss = LocalOss::start_with(|settings| {
        settings.access = Access::Keys(vec![LocalOss::access_key(Some(token))]);
    });
    let mut desk = Desk::at(oss);
    desk.ossum = desk.ossum.env("OSS_SESSION_TOKEN", TOKEN);
    desk.workspace.write_seeded("file", 1, SIZE);
    let words = format!("cp file oss://bkt/k {OPTIONS} --meta from=http://me:hunter2@host/");
    desk.kill_held("UploadPart", &words);

    let kept = desk.all_files();
    let kept: Vec<_> = kept.iter().filter(|path| !path.ends_with("file")).collect();
    assert_eq!(kept.len(), 2, "{kept:?}");
    for path in kept {
        let mode = path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{}", path.display());
        let text = String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned();
        for secret in [LocalOss::ACCESS_KEY_SECRET, TOKEN, "hunter2"] {
            assert!(!text.contains(secret), "{}: {text}", path.display());
        }
    }
    let pointer = std::fs::read_to_string(&desk.pointers()[0]).unwrap();
    assert!(pointer.contains("from=http://***@host/"), "{pointer}");
}

/// Cases: 85.
#[test]
fn a_link_in_the_way_of_the_bytes_so_far_is_left_alone() {
    let desk = desk();
    desk.workspace.write_seeded("file", 1, SIZE);
    desk.workspace.write("precious", "x");
    desk.run("cp file oss://bkt/k").exit(0);
    let link = desk.workspace.path("again.ossum-part");
    std::os::unix::fs::symlink("precious", &link).unwrap();
    desk.run("cp oss://bkt/k again --part-size 100K")
        .exit(10)
        .says("again.ossum-part")
        .says("remove it");
    assert!(link.is_symlink());
    assert_eq!(desk.workspace.read("precious"), b"x");
}

#[test]
fn bytes_that_nothing_goes_on_with_are_named() {
    let desk = Desk::new();
    let bytes = desk.workspace.write_seeded("file", 1, 1 << 20);
    desk.run("cp file oss://bkt/k").exit(0);
    let denied = "[[rule]]\noperation = \"GetObject\"\nfrom = 4\n\
                  then = { answer = { status = 403, code = \"AccessDenied\" } }\n";
    let words = "cp oss://bkt/k again --part-size 100K";
    desk.faults(denied);
    desk.run(words).exit(4);
    desk.workspace.write("again.cp", "somebody's by now");
    desk.faults("");
    desk.run(words)
        .exit(0)
        .says("again.ossum-part is left of an earlier run");
    assert!(desk.workspace.read("again") == bytes);
    assert_eq!(desk.workspace.read("again.cp"), b"somebody's by now");
}
