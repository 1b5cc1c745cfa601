//! `cp -r`: what is below a directory or prefix, in every direction.

use std::path::Path;

use ossum_testkit::{Outcome, Running, Signal};

use crate::desk::Desk;
use crate::held;

impl Desk {
    /// Writes files below `d`, each with its name for content.
    fn tree(&self, names: &[&str]) {
        for name in names {
            let path = self.workspace.path("d").join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, name).unwrap();
        }
    }

    /// The keys below `prefix` of the bucket.
    fn keys(&self, prefix: &str) -> Vec<String> {
        let listed = self.run(&format!("ls -r --json oss://bkt/{prefix}"));
        let lines = listed.exit(0).stdout_json();
        let keys = lines.iter().filter(|line| line["event"] == "object");
        keys.map(|line| line["key"].as_str().unwrap().to_owned())
            .collect()
    }

    /// All files below a directory of the workspace.
    fn files(&self, directory: &str) -> Vec<String> {
        let root = self.workspace.path(directory);
        let mut found = files_below(&root, &root);
        found.sort();
        found
    }

    /// The run directories that are left in the state directory.
    fn runs_left(&self) -> usize {
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
fn wait_for_bytes(run: &mut Running, bytes: usize) {
    loop {
        let rest = run.line_after(r#"{"v":1,"event":"progress","#);
        let line: serde_json::Value = serde_json::from_str(&format!("{{{rest}")).unwrap();
        if line["bytes_sent"].as_u64().unwrap() >= bytes as u64 {
            return;
        }
    }
}

/// The events of one name.
fn events(outcome: &Outcome, name: &str) -> Vec<serde_json::Value> {
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
    desk.release();
    desk.run("cp -r d oss://absent-bucket/x").exit(3);
    desk.run("cp -r oss://bkt/nothing d2")
        .exit(3)
        .says("hint: ");
    desk.run("cp -r absent oss://bkt/x").exit(3);
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
