//! Files that were renamed since they were uploaded: their bytes are at the destination already.

use std::fs;

use ossum_devserver::Operation;
use ossum_testkit::Signal;
use serde_json::Value;

use super::{Did, did};
use crate::desk::Desk;
use crate::held;
use crate::raw_http::ask;
use crate::runs::{events, wait_for_bytes};

const LARGE: usize = 8 << 20;

impl Desk {
    /// Has the server count from here on.
    fn count_anew(&self) {
        let address = self.oss.endpoint().trim_start_matches("http://");
        ask(address, "DELETE", "/-/ossum/stats", b"").unwrap();
    }

    /// How many bytes of bodies the server has received of `operation` since.
    fn bytes_in(&self, operation: &str) -> u64 {
        let address = self.oss.endpoint().trim_start_matches("http://");
        let stats = ask(address, "GET", "/-/ossum/stats", b"").unwrap().unwrap();
        let stats: Value = serde_json::from_slice(&stats).unwrap();
        stats["operations"][operation]["bytes_in"]
            .as_u64()
            .unwrap_or(0)
    }

    /// How many requests for `operation` there were since.
    fn asked(&self, operation: Operation) -> u64 {
        self.oss.service().count(operation)
    }

    fn rename(&self, from: &str, to: &str) {
        let to = self.workspace.path(to);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::rename(self.workspace.path(from), to).unwrap();
    }

    /// A file of 8 MiB at `d/old/big` and one that stays, both at the destination.
    fn synced(&self) -> Vec<u8> {
        let bytes = self.workspace.write_seeded("d/old/big", 7, LARGE);
        self.file_of_age("d/stays", b"stays", 100);
        self.sync("d oss://bkt/x", 0);
        self.count_anew();
        bytes
    }

    /// Runs `sync --json`, and how many of its files it says were renamed.
    fn renamed(&self, words: &str) -> u64 {
        let outcome = self.run(&format!("sync --json --track-renames {words}"));
        outcome.exit(0).last_json()["renamed"].as_u64().unwrap()
    }
}

#[test]
fn a_renamed_file_is_copied_within_oss_and_moves_no_bytes() {
    let desk = Desk::new();
    let bytes = desk.synced();
    desk.rename("d/old/big", "d/new/name.json");
    let words = "sync --json --delete --track-renames d oss://bkt/x";
    let outcome = desk.run(words);
    let done = events(outcome.exit(0), "done");
    assert_eq!(Did::by(&outcome), did(1, 1, 1), "{outcome}");
    assert_eq!(done[0]["copied_from"], "oss://bkt/x/old/big");
    assert_eq!(
        (&done[0]["verified"], &done[0]["bytes_sent"]),
        (&"crc64".into(), &0.into())
    );
    let last = outcome.last_json();
    assert_eq!(
        (&last["renamed"], &last["bytes_sent"]),
        (&1.into(), &0.into())
    );
    for operation in ["PutObject", "UploadPart"] {
        assert_eq!(desk.bytes_in(operation), 0, "{operation}");
    }
    assert_eq!(desk.keys("x/"), ["x/new/name.json", "x/stays"]);
    desk.run("cp -q oss://bkt/x/new/name.json back").exit(0);
    assert!(desk.workspace.read("back") == bytes);
    // To the next run it is as good as uploaded.
    assert_eq!(desk.sync("--delete d oss://bkt/x", 0), did(0, 0, 2));
}

#[test]
fn what_is_kept_with_it_is_what_an_upload_keeps_and_nothing_of_the_old_object() {
    let desk = Desk::new();
    desk.file_of_age("d/a.txt", b"the same bytes", 1000);
    desk.run("cp d/a.txt oss://bkt/x/a.txt --meta old=1 --tag t=1 --storage-class IA --content-type old/type")
        .exit(0);
    desk.rename("d/a.txt", "d/b.json");
    let with = "--meta new=2 d";
    assert_eq!(desk.renamed(&format!("{with} oss://bkt/x")), 1);
    desk.run(&format!("sync {with} oss://bkt/y")).exit(0);
    let kept = |url: &str| {
        let mut kept = desk.run(&format!("stat --json {url}")).exit(0).last_json();
        let of_each = ["key", "object", "url", "last_modified", "etag"];
        kept.as_object_mut()
            .unwrap()
            .retain(|name, _| !of_each.contains(&name.as_str()));
        kept
    };
    let (renamed, uploaded) = (kept("oss://bkt/x/b.json"), kept("oss://bkt/y/b.json"));
    assert_eq!(renamed, uploaded);
    let text = renamed.to_string();
    assert!(
        text.contains("mtime") && text.contains("application/json"),
        "{text}"
    );
}

#[test]
fn without_delete_the_old_name_stays_and_its_bytes_are_of_use_all_the_same() {
    let desk = Desk::new();
    desk.synced();
    desk.rename("d/old/big", "d/new");
    fs::copy(desk.workspace.path("d/new"), desk.workspace.path("d/newer")).unwrap();
    assert_eq!(desk.renamed("d oss://bkt/x"), 2, "one for both");
    assert_eq!(
        desk.asked(Operation::PutObject) + desk.asked(Operation::UploadPart),
        0
    );
    assert_eq!(
        desk.keys("x/"),
        ["x/new", "x/newer", "x/old/big", "x/stays"]
    );
}

