//! `cp -r`: what is below a directory or prefix, in every direction.

mod going_on;
mod names;
mod untold;

use std::path::Path;

use ossum_testkit::{Outcome, Running};

use crate::desk::Desk;
use crate::held;

impl Desk {
    /// Writes files below `d`, each with its name for content.
    pub(crate) fn tree(&self, names: &[&str]) {
        for name in names {
            let path = self.workspace.path("d").join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, name).unwrap();
        }
    }

    /// The keys below `prefix` of the bucket.
    pub(crate) fn keys(&self, prefix: &str) -> Vec<String> {
        let listed = self.run(&format!("ls -r --json oss://bkt/{prefix}"));
        let lines = listed.exit(0).stdout_json();
        let keys = lines.iter().filter(|line| line["event"] == "object");
        keys.map(|line| line["key"].as_str().unwrap().to_owned())
            .collect()
    }

    /// All files below a directory of the workspace.
    pub(crate) fn files(&self, directory: &str) -> Vec<String> {
        let root = self.workspace.path(directory);
        let mut found = files_below(&root, &root);
        found.sort();
        found
    }

    /// The run directories that are left in the state directory.
    pub(crate) fn runs_left(&self) -> usize {
        let runs = self.state.path("ossum/runs");
        std::fs::read_dir(runs).map_or(0, Iterator::count)
    }
}

fn files_below(root: &Path, directory: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_below(root, &path));
        } else {
            let name = path.strip_prefix(root).unwrap();
            found.push(name.to_str().unwrap().to_owned());
        }
    }
    found
}

