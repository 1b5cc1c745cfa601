//! `sync`: one place is made the same as another.

mod comparing;
mod going_on;
mod guards;
mod plans;
mod renames;

use std::fs::{File, FileTimes};
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use ossum_testkit::Outcome;

use crate::desk::Desk;
use crate::runs::events;

impl Desk {
    /// Writes a file that was last modified so many seconds ago.
    fn file_of_age(&self, name: &str, bytes: &[u8], age: u64) {
        let path = self.workspace.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        self.workspace.write(name, bytes);
        let time = SystemTime::now() - Duration::from_secs(age);
        let times = FileTimes::new().set_modified(time);
        File::options()
            .write(true)
            .open(path)
            .unwrap()
            .set_times(times)
            .unwrap();
    }

    /// Where the only file lies in which checksums are kept.
    fn checksums(&self) -> PathBuf {
        let mut places = std::fs::read_dir(self.state.path("ossum/checksums")).unwrap();
        let place = places.next().unwrap().unwrap().path();
        assert_eq!(places.count(), 0);
        place
    }

    /// Which file it is, and when it was last changed in any way, as it is written there.
    fn identity(&self, name: &str) -> String {
        let found = std::fs::metadata(self.workspace.path(name)).unwrap();
        format!(
            "{} {}.{:09} {} {}",
            found.len(),
            found.mtime(),
            found.mtime_nsec(),
            found.ino(),
            i128::from(found.ctime()) * 1_000_000_000 + i128::from(found.ctime_nsec()),
        )
    }

    /// Runs `ossum sync --json` with words separated by blanks, and what it did.
    fn sync(&self, words: &str, code: i32) -> Did {
        let outcome = self.run(&format!("sync --json {words}"));
        outcome.exit(code);
        Did::by(&outcome)
    }
}

/// What a run did, by its last line.
#[derive(Debug, PartialEq, Eq)]
struct Did {
    copied: u64,
    deleted: u64,
    kept: u64,
    failed: u64,
}

impl Did {
    fn by(outcome: &Outcome) -> Self {
        let last = outcome.last_json();
        assert_eq!(last["event"], "run_done", "{outcome}");
        let count = |name: &str| last[name].as_u64().unwrap();
        Self {
            copied: count("files"),
            deleted: count("deleted"),
            kept: count("kept"),
            failed: count("failed"),
        }
    }
}

fn did(copied: u64, deleted: u64, kept: u64) -> Did {
    Did {
        copied,
        deleted,
        kept,
        failed: 0,
    }
}

const TREE: &[&str] = &["a", "a-b", "a.d/e", "b/c", "b/d/e", "f g", "中/文"];

#[test]
fn what_is_missing_or_differs_is_copied_and_the_rest_is_left_in_every_direction() {
    let desk = Desk::new();
    desk.tree(TREE);
    for (source, destination) in [
        ("d", "oss://bkt/up"),
        ("oss://bkt/up", "oss://bkt/across"),
        ("oss://bkt/across", "down"),
    ] {
        let all = format!("{source} {destination}");
        assert_eq!(desk.sync(&all, 0), did(7, 0, 0), "{all}");
        assert_eq!(desk.sync(&all, 0), did(0, 0, 7), "{all}");
    }
    assert_eq!(desk.files("down"), TREE);
    // One more, one less, one that is another; nothing is deleted unasked.
    desk.workspace.write("d/b/c", b"longer");
    desk.workspace.write("d/new", b"new");
    std::fs::remove_file(desk.workspace.path("d/a")).unwrap();
    for (source, destination) in [
        ("d", "oss://bkt/up"),
        ("oss://bkt/up", "oss://bkt/across"),
        ("oss://bkt/across", "down"),
    ] {
        let all = format!("{source} {destination}");
        let kept = if source == "d" { 5 } else { 6 };
        assert_eq!(desk.sync(&all, 0), did(2, 0, kept), "{all}");
    }
    assert_eq!(desk.workspace.read("down/b/c"), b"longer");
    assert_eq!(desk.workspace.read("down/a"), b"a");
    assert_eq!(desk.runs_left(), 0);
}

#[test]
fn with_delete_the_destination_has_what_the_source_has_and_nothing_else() {
    let desk = Desk::new();
    desk.tree(TREE);
    let ways = [
        ("d", "oss://bkt/up"),
        ("oss://bkt/up", "oss://bkt/across"),
        ("oss://bkt/across", "down"),
    ];
    for (source, destination) in ways {
        desk.sync(&format!("{source} {destination}"), 0);
    }
    std::fs::remove_file(desk.workspace.path("d/b/d/e")).unwrap();
    std::fs::remove_file(desk.workspace.path("d/a")).unwrap();
    // What lies beside the destination is none of its business.
    desk.put("oss://bkt/upper", b"1");
    for (source, destination) in ways {
        let all = format!("--delete {source} {destination}");
        assert_eq!(desk.sync(&all, 0), did(0, 2, 5), "{all}");
        assert_eq!(desk.sync(&all, 0), did(0, 0, 5), "{all}");
    }
    assert_eq!(desk.files("down"), ["a-b", "a.d/e", "b/c", "f g", "中/文"]);
    assert_eq!(desk.keys("up/").len(), 5);
    assert_eq!(desk.keys("upper"), ["upper"]);
}