#[test]
fn other_bytes_of_the_same_size_are_uploaded() {
    let desk = Desk::new();
    desk.file_of_age("d/old", b"these", 1000);
    desk.sync("d oss://bkt/x", 0);
    fs::remove_file(desk.workspace.path("d/old")).unwrap();
    desk.file_of_age("d/new", b"those", 1000);
    assert_eq!(desk.renamed("--delete d oss://bkt/x"), 0);
    desk.run("cat oss://bkt/x/new").exit(0).prints("those");
    assert_eq!(desk.keys("x/"), ["x/new"]);
}

#[test]
fn nothing_is_read_or_asked_for_where_no_size_is_the_same() {
    let desk = Desk::new();
    desk.file_of_age("d/old", b"old one", 1000);
    desk.file_of_age("d/empty", b"", 1000);
    desk.sync("d oss://bkt/x", 0);
    desk.rename("d/empty", "d/as-empty");
    fs::remove_file(desk.workspace.path("d/old")).unwrap();
    desk.file_of_age("d/new", b"longer than the old one", 1000);
    desk.count_anew();
    assert_eq!(desk.renamed("--delete d oss://bkt/x"), 0);
    assert_eq!(desk.asked(Operation::HeadObject), 0);
    assert_eq!(desk.keys("x/"), ["x/as-empty", "x/new"]);
}

#[test]
fn a_copy_that_cannot_be_made_is_an_upload() {
    for answer in [
        "status = 404, code = 'NoSuchKey'",
        "status = 412, code = 'PreconditionFailed'",
        "status = 403, code = 'InvalidObjectState'",
    ] {
        let desk = held::desk();
        let bytes = desk.synced();
        desk.rename("d/old/big", "d/new");
        desk.faults(&format!(
            "[[rule]]\noperation = 'CopyObject'\nthen = {{ answer = {{ {answer} }} }}\n"
        ));
        assert_eq!(desk.renamed("--delete d oss://bkt/x"), 0, "{answer}");
        assert!(desk.asked(Operation::CopyObject) > 0, "{answer}");
        assert_eq!(desk.keys("x/"), ["x/new", "x/stays"]);
        desk.run("cp -q oss://bkt/x/new back").exit(0);
        assert!(desk.workspace.read("back") == bytes);
    }
}

#[test]
fn a_dry_run_says_what_would_be_copied_from_where_and_does_nothing() {
    let desk = Desk::new();
    desk.synced();
    desk.rename("d/old/big", "d/new");
    let dry = desk.run("sync -n --delete --track-renames d oss://bkt/x");
    dry.exit(0)
        .prints("would copy d/new to oss://bkt/x/new (8 MiB), made of oss://bkt/x/old/big")
        .prints("would delete oss://bkt/x/old/big")
        .prints("1 of them renamed and not sent, 1 to be deleted, 1 the same");
    let json = desk.run("sync -n --json --track-renames d oss://bkt/x");
    let planned = events(json.exit(0), "planned");
    assert_eq!(planned[0]["copied_from"], "oss://bkt/x/old/big");
    assert_eq!(desk.keys("x/"), ["x/old/big", "x/stays"]);
}

#[test]
fn what_was_learnt_of_a_file_is_believed_and_the_file_not_read_again() {
    let desk = Desk::new();
    desk.synced();
    desk.rename("d/old/big", "d/new");
    let dry = "-n d oss://bkt/x";
    assert_eq!(desk.renamed(dry), 1);
    // What has just changed is not remembered, so there is only the place for it.
    let line = serde_json::json!({"name": "new", "identity": desk.identity("d/new"), "crc64": "1"});
    fs::write(desk.checksums(), format!("{line}\n")).unwrap();
    assert_eq!(
        desk.renamed(dry),
        0,
        "a wrong one shows that it was not read"
    );
    assert_eq!(desk.renamed("-n --no-checkpoint d oss://bkt/x"), 1);
}

const PLAN: &str = "sync --delete --track-renames --plan plan d oss://bkt/x";

fn planned() -> Desk {
    let desk = held::desk();
    desk.synced();
    desk.rename("d/old/big", "d/new");
    desk.run(PLAN)
        .exit(0)
        .prints("1 of them renamed and not sent, 1 to be deleted, 1 the same");
    desk
}

#[test]
fn a_plan_tells_what_is_made_of_what_and_is_carried_out_so() {
    let desk = planned();
    let text = String::from_utf8(desk.workspace.read("plan")).unwrap();
    let lines: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(
        (&lines[0]["copy"], &lines[0]["copy_from"]),
        (&0.into(), &1.into())
    );
    assert_eq!(lines[0]["copy_from_bytes"], LARGE);
    assert_eq!(
        (&lines[1]["action"], &lines[1]["why"]),
        (&"copy_from".into(), &"renamed".into())
    );
    assert_eq!(
        (&lines[1]["key"], &lines[1]["from"]["key"]),
        (&"new".into(), &"old/big".into())
    );
    assert_eq!(lines[2]["action"], "delete");
    let outcome = desk.run("sync --json --apply plan d oss://bkt/x");
    assert_eq!(outcome.exit(0).last_json()["renamed"], 1);
    assert_eq!(desk.bytes_in("PutObject") + desk.bytes_in("UploadPart"), 0);
    assert_eq!(desk.keys("x/"), ["x/new", "x/stays"]);
}

