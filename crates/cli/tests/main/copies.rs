//! From object to object.

use crate::desk::{Desk, fails};

#[test]
fn a_copy_has_the_bytes_and_what_is_kept_with_them() {
    let desk = Desk::new();
    let sent = desk.workspace.write_seeded("file.json", 1, 1 << 20);
    desk.run("cp file.json oss://bkt/a --meta author=me --content-type x/y")
        .exit(0);
    // A type is not guessed: it is the source's.
    let done = desk
        .run("cp oss://bkt/a oss://bkt/b.txt --json")
        .exit(0)
        .last_json();
    assert_eq!(done["source"], "oss://bkt/a");
    assert_eq!(done["destination"], "oss://bkt/b.txt");
    assert_eq!(done["bytes_total"], 1 << 20);
    assert_eq!(done["bytes_sent"], 0);
    assert_eq!(done["verified"], "crc64");
    let stat = desk.run("stat oss://bkt/b.txt --json").exit(0).last_json();
    assert_eq!(stat["content_type"], "x/y");
    assert_eq!(stat["metadata"]["author"], "me");
    desk.run("cp oss://bkt/b.txt again").exit(0);
    assert!(desk.workspace.read("again") == sent);
}

#[test]
fn what_is_asked_for_takes_the_place_of_what_the_source_has() {
    let desk = Desk::new();
    desk.workspace.write("file", "x");
    desk.run("cp file oss://bkt/a --meta author=me --meta x=1")
        .exit(0);
    desk.run("cp oss://bkt/a oss://bkt/b --meta author=you --storage-class IA --content-type x/z")
        .exit(0);
    let stat = desk.run("stat oss://bkt/b --json").exit(0).last_json();
    assert_eq!(stat["metadata"]["author"], "you");
    assert_eq!(stat["metadata"]["x"], "1");
    assert_eq!(stat["storage_class"], "IA");
    assert_eq!(stat["content_type"], "x/z");
}

#[test]
fn a_bucket_and_a_slash_take_the_name_of_the_source() {
    let desk = Desk::new();
    desk.put("oss://bkt/d/k", b"x");
    desk.run("cp oss://bkt/d/k oss://bkt").exit(0);
    desk.run("cp oss://bkt/d/k oss://bkt/e/").exit(0);
    desk.run("stat oss://bkt/k").exit(0);
    desk.run("stat oss://bkt/e/k").exit(0);
}

#[test]
fn an_existing_copy_is_replaced_left_or_refused_as_asked() {
    let desk = Desk::new();
    desk.put("oss://bkt/a", b"newer");
    desk.put("oss://bkt/b", b"old");
    let size = || desk.run("stat oss://bkt/b --json").last_json()["size"].clone();
    let copy = "cp oss://bkt/a oss://bkt/b --if-exists";
    let refused = format!("{copy} fail");
    fails(&desk.ossum, &refused, 9, "already_exists", "oss://bkt/b");
    let skipped = desk.run(&format!("{copy} skip --json")).exit(0).last_json();
    assert_eq!(skipped["event"], "skipped");
    assert_eq!(size(), 3);
    desk.run(&format!("{copy} overwrite")).exit(0);
    assert_eq!(size(), 5);
}

#[test]
fn a_dry_run_copies_nothing() {
    let desk = Desk::new();
    desk.put("oss://bkt/a", b"12345");
    let planned = desk
        .run("cp -n oss://bkt/a oss://bkt/b --json")
        .exit(0)
        .last_json();
    assert_eq!(planned["event"], "planned");
    assert_eq!(planned["bytes_total"], 5);
    desk.run("stat oss://bkt/b").exit(3);
    desk.run("cp -n --if-exists fail oss://bkt/a oss://bkt/a")
        .exit(9);
}

#[test]
fn a_source_that_is_missing_is_not_found() {
    let desk = Desk::new();
    let words = "cp oss://bkt/none oss://bkt/b";
    fails(&desk.ossum, words, 3, "no_such_key", "oss://bkt/none");
    desk.put("oss://bkt/a", b"x");
    let words = "cp oss://bkt/a oss://none/b";
    fails(&desk.ossum, words, 3, "no_such_bucket", "oss://none");
}
