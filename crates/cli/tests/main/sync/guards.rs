//! What is never deleted.

use std::os::unix::fs::{PermissionsExt, symlink};

use super::{Did, did};
use crate::desk::Desk;
use crate::runs::events;

impl Desk {
    /// Objects `0`, `1` and so on below `x/`, as they are below `d` as well.
    fn twice(&self, count: usize) {
        let names: Vec<String> = (0..count).map(|number| number.to_string()).collect();
        self.tree(&names.iter().map(String::as_str).collect::<Vec<_>>());
        self.sync("d oss://bkt/x", 0);
    }

    /// Expects that nothing is changed, and why.
    fn refuses(&self, words: &str, kind: &str) {
        let before = self.keys("");
        let refused = self.run(&format!("sync --json {words}"));
        let last = refused.exit(8).last_json();
        assert_eq!(last["error"]["kind"], kind, "{refused}");
        assert_eq!((&last["files"], &last["deleted"]), (&0.into(), &0.into()));
        assert_eq!(self.keys(""), before, "{refused}");
    }
}

#[test]
fn an_empty_source_deletes_nothing() {
    let desk = Desk::new();
    desk.put("oss://bkt/x/a", b"1");
    std::fs::create_dir(desk.workspace.path("empty")).unwrap();
    desk.refuses("--delete empty oss://bkt/x", "empty_source");
    desk.refuses("--delete oss://bkt/absent oss://bkt/x", "empty_source");
    desk.workspace.write("down/a", b"1");
    desk.refuses("--delete oss://bkt/absent down", "empty_source");
    assert_eq!(desk.files("down"), ["a"]);
    let empty = "sync --delete empty oss://bkt/x";
    desk.run(empty).exit(8).says("error: ").says("hint: ");
    // Where there is nothing to delete, and where nothing is asked to be, it is as good as any.
    desk.run("sync --delete empty oss://bkt/y").exit(0);
    desk.run("sync empty oss://bkt/x").exit(0);
    // A source of which the patterns leave nothing is empty.
    desk.tree(&["b"]);
    desk.put("oss://bkt/x/a.jpg", b"1");
    desk.refuses("--delete --include *.jpg d oss://bkt/x", "empty_source");
}

#[test]
fn a_source_that_cannot_be_read_as_a_whole_deletes_nothing_and_copies_nothing() {
    let desk = Desk::new();
    desk.tree(&["a", "dir/f", "new"]);
    desk.put("oss://bkt/x/dir/f", b"1");
    desk.put("oss://bkt/x/old", b"1");
    // A disk that is not mounted: what the link leads to is not there.
    symlink("/nowhere/disk", desk.workspace.path("d/disk")).unwrap();
    desk.refuses("--delete d oss://bkt/x", "unreadable_source");
    std::fs::remove_file(desk.workspace.path("d/disk")).unwrap();
    // Root reads everything; a directory in itself is unreadable for anyone.
    symlink(".", desk.workspace.path("d/dir/loop")).unwrap();
    desk.refuses("--delete d oss://bkt/x", "unreadable_source");
    let some = desk.sync("d oss://bkt/x", 1);
    assert_eq!(
        (some.copied, some.failed),
        (3, 1),
        "without --delete the rest is copied"
    );
    desk.run("sync --delete --exclude loop d oss://bkt/x")
        .exit(0);
    assert_eq!(desk.keys("x/"), ["x/a", "x/dir/f", "x/new"]);
}

#[test]
fn a_directory_that_may_not_be_read_deletes_nothing() {
    let desk = Desk::new();
    desk.tree(&["a", "secret/f"]);
    desk.sync("d oss://bkt/x", 0);
    let secret = desk.workspace.path("d/secret");
    let set = |mode| {
        let permissions = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(&secret, permissions).unwrap();
    };
    set(0o000);
    // Whoever may read everything does so here as well.
    let is_read = std::fs::read_dir(&secret).is_ok();
    if is_read {
        desk.run("sync --delete d oss://bkt/x").exit(0);
    } else {
        desk.refuses("--delete d oss://bkt/x", "unreadable_source");
    }
    set(0o755);
    assert_eq!(desk.keys("x/"), ["x/a", "x/secret/f"]);
}

#[test]
fn a_listing_that_breaks_deletes_nothing() {
    let desk = crate::held::desk();
    desk.twice(3);
    std::fs::remove_file(desk.workspace.path("d/1")).unwrap();
    desk.deny("ListObjectsV2", 1);
    desk.run("sync --delete d oss://bkt/x").exit(4);
    desk.run("sync --delete oss://bkt/x down").exit(4);
    desk.release();
    assert_eq!(desk.keys("x/").len(), 3);
}

#[test]
fn as_many_are_deleted_as_may_be_and_one_more_deletes_none() {
    let desk = Desk::new();
    desk.twice(5);
    for name in ["1", "2"] {
        std::fs::remove_file(desk.workspace.path("d").join(name)).unwrap();
    }
    // A copy that is due is not made either.
    desk.workspace.write("d/new", b"1");
    for most in ["0", "1", "39%"] {
        desk.refuses(
            &format!("--delete --max-delete {most} d oss://bkt/x"),
            "max_delete",
        );
    }
    let at_bound = desk.sync("--delete --max-delete 2 d oss://bkt/x", 0);
    assert_eq!(at_bound, did(1, 2, 3));
    std::fs::remove_file(desk.workspace.path("d/new")).unwrap();
    assert_eq!(
        desk.sync("--delete --max-delete 25% d oss://bkt/x", 0),
        did(0, 1, 3)
    );
    std::fs::remove_file(desk.workspace.path("d/0")).unwrap();
    let words = "sync --delete --max-delete 0 d oss://bkt/x";
    let refused = desk.run(words);
    refused.exit(8).says("1 of 3").says("hint: ");
}

