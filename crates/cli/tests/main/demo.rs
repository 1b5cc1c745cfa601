use ossum_testkit::{Signal, Workspace};

use crate::desk::ossum;

#[test]
fn the_demo_needs_nothing_shows_both_ways_and_leaves_nothing() {
    let workspace = Workspace::new();
    let outcome = ossum(&workspace).run(["demo", "--size", "9M"]);
    outcome
        .exit(0)
        .prints("upload    killed by SIGKILL with 2 of 5 parts there\n")
        .prints("download  killed by SIGKILL with 1 of 2 parts there\n")
        .prints("the same; SHA-256")
        .prints("killed 2 times, nothing lost")
        .prints("ossum serve");
    for step in ["data ", "server ", "upload ", "download ", "compare "] {
        assert!(
            outcome.stdout().lines().any(|line| line.starts_with(step)),
            "{outcome}"
        );
    }
    let again = outcome
        .stdout()
        .lines()
        .filter(|line| line.starts_with("again ") && line.contains(" of it already there, "));
    assert_eq!(again.count(), 2, "{outcome}");
    assert!(workspace.names().is_empty());
}

#[test]
fn the_demo_tells_scripts_the_same() {
    let workspace = Workspace::new();
    let lines = ossum(&workspace)
        .run(["demo", "--size", "12M", "--json"])
        .exit(0)
        .stdout_json();
    let named = |name: &str| -> Vec<_> {
        let of_name = lines.iter().filter(|line| line["event"] == name);
        of_name.collect()
    };
    let (killed, done) = (named("killed"), named("done"));
    assert_eq!((killed.len(), done.len()), (2, 2));
    for (killed, done) in killed.iter().zip(&done) {
        assert_eq!(done["resumed"], true, "{done}");
        assert_eq!(done["parts_reused"], killed["parts_done"], "{done}");
        assert_eq!(done["parts_total"], killed["parts_total"], "{done}");
    }
    assert_eq!(done[0]["crc64"], done[1]["crc64"]);
    assert_eq!(lines.last().unwrap()["event"], "compared");
}

#[test]
fn a_demo_too_small_to_be_killed_says_so() {
    let workspace = Workspace::new();
    for size in ["0", "1", "1M"] {
        let outcome = ossum(&workspace).run(["demo", "--size", size]);
        outcome.exit(0).prints("too small").prints("the same");
        outcome.never_shows("SIGKILL");
    }
}

#[test]
fn an_interrupted_demo_leaves_nothing() {
    let workspace = Workspace::new();
    let words = ["demo", "--size", "64M", "--json"];
    let mut running = ossum(&workspace).start(words);
    while !running.line().contains(r#""step":"server""#) {}
    running.signal(Signal::INT);
    let error = running.wait().exit(130).last_json();
    assert_eq!(error["resumable"], false, "{error}");
    assert!(workspace.names().is_empty());
}
