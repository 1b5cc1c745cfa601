use std::time::{Duration, Instant};

use crate::desk::Desk;

#[test]
fn a_limit_holds_both_ways_for_files_and_streams_and_all_requests_together() {
    let desk = Desk::new();
    desk.workspace.write_seeded("file", 1, 1 << 20);
    for line in [
        "ossum cp file oss://bkt/k --limit 1M",
        "ossum cp file oss://bkt/k --limit 1M:off --part-size 100K",
        "ossum cp oss://bkt/k again --limit off:1M --part-size 100K --concurrency 8",
        "ossum cp - oss://bkt/k --limit 1M < file",
        "ossum cat oss://bkt/k --limit '00:00,1M 12:00,1M' | cmp - file",
        "ossum cat oss://bkt/k --range 0-524287 --limit 512K > /dev/null",
    ] {
        let began = Instant::now();
        desk.shell(line).exit(0);
        // How long it takes at least does not depend on how quick anything is.
        assert!(began.elapsed() >= Duration::from_millis(990), "{line}");
    }
}

#[test]
fn what_is_not_limited_is_not_held_up() {
    let desk = Desk::new();
    desk.workspace.write_seeded("file", 1, 1 << 20);
    desk.run("cp file oss://bkt/k --limit off:10K").exit(0);
    desk.run("cp oss://bkt/k again --limit 10K:off").exit(0);
}

#[test]
fn a_limit_that_cannot_be_is_refused_with_how_to_write_it() {
    let desk = Desk::new();
    desk.run("cp file oss://bkt/k --limit fast")
        .exit(2)
        .says("08:00,1M 20:00,off");
    desk.run("cat oss://bkt/k --limit 9K")
        .exit(2)
        .says("at least 10K");
}
