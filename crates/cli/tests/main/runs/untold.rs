//! Runs whose lines cannot be written, or are read by nobody.

use crate::desk::Desk;

/// Ends with the exit code of `ossum words`, whose standard output has lost its reader before it
/// begins.
fn unread(words: &str) -> String {
    format!(
        "mkfifo go; {{ read _ < go; ossum {words}; echo $? > code; }} | \
         {{ exec <&-; echo > go; }}; exit $(cat code)"
    )
}

#[test]
fn a_full_standard_output_ends_a_run_that_goes_on_later() {
    let desk = Desk::new();
    let names: Vec<String> = (0..50).map(|number| format!("{number:02}")).collect();
    desk.tree(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let ended = desk.shell("ossum cp -r d oss://bkt/x --json --concurrency 1 > /dev/full");
    ended.exit(10);
    assert!(desk.keys("x/").len() < 50, "it went on");
    let told = desk.shell("ossum jobs ls; ossum jobs show $(ossum jobs ls | cut -c1-8)");
    told.exit(0).prints("write to standard output");
    desk.shell("ossum cp -r d oss://bkt/x").exit(0);
    assert_eq!(desk.keys("x/").len(), 50);
}

/// Cases: 4.
#[test]
fn a_run_that_nobody_reads_moves_all_and_ends_as_it_did() {
    let desk = Desk::new();
    desk.tree(&["a", "b"]);
    desk.shell(&unread("cp -r d oss://bkt/x --json")).exit(0);
    assert_eq!(desk.keys("x/").len(), 2);

    let desk = Desk::new();
    desk.tree(&["a", "z"]);
    std::os::unix::fs::symlink("z", desk.workspace.path("d/z2")).unwrap();
    std::fs::remove_file(desk.workspace.path("d/z")).unwrap();
    // The link leads nowhere, which is a failure of its own.
    desk.shell(&unread("cp -r d oss://bkt/x --json")).exit(1);
    assert_eq!(desk.keys("x/"), ["x/a"]);
}

#[test]
fn a_plan_that_nobody_reads_is_no_failure() {
    let desk = Desk::new();
    desk.tree(&["a", "b"]);
    desk.shell(&unread("cp -rn d oss://bkt/x")).exit(0);
    assert_eq!(desk.keys("x/").len(), 0);
}
