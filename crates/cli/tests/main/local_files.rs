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
fn a_log_that_cannot_be_written_is_a_disk_error() {
    let desk = Desk::new();
    fails(&desk.ossum, "ls --log none/log", 10, "disk", "none/log");
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

/// Cases: 93.
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

/// Cases: 93.
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

/// Cases: 111.
#[test]
fn a_hostile_name_does_not_control_the_terminal() {
    let desk = Desk::new();
    let source = "no\u{1b}[2Jne";
    let outcome = desk.ossum.run(["cp", source, "oss://bkt/k"]);
    outcome.exit(3).never_shows("\u{1b}");
}

/// Cases: 31.
#[test]
fn too_many_open_files_are_a_matter_of_this_machine() {
    let desk = Desk::new();
    let bytes = desk.workspace.write_seeded("file", 1, 4 << 20);
    desk.run("cp file oss://bkt/k --part-size 256K").exit(0);
    desk.shell("ulimit -n 12; exec ossum cp oss://bkt/k again --part-size 256K")
        .exit(10)
        .says("ulimit -n");
    desk.run("cp oss://bkt/k again --part-size 256K").exit(0);
    assert!(desk.workspace.read("again") == bytes);
}

/// Cases: 31.
#[test]
fn no_open_file_left_for_the_network_is_a_matter_of_this_machine_too() {
    let desk = Desk::new();
    desk.workspace.write_seeded("file", 1, 1024);
    desk.shell("ulimit -n 7; exec ossum cp file oss://bkt/k")
        .exit(10)
        .says("set up the network")
        .says("ulimit -n");
}

#[test]
fn a_file_where_a_directory_should_be_is_told_as_that() {
    let desk = Desk::new();
    desk.workspace.write("file", b"kept");
    desk.run("cp file oss://bkt/k").exit(0);
    desk.run("cp oss://bkt/k file/")
        .exit(10)
        .says("a file lies where a directory should");
    assert_eq!(desk.workspace.read("file"), b"kept");
}

#[test]
fn a_directory_and_a_bucket_are_answered_with_the_option_that_copies_them() {
    let desk = Desk::new();
    std::fs::create_dir(desk.workspace.path("d")).unwrap();
    desk.run("cp d oss://bkt/d").exit(2).says("-r");
    desk.run("cp oss://bkt/ d").exit(2).says("-r");
}

/// Cases: 32.
#[test]
fn a_file_that_would_be_too_large_is_an_error_and_not_the_end() {
    let desk = Desk::new();
    desk.workspace.write_seeded("file", 1, 4 << 20);
    desk.run("cp file oss://bkt/k").exit(0);
    desk.shell("ulimit -f 2000; exec ossum cp oss://bkt/k again --part-size 256K")
        .exit(10)
        .says("ulimit -f");
    assert_eq!(desk.workspace.names(), ["file"]);
}

/// Cases: 93.
#[test]
fn a_pipe_behind_a_link_is_no_file() {
    let desk = Desk::new();
    desk.put("oss://bkt/k", b"x");
    desk.shell("ossum cp oss://bkt/k /dev/stdout | cat; exit 2")
        .exit(2)
        .says("is a device or a pipe");
}

#[test]
fn a_checkpoint_in_the_place_of_what_is_moved_is_refused() {
    let desk = Desk::new();
    desk.put("oss://bkt/k", b"x");
    for checkpoint in ["again", "./again", "again.ossum-part"] {
        desk.run(&format!("cp oss://bkt/k again --checkpoint {checkpoint}"))
            .exit(2)
            .says("cannot hold the checkpoint as well");
    }
    assert!(desk.workspace.names().is_empty());
}

#[test]
fn a_file_that_hides_its_size_is_not_taken_for_an_empty_one() {
    let desk = Desk::new();
    desk.run("cp /proc/self/status oss://bkt/k")
        .exit(7)
        .says("more bytes than its file system says");
}