#[test]
fn a_plan_is_refused_where_file_or_object_is_another_by_now_and_nothing_is_deleted() {
    for (drift, failing) in [
        ("object", "oss://bkt/x/old/big"),
        ("object gone", "oss://bkt/x/old/big"),
        ("file", "d/new"),
    ] {
        let desk = planned();
        match drift {
            "object" => desk.put("oss://bkt/x/old/big", b"another"),
            "object gone" => drop(desk.run("rm oss://bkt/x/old/big")),
            _ => desk.file_of_age("d/new", b"another", 10),
        }
        let some = desk.run("sync --json --apply plan d oss://bkt/x");
        let errors = events(some.exit(1), "error");
        assert_eq!(errors[0]["code"], 7, "{drift}: {some}");
        let message = errors[0]["message"].as_str().unwrap();
        assert!(message.contains(failing), "{drift}: {message}");
        assert_eq!(some.last_json()["deleted"], 0, "{drift}");
        assert!(!desk.keys("x/").contains(&"x/new".to_owned()), "{drift}");
    }
}

#[test]
fn the_guards_count_the_old_names_and_a_backup_keeps_them() {
    let desk = Desk::new();
    desk.synced();
    desk.rename("d/old/big", "d/new");
    let words = "sync --delete --track-renames d oss://bkt/x";
    desk.run(&format!("{words} --max-delete 0"))
        .exit(8)
        .says("1 of 2");
    assert_eq!(desk.asked(Operation::CopyObject), 0);
    assert_eq!(desk.keys("x/"), ["x/old/big", "x/stays"]);
    desk.run(&format!("{words} --backup-prefix oss://bkt/aside"))
        .exit(0);
    assert_eq!(desk.keys(""), ["aside/old/big", "x/new", "x/stays"]);
}

#[test]
fn what_is_excluded_at_the_destination_is_no_old_name() {
    let desk = Desk::new();
    desk.synced();
    desk.rename("d/old/big", "d/new");
    assert_eq!(desk.renamed("--exclude old d oss://bkt/x"), 0);
}

#[test]
fn a_large_copy_that_is_killed_goes_on_where_it_was() {
    let desk = held::desk();
    desk.workspace.write("d/old", vec![5; held::SIZE]);
    desk.sync("d oss://bkt/x", 0);
    desk.rename("d/old", "d/new");
    desk.hold("UploadPartCopy", held::HELD_AT);
    let words =
        "sync --delete --track-renames d oss://bkt/x --part-size 100K --concurrency 1 --json";
    let mut run = desk.ossum.start(words.split(' '));
    wait_for_bytes(&mut run, held::HELD_AT * held::PART);
    run.signal(Signal::KILL);
    run.wait();
    desk.release();
    let rest = desk.run(words);
    let last = rest.exit(0).last_json();
    assert_eq!(
        (&last["renamed"], &last["deleted"]),
        (&1.into(), &1.into()),
        "{rest}"
    );
    assert!(
        last["bytes_reused"].as_u64().unwrap() >= (held::HELD_AT * held::PART) as u64,
        "{rest}"
    );
    assert_eq!((desk.runs_left(), desk.open_uploads()), (0, 0));
    desk.run("cp -q oss://bkt/x/new back").exit(0);
    assert!(desk.workspace.read("back") == vec![5; held::SIZE]);
}

#[test]
fn from_prefix_to_prefix_nothing_is_sent_anyway_and_a_download_says_what_works() {
    let desk = Desk::new();
    desk.synced();
    desk.run("sync --track-renames oss://bkt/x oss://bkt/y")
        .exit(0);
    assert_eq!(desk.keys("y/"), ["y/old/big", "y/stays"]);
    assert_eq!(desk.bytes_in("PutObject") + desk.bytes_in("UploadPart"), 0);
    desk.run("sync --track-renames oss://bkt/x down")
        .exit(2)
        .says("--track-renames belongs to an upload or a copy")
        .says("hint: ");
    desk.run("sync --apply plan --track-renames d oss://bkt/x")
        .exit(2);
}

#[test]
fn objects_that_cannot_be_asked_for_are_told_of_and_files_are_uploaded() {
    let desk = held::desk();
    desk.file_of_age("d/old", b"bytes", 1000);
    desk.sync("d oss://bkt/x", 0);
    desk.rename("d/old", "d/new");
    desk.deny("HeadObject", 1);
    let outcome = desk.run("sync --track-renames d oss://bkt/x");
    outcome.exit(0).says("could not be asked for their CRC-64");
    desk.release();
    assert_eq!(desk.keys("x/"), ["x/new", "x/old"]);
}