#[test]
fn a_dry_run_shows_what_would_be_too_much_and_says_that_it_is() {
    let desk = Desk::new();
    desk.twice(2);
    std::fs::remove_file(desk.workspace.path("d/1")).unwrap();
    let dry = desk.run("sync -n --delete --max-delete 0 d oss://bkt/x");
    dry.exit(8)
        .prints("would delete oss://bkt/x/1")
        .says("1 of 2");
    assert_eq!(desk.keys("x/").len(), 2);
}

#[test]
fn what_is_left_out_is_protected_on_both_sides() {
    let desk = Desk::new();
    desk.tree(&["keep/a", "b"]);
    desk.put("oss://bkt/x/keep/z", b"1");
    desk.put("oss://bkt/x/other.log", b"1");
    desk.put("oss://bkt/x/old", b"1");
    let did_it = desk.sync("--delete --exclude keep --exclude *.log d oss://bkt/x", 0);
    assert_eq!(did_it, did(1, 1, 0));
    assert_eq!(desk.keys("x/"), ["x/b", "x/keep/z", "x/other.log"]);
    desk.workspace.write("down/keep/mine", b"1");
    desk.workspace.write("down/old", b"1");
    desk.sync("--delete --exclude keep oss://bkt/x down", 0);
    assert_eq!(desk.files("down"), ["b", "keep/mine", "other.log"]);
}

#[test]
fn what_the_source_has_and_no_object_can_be_is_not_deleted() {
    let desk = Desk::new();
    desk.tree(&["a", "real/f"]);
    symlink("real", desk.workspace.path("d/link")).unwrap();
    desk.sync("d oss://bkt/x", 0);
    assert_eq!(desk.keys("x/"), ["x/a", "x/link/f", "x/real/f"]);
    // Now the link is skipped: what it led to is there all the same.
    desk.put("oss://bkt/x/link-other", b"1");
    let did_it = desk.sync("--delete --no-follow-symlinks d oss://bkt/x", 0);
    assert_eq!(did_it, did(0, 1, 2));
    assert_eq!(desk.keys("x/"), ["x/a", "x/link/f", "x/real/f"]);
}

#[test]
fn what_is_deleted_is_kept_where_that_is_asked_for() {
    let desk = crate::held::desk();
    desk.twice(3);
    desk.run("cp d/0 oss://bkt/x/a/b --meta k=v").exit(0);
    std::fs::remove_file(desk.workspace.path("d/1")).unwrap();
    let words = "sync --delete --backup-prefix oss://bkt/old d oss://bkt/x";
    let dry = desk.run(&format!("{words} -n"));
    dry.exit(0)
        .prints("would delete oss://bkt/x/1, and keep it as oss://bkt/old/1");
    // One that cannot be kept is not deleted, nor is any other.
    desk.faults(
        "[[rule]]\noperation = 'CopyObject'\nkey = 'old/a/b'\n\
         then = { answer = { status = 403, code = 'AccessDenied' } }\n",
    );
    let some = desk.run(words);
    some.exit(1).says("nothing was deleted, as 1 failed");
    assert_eq!(desk.keys("x/"), ["x/0", "x/1", "x/2", "x/a/b"]);
    desk.release();
    let done = desk.run(&format!("{words} --json"));
    let deleted = events(done.exit(0), "deleted");
    assert_eq!(Did::by(&done), did(0, 2, 2), "{done}");
    assert_eq!(deleted[0]["moved_to"], "oss://bkt/old/1");
    assert_eq!(desk.keys(""), ["old/1", "old/a/b", "x/0", "x/2"]);
    desk.run("stat oss://bkt/old/a/b").exit(0).prints("k");
    desk.run("cat oss://bkt/old/1").exit(0).prints("1");
}

#[test]
fn what_is_deleted_is_not_kept_where_it_would_be_lost_or_in_the_way() {
    let desk = Desk::new();
    desk.twice(2);
    for backup in ["oss://bkt/x/old", "oss://bkt", "oss://other/old"] {
        let words = format!("sync --delete --backup-prefix {backup} d oss://bkt/x");
        desk.run(&words).exit(2).says("hint: ");
    }
    for words in [
        "--backup-prefix oss://bkt/old d oss://bkt/x",
        "--delete --backup-prefix oss://bkt/old oss://bkt/x down",
        "--delete --backup-prefix oss://bkt/x/old oss://bkt/x oss://bkt/y",
    ] {
        desk.run(&format!("sync {words}")).exit(2);
    }
    assert_eq!(desk.keys("").len(), 2);
}

#[test]
fn nothing_is_deleted_where_something_could_not_be_copied() {
    let desk = crate::held::desk();
    desk.twice(2);
    std::fs::remove_file(desk.workspace.path("d/1")).unwrap();
    desk.workspace.write("d/new", b"1");
    desk.deny("PutObject", 1);
    let some = desk.run("sync --delete d oss://bkt/x");
    some.exit(4).says("nothing was deleted, as");
    assert_eq!(desk.keys("x/"), ["x/0", "x/1"]);
    desk.release();
    assert_eq!(desk.sync("--delete d oss://bkt/x", 0), did(1, 1, 1));
}