/// Waits until a run says that it has moved so much.
pub(crate) fn wait_for_bytes(run: &mut Running, bytes: usize) {
    loop {
        let rest = run.line_after(r#"{"v":1,"event":"progress","#);
        let line: serde_json::Value = serde_json::from_str(&format!("{{{rest}")).unwrap();
        if line["bytes_sent"].as_u64().unwrap() >= bytes as u64 {
            return;
        }
    }
}

/// The events of one name.
pub(crate) fn events(outcome: &Outcome, name: &str) -> Vec<serde_json::Value> {
    let mut lines = outcome.stdout_json();
    lines.retain(|line| line["event"] == name);
    lines
}

const TREE: &[&str] = &["a", "b/c", "b/d/e", "f g", "中/文"];

#[test]
fn a_tree_goes_up_across_and_down_and_is_the_same() {
    let desk = Desk::new();
    desk.tree(TREE);
    for (slash, end) in [("", "/"), ("/", "")] {
        desk.run(&format!("cp -r d{slash} oss://bkt/up{end}"))
            .exit(0);
        assert_eq!(desk.keys("up/").len(), TREE.len());
        desk.run(&format!("cp -r oss://bkt/up{end} oss://bkt/across{slash}"))
            .exit(0);
        desk.run(&format!("cp -r oss://bkt/across{slash} down{end}"))
            .exit(0);
        assert_eq!(desk.files("down"), TREE);
        for name in TREE {
            let bytes = desk.workspace.read(&format!("down/{name}"));
            assert_eq!(bytes, name.as_bytes());
        }
        std::fs::remove_dir_all(desk.workspace.path("down")).unwrap();
    }
    assert_eq!(desk.runs_left(), 0);
    let source = desk.workspace.path("d/a").metadata().unwrap();
    desk.run("cp -r oss://bkt/across down").exit(0);
    let back = desk.workspace.path("down/a").metadata().unwrap();
    assert_eq!(back.modified().unwrap(), source.modified().unwrap());
}

#[test]
fn the_contents_of_a_bucket_go_below_a_directory() {
    let desk = Desk::new();
    desk.put("oss://bkt/x/y", b"1");
    desk.run("cp -r oss://bkt new/dir").exit(0);
    assert_eq!(desk.files("new/dir"), ["x/y"]);
}

#[test]
fn a_copy_upwards_replaces_nothing_that_is_still_to_be_copied() {
    let desk = Desk::new();
    desk.tree(&["y/z", "z"]);
    desk.run("cp -r d oss://bkt/x/y").exit(0);
    // x/y/y/z would come to be x/y/z, which is to become x/z.
    let outcome = desk.run("cp -r --json oss://bkt/x/y oss://bkt/x");
    let failed = events(outcome.exit(1), "error");
    assert_eq!(failed.len(), 1, "{failed:?}");
    assert_eq!(failed[0]["source"], "oss://bkt/x/y/y/z");
    desk.run("cat oss://bkt/x/y/z").exit(0).prints("z");
    desk.run("cat oss://bkt/x/z").exit(0).prints("z");
    desk.run("cat oss://bkt/x/y/y/z").exit(0).prints("y/z");
}

#[test]
fn people_get_one_line_and_scripts_a_line_an_item_and_the_sum_last() {
    let desk = Desk::new();
    desk.tree(TREE);
    let people = desk.run("cp -r d oss://bkt/x");
    assert_eq!(people.exit(0).stdout().lines().count(), 1, "{people}");
    people.prints("d -> oss://bkt/x: 5 files, 19 B");
    assert_eq!(people.stderr(), "");
    let scripts = desk.run("cp -r --json d oss://bkt/x");
    assert_eq!(events(scripts.exit(0), "done").len(), 5);
    let last = scripts.last_json();
    assert_eq!(last["event"], "run_done");
    assert_eq!((&last["files"], &last["code"]), (&5.into(), &0.into()));
    assert_eq!(last["bytes_total"], 19);
    assert_eq!(last["resumable"], false);
    let quiet = desk.run("cp -r --json -q d oss://bkt/x");
    assert_eq!(quiet.exit(0).stdout_json().len(), 1);
}

#[test]
fn what_is_denied_for_all_ends_the_run_with_its_own_code() {
    let desk = held::desk();
    let names: Vec<String> = (0..100).map(|number| format!("{number}")).collect();
    desk.tree(&names.iter().map(String::as_str).collect::<Vec<_>>());
    desk.faults(
        "[[rule]]\noperation = 'PutObject'\n\
         then = { answer = { status = 403, code = 'AccessDenied' } }\n",
    );
    let denied = desk.run("cp -r d oss://bkt/x --json");
    let last = denied.exit(4).last_json();
    assert_eq!(
        (&last["event"], &last["code"]),
        (&"run_done".into(), &4.into())
    );
    let failed = last["failed"].as_u64().unwrap();
    assert!((8..30).contains(&failed), "{denied}");
    let quiet = desk.run("cp -r -q d oss://bkt/x --json");
    let lines = quiet.exit(4).stdout_json();
    assert_eq!(
        (lines.len(), &lines[0]["error"]["kind"]),
        (1, &"denied".into())
    );
    desk.release();
    desk.run("cp -r d oss://absent-bucket/x").exit(3);
    desk.run("cp -r oss://bkt/nothing d2")
        .exit(3)
        .says("hint: ");
    desk.run("cp -r absent oss://bkt/x").exit(3);
}

#[test]
fn a_dry_run_says_what_would_be_done_and_does_nothing() {
    let desk = Desk::new();
    desk.tree(&["a", "b"]);
    let dry = desk.run("cp -rn d oss://bkt/x --exclude b");
    dry.exit(0)
        .prints("would copy d/a to oss://bkt/x/a (1 B)")
        .prints("would copy 1 file (1 B)");
    assert_eq!(desk.keys("x/"), [""; 0]);
    desk.run("cp -r d oss://bkt/x").exit(0);
    desk.run("cp -r --dry-run oss://bkt/x down")
        .exit(0)
        .prints("2 files");
    assert!(!desk.workspace.path("down").exists());
    assert_eq!(desk.runs_left(), 0);
}

#[test]
fn what_exists_is_left_replaced_if_newer_or_refused() {
    let desk = Desk::new();
    desk.tree(&["a", "b"]);
    desk.put("oss://bkt/x/a", b"old");
    let count = |words: &str, code: i32| {
        let run = desk.run(&format!("cp -r d oss://bkt/x --json --if-exists {words}"));
        let last = run.exit(code).last_json();
        (
            last["files"].as_u64(),
            last["skipped"].as_u64(),
            last["failed"].as_u64(),
        )
    };
    assert_eq!(count("skip", 0), (Some(1), Some(1), Some(0)));
    assert_eq!(count("newer", 0), (Some(0), Some(2), Some(0)));
    assert_eq!(count("fail", 1), (Some(0), Some(0), Some(2)));
    assert_eq!(count("overwrite", 0), (Some(2), Some(0), Some(0)));
}

#[test]
fn a_run_stops_before_it_moves_more_than_it_may_and_goes_on_later() {
    let desk = Desk::new();
    desk.tree(&["1", "2", "3", "4"]);
    let limited = "cp -r d oss://bkt/x --json --max-transfer 3 --concurrency 1";
    let first = desk.run(limited);
    let last = first.exit(8).last_json();
    assert_eq!(
        (&last["files"], &last["bytes_sent"]),
        (&3.into(), &3.into())
    );
    assert_eq!(
        (&last["code"], &last["resumable"]),
        (&8.into(), &true.into())
    );
    let second = desk.run(limited);
    let last = second.exit(0).last_json();
    assert_eq!((&last["files"], &last["skipped"]), (&1.into(), &3.into()));
    let one = desk.run("cp d/1 oss://bkt/y --max-transfer 0");
    one.exit(8).says("limit of 0 B");
}

#[test]
fn what_makes_no_sense_with_a_run_is_refused() {
    let desk = Desk::new();
    desk.tree(&["a"]);
    for words in [
        "cp -r d oss://bkt/x --range 0-1",
        "cp -r d oss://bkt/x --checkpoint c",
        "cp -r d oss://bkt/x --allow-unverified",
        "cp -r oss://bkt/x d --no-follow-symlinks",
        "cp -r oss://bkt/x oss://bkt/x/y",
        "cp -r d/a oss://bkt/x",
        "cp -r d e",
        "cp -r d -",
        "cp d/a oss://bkt/x --include *",
        "cp -r d oss://bkt/x --include [",
    ] {
        desk.run(words).exit(2);
    }
}

#[test]
fn what_belongs_to_one_object_is_refused_for_many() {
    let desk = Desk::new();
    desk.workspace.write("dir/a", b"a");
    for option in ["--callback {}", "--expected-size 5", "--checkpoint c"] {
        let outcome = desk.run(&format!("cp -r dir oss://bkt/ {option}"));
        outcome.exit(2).says("hint: ");
    }
}

#[test]
fn a_run_that_never_began_adds_nothing_up() {
    let desk = Desk::new();
    let outcome = desk.run("cp -r none oss://bkt/");
    assert_eq!(outcome.exit(3).stdout(), "", "{outcome}");
}
