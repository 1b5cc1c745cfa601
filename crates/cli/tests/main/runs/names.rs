//! Which files and keys become which: patterns, links, and names that lead elsewhere.

use std::os::unix::fs::symlink;

use super::events;
use crate::desk::Desk;

#[test]
fn patterns_choose_what_is_copied_in_every_direction() {
    let desk = Desk::new();
    desk.tree(&["a.jpg", "b.txt", "cache/c.jpg", "d/e.jpg"]);
    let some = "--include *.jpg --exclude /cache";
    desk.run(&format!("cp -r d oss://bkt/x {some}")).exit(0);
    assert_eq!(desk.keys("x/"), ["x/a.jpg", "x/d/e.jpg"]);
    desk.run("cp -r d oss://bkt/all").exit(0);
    desk.run(&format!("cp -r oss://bkt/all oss://bkt/y {some}"))
        .exit(0);
    assert_eq!(desk.keys("y/"), ["y/a.jpg", "y/d/e.jpg"]);
    desk.run(&format!("cp -r oss://bkt/all down {some}"))
        .exit(0);
    assert_eq!(desk.files("down"), ["a.jpg", "d/e.jpg"]);
}

/// Cases: 96.
#[test]
fn no_key_leads_out_of_the_directory_and_none_becomes_anothers_file() {
    let desk = Desk::new();
    let long = format!("h/{}", "n".repeat(256));
    let bad = [
        "h/../out",
        "h/a/../../out",
        "h//abs",
        "h/a//b",
        "h/./dot",
        "h/f/below",
        "h/x.ossum-part",
        long.as_str(),
    ];
    for key in bad {
        desk.put(&format!("oss://bkt/{key}"), b"bad");
    }
    for key in ["h/f", "h/good", "h/back\\slash", "h/x.cp"] {
        desk.put(&format!("oss://bkt/{key}"), b"good");
    }
    let some = desk.run("cp -r --json oss://bkt/h in/down");
    let last = some.exit(1).last_json();
    assert_eq!(last["failed"], bad.len(), "{some}");
    assert!(
        events(&some, "error")
            .iter()
            .all(|error| error["kind"] == "bad_name")
    );
    assert_eq!(
        desk.files("in"),
        ["down/back\\slash", "down/f", "down/good", "down/x.cp"]
    );
    assert_eq!(desk.workspace.read("in/down/f"), b"good");
    assert!(!desk.workspace.path("out").exists() && !desk.workspace.path("in/out").exists());
}

/// Cases: 96.
#[test]
fn a_link_in_the_destination_that_leads_out_is_not_followed() {
    let desk = Desk::new();
    desk.put("oss://bkt/x/d/f", b"1");
    desk.put("oss://bkt/x/g", b"1");
    std::fs::create_dir_all(desk.workspace.path("outside")).unwrap();
    std::fs::create_dir_all(desk.workspace.path("down")).unwrap();
    symlink("../outside", desk.workspace.path("down/d")).unwrap();
    let some = desk.run("cp -r oss://bkt/x down");
    some.exit(1).says("leads out of the destination");
    assert_eq!(desk.files("outside"), [""; 0]);
    assert_eq!(desk.workspace.read("down/g"), b"1");
}

#[test]
fn links_are_followed_unless_they_are_not_to_be_and_pipes_are_left_out() {
    let desk = Desk::new();
    desk.tree(&["f"]);
    symlink("f", desk.workspace.path("d/link")).unwrap();
    desk.shell("mkfifo d/pipe").exit(0);
    desk.workspace.write("d/g.ossum-part", "half");
    let followed = desk.run("cp -r d oss://bkt/x");
    followed
        .exit(0)
        .says("skipped d/pipe: it is a pipe")
        .prints("2 skipped");
    assert_eq!(desk.keys("x/"), ["x/f", "x/link"]);
    let left = desk.run("cp -r d oss://bkt/y --no-follow-symlinks");
    left.exit(0).says("skipped d/link: it is a symbolic link");
    assert_eq!(desk.keys("y/"), ["y/f"]);
}
