use std::os::unix::fs::symlink;

use crate::desk::{Desk, fails};

#[test]
fn a_source_that_does_not_exist_is_not_found() {
    let desk = Desk::new();
    fails(
        &desk.ossum,
        "cp none oss://bkt/",
        3,
        "source_missing",
        "none",
    );
}

#[test]
fn a_source_that_is_a_directory_is_refused() {
    let desk = Desk::new();
    std::fs::create_dir(desk.workspace.path("dir")).unwrap();
    fails(&desk.ossum, "cp dir oss://bkt/", 2, "not_a_file", "dir");
}

#[test]
fn a_source_that_cannot_be_read_is_a_disk_error() {
    let desk = Desk::new();
    desk.workspace.write("file", "x");
    // Not even root finds anything below a file.
    fails(
        &desk.ossum,
        "cp file/below oss://bkt/",
        10,
        "disk",
        "file/below",
    );
}

#[test]
fn a_directory_where_the_file_should_go_is_refused() {
    let desk = Desk::new();
    desk.put("oss://bkt/k", b"x");
    std::fs::create_dir_all(desk.workspace.path("dir/k")).unwrap();
    fails(&desk.ossum, "cp oss://bkt/k dir/", 2, "not_a_file", "dir/k");
}

#[test]
fn a_place_where_nothing_can_be_written_is_a_disk_error() {
    let desk = Desk::new();
    desk.put("oss://bkt/k", b"x");
    // Not even root makes files there.
    fails(&desk.ossum, "cp oss://bkt/k /proc/k", 10, "disk", "/proc/k");
}

#[test]
fn a_file_in_place_of_a_directory_is_a_disk_error() {
    let desk = Desk::new();
    desk.put("oss://bkt/k", b"x");
    desk.workspace.write("file", "x");
    fails(&desk.ossum, "cp oss://bkt/k file/k", 10, "disk", "file/k");
}

#[test]
fn a_directory_that_is_missing_is_a_disk_error_unless_it_is_named_as_one() {
    let desk = Desk::new();
    desk.put("oss://bkt/k", b"x");
    fails(&desk.ossum, "cp oss://bkt/k new/k", 10, "disk", "new/k");
    assert!(desk.workspace.names().is_empty());
    desk.run("cp oss://bkt/k new/er/").exit(0);
    assert_eq!(desk.workspace.read("new/er/k"), b"x");
}

#[test]
fn the_mode_of_a_replaced_file_is_kept_and_a_new_one_has_the_usual() {
    let desk = Desk::new();
    desk.put("oss://bkt/k", b"new");
    desk.workspace.write("old", "old");
    desk.workspace.set_mode("old", 0o640);
    desk.run("cp oss://bkt/k old").exit(0);
    assert_eq!(desk.workspace.mode("old"), 0o640);
    desk.run("cp oss://bkt/k fresh").exit(0);
    desk.workspace.write("made by others", "x");
    assert_eq!(
        desk.workspace.mode("fresh"),
        desk.workspace.mode("made by others")
    );
}

#[test]
fn a_link_as_the_target_is_followed_and_stays() {
    let desk = Desk::new();
    desk.put("oss://bkt/k", b"new");
    desk.workspace.write("file", "old");
    symlink("file", desk.workspace.path("link")).unwrap();
    desk.run("cp oss://bkt/k link").exit(0);
    assert_eq!(desk.workspace.read("file"), b"new");
    assert!(desk.workspace.path("link").is_symlink());
}

#[test]
fn a_hostile_name_does_not_control_the_terminal() {
    let desk = Desk::new();
    let source = "no\u{1b}[2Jne";
    let outcome = desk.ossum.run(["cp", source, "oss://bkt/k"]);
    outcome.exit(3).never_shows("\u{1b}");
}
