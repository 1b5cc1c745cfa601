use ossum_testkit::Workspace;

use crate::desk::{Desk, fails, ossum};

#[test]
fn help_begins_with_an_example_and_is_no_error() {
    let workspace = Workspace::new();
    for words in [
        vec!["--help"],
        vec!["-h"],
        vec!["cp", "--help"],
        vec!["serve", "-h"],
    ] {
        let help = ossum(&workspace).run(&words);
        help.exit(0);
        assert!(help.stdout().starts_with("Example"), "{help}");
    }
    ossum(&workspace)
        .run(["--version"])
        .exit(0)
        .prints("ossum ");
}

#[test]
fn what_is_not_understood_is_exit_code_2() {
    let workspace = Workspace::new();
    for words in [
        vec![],
        vec!["frob"],
        vec!["cp"],
        vec!["ls", "oss://Bad_Name"],
        vec!["ls", "--frob"],
        vec![
            "cp",
            "a",
            "oss://bkt/b",
            "--checkpoint",
            "c",
            "--no-checkpoint",
        ],
        vec![
            "cp",
            "a",
            "oss://bkt/b",
            "--checkpoint",
            "c",
            "--checkpoint-dir",
            "d",
        ],
        vec![
            "cp",
            "a",
            "oss://bkt/b",
            "--checkpoint-dir",
            "d",
            "--no-checkpoint",
        ],
        vec!["cp", "a", "oss://bkt/b", "--verify-kept", "never"],
        vec!["cp", "a", "oss://bkt/b", "--checkpoint="],
    ] {
        ossum(&workspace).run(&words).exit(2);
    }
    let error = ossum(&workspace)
        .run(["ls", "--frob", "--json"])
        .exit(2)
        .last_json();
    assert_eq!(
        (&error["kind"], &error["code"]),
        (&"usage".into(), &2.into())
    );
}

#[test]
fn what_is_not_there_yet_says_what_to_do_instead() {
    let desk = Desk::new();
    for (words, names) in [
        ("cp a b", "neither"),
        ("cp a oss://bkt/b --range 0-1", "--range"),
        ("cp oss://bkt/b a --meta x=y", "--meta"),
        ("cp a oss://bkt/b --version-id x", "--version-id"),
        ("cp oss://bkt/b a --adopt", "--adopt"),
        ("cp oss://bkt/b a --verify-kept changed", "--verify-kept"),
        ("cp oss://bkt/a oss://bkt/b --adopt", "--adopt"),
        ("cp oss://bkt/a oss://bkt/b --range 0-1", "--range"),
        (
            "cp oss://bkt/a oss://bkt/b --allow-unverified",
            "--allow-unverified",
        ),
        ("cp oss://bkt/d/ oss://bkt/e/", "oss://bkt/d/"),
    ] {
        fails(&desk.ossum, words, 2, "usage", names);
    }
}

#[test]
fn parts_too_small_for_an_upload_are_refused() {
    let desk = Desk::new();
    desk.workspace.write_seeded("file", 1, 20 << 20);
    fails(
        &desk.ossum,
        "cp file oss://bkt/k --part-size 1K",
        2,
        "layout",
        "1 KiB",
    );
}

#[test]
fn a_reader_that_stops_reading_is_no_error() {
    let desk = Desk::new();
    desk.put("oss://bkt/k", b"x");
    // The pipe's other end is closed before anything is written.
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_ossum"))
        .args(["ls", "oss://bkt"])
        .env_clear()
        .envs(desk.oss.environment())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(!String::from_utf8_lossy(&output.stderr).contains("error"));
}

#[test]
fn a_mistyped_option_never_leads_to_less_safety() {
    let desk = Desk::new();
    for typed in [
        "--include",
        "--secret",
        "--insec",
        "--allow-htp",
        "--allow-unverifed",
    ] {
        let outcome = desk.run(&format!("cp a oss://bkt/b {typed}"));
        for unsafe_option in ["--insecure", "--allow-http", "--allow-unverified"] {
            outcome.exit(2).never_shows(unsafe_option);
        }
    }
    desk.run("cp a oss://bkt/b --part-siz 1M")
        .exit(2)
        .says("--part-size");
}

#[test]
fn a_long_value_that_is_not_understood_is_not_repeated_in_full() {
    let workspace = Workspace::new();
    let long = "9".repeat(10_000);
    let option = format!("--{long}");
    for words in [
        vec!["sign", "oss://bkt/k", "--expires", &long],
        vec!["ls", &option],
        vec![long.as_str()],
    ] {
        let outcome = ossum(&workspace).run(&words);
        outcome.exit(2).says("99999...");
        assert!(outcome.stderr().len() < 1000, "{outcome}");
    }
}
