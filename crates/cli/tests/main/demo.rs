use ossum_testkit::Workspace;

use crate::desk::ossum;

#[test]
fn the_demo_needs_nothing_shows_both_ways_and_leaves_nothing() {
    let workspace = Workspace::new();
    let outcome = ossum(&workspace).run(["demo", "--size", "9M"]);
    outcome
        .exit(0)
        .prints("the same; SHA-256")
        .prints("ossum serve");
    for step in ["data ", "server ", "upload ", "download ", "compare "] {
        assert!(
            outcome.stdout().lines().any(|line| line.starts_with(step)),
            "{outcome}"
        );
    }
    assert!(workspace.names().is_empty());
}

#[test]
fn the_demo_tells_scripts_the_same() {
    let workspace = Workspace::new();
    let lines = ossum(&workspace)
        .run(["demo", "--size", "8M", "--json"])
        .exit(0)
        .stdout_json();
    let done: Vec<_> = lines
        .iter()
        .filter(|line| line["event"] == "done")
        .collect();
    assert_eq!(done.len(), 2);
    assert_eq!(done[0]["crc64"], done[1]["crc64"]);
    assert_eq!(lines.last().unwrap()["event"], "compared");
}