#[test]
fn a_dry_run_says_all_that_would_be_done_and_does_nothing() {
    let desk = Desk::new();
    desk.tree(&["new", "same"]);
    desk.run("cp d/same oss://bkt/x/same").exit(0);
    desk.put("oss://bkt/x/old", b"old");
    let dry = desk.run("sync -n --delete d oss://bkt/x");
    dry.exit(0)
        .prints("would copy d/new to oss://bkt/x/new (3 B)")
        .prints("would delete oss://bkt/x/old")
        .prints("would copy 1 file (3 B), 1 to be deleted, 1 the same");
    assert_eq!(desk.keys("x/"), ["x/old", "x/same"]);
    let dry = desk.run("sync -n --delete oss://bkt/x down");
    dry.exit(0).prints("would copy 2 files");
    assert!(!desk.workspace.path("down").exists());
    desk.workspace.write("down/other", b"1");
    let dry = desk.run("sync -n --delete oss://bkt/x down");
    dry.exit(0).prints("would delete down/other");
    assert_eq!(desk.files("down"), ["other"]);
    assert_eq!(desk.runs_left(), 0);
}

#[test]
fn people_get_the_sums_and_scripts_a_line_an_item() {
    let desk = Desk::new();
    desk.tree(&["a", "b"]);
    desk.put("oss://bkt/x/old", b"old");
    let people = desk.run("sync --delete d oss://bkt/x");
    assert_eq!(people.exit(0).stdout().lines().count(), 1, "{people}");
    people.prints("2 files").prints("1 deleted, 0 the same");
    desk.put("oss://bkt/x/old", b"old");
    let scripts = desk.run("sync --json --delete d oss://bkt/x");
    let deleted = events(scripts.exit(0), "deleted");
    assert_eq!(deleted.len(), 1, "{scripts}");
    assert_eq!(deleted[0]["object"], "oss://bkt/x/old");
    desk.workspace.write("down/old", b"1");
    let scripts = desk.run("sync --json --delete oss://bkt/x down");
    let deleted = events(scripts.exit(0), "deleted");
    assert_eq!(deleted[0]["file"], "down/old", "{scripts}");
}

#[test]
fn what_makes_no_sense_is_refused() {
    let desk = Desk::new();
    desk.tree(&["a"]);
    for words in [
        "d e",
        "d -",
        "- oss://bkt/x",
        "d oss://bkt/x --max-delete 5",
        "d oss://bkt/x --delete --max-delete 101%",
        "d oss://bkt/x --size-only --checksum",
        "d oss://bkt/x --allow-unverified",
        "oss://bkt/x d --no-follow-symlinks",
        "d oss://bkt/x --plan p --apply p",
        "d/a oss://bkt/x",
        "oss://bkt/x oss://bkt/x/y",
        "oss://bkt/x/y oss://bkt/x --delete",
        "oss://bkt oss://bkt/x",
    ] {
        desk.run(&format!("sync {words}")).exit(2);
    }
    desk.run("sync absent oss://bkt/x").exit(3);
    desk.run("sync oss://bkt/absent d").exit(3);
    assert_eq!(desk.keys(""), [""; 0]);
}

/// Cases: 96.
#[test]
fn no_key_leads_out_of_the_directory_and_nothing_is_deleted_while_one_would() {
    let desk = Desk::new();
    for key in ["h/../out", "h/a/../../out", "h//abs", "h/x.ossum-part"] {
        desk.put(&format!("oss://bkt/{key}"), b"bad");
    }
    desk.put("oss://bkt/h/good", b"good");
    desk.workspace.write("in/down/old", b"old");
    desk.workspace.write("in/out", b"mine");
    let some = desk.run("sync --json --delete oss://bkt/h in/down");
    let last = some.exit(1).last_json();
    assert_eq!(last["failed"], 4, "{some}");
    let errors = events(&some, "error");
    assert!(errors.iter().all(|error| error["kind"] == "bad_name"));
    assert_eq!(desk.files("in"), ["down/good", "down/old", "out"]);
    some.says("nothing was deleted, as");
    // What is left out is not in the way.
    let rest = "--exclude ** --include good --include old oss://bkt/h in/down";
    assert_eq!(desk.sync(&format!("--delete {rest}"), 0), did(0, 1, 1));
    assert_eq!(desk.files("in"), ["down/good", "out"]);
}

#[test]
fn nothing_is_deleted_behind_a_link_and_a_link_goes_without_what_it_leads_to() {
    use std::os::unix::fs::symlink;
    let desk = Desk::new();
    desk.put("oss://bkt/x/real/f", b"1");
    desk.run("sync oss://bkt/x down").exit(0);
    desk.workspace.write("outside/g", b"2");
    symlink("real", desk.workspace.path("down/linked")).unwrap();
    symlink("../outside", desk.workspace.path("down/out")).unwrap();
    symlink("real/f", desk.workspace.path("down/link")).unwrap();
    let did_it = desk.sync("--delete oss://bkt/x down", 0);
    assert_eq!(did_it, did(0, 1, 1));
    assert!(!desk.workspace.path("down/link").exists());
    assert_eq!(desk.workspace.read("down/real/f"), b"1");
    assert_eq!(desk.workspace.read("outside/g"), b"2");
}

#[test]
fn an_empty_object_that_stands_for_a_directory_is_one_and_stays() {
    let desk = Desk::new();
    desk.oss.inside().put("x/", "").put("x/empty/", "");
    desk.put("oss://bkt/x/f", b"1");
    assert_eq!(desk.sync("--delete oss://bkt/x down", 0), did(2, 0, 0));
    assert!(desk.workspace.path("down/empty").is_dir());
    assert_eq!(desk.sync("--delete oss://bkt/x down", 0), did(0, 0, 2));
    // Back again: a directory has no other object, and this one is not taken away.
    assert_eq!(desk.sync("--delete down oss://bkt/x", 0), did(0, 0, 1));
    assert_eq!(desk.keys("x/"), ["x/", "x/empty/", "x/f"]);
    std::fs::remove_dir(desk.workspace.path("down/empty")).unwrap();
    assert_eq!(desk.sync("--delete down oss://bkt/x", 0), did(0, 1, 1));
}
