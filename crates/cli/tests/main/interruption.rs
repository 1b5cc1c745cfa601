//! Ctrl-C, failures half-way, and what is left of a transfer then.

use ossum_testkit::Signal;

use crate::held::{HELD_AT, OPTIONS, SIZE, desk};

/// Cases: 3.
#[test]
fn a_signal_keeps_what_was_moved_and_tells_the_command_that_goes_on() {
    for (signal, code) in [(Signal::INT, 130), (Signal::TERM, 143)] {
        let desk = desk();
        desk.workspace.write_seeded("file", 1, SIZE);
        let words = format!("cp file oss://bkt/k {OPTIONS}");
        desk.hold("UploadPart", HELD_AT);
        let running = desk.start_and_wait(&words);
        running.signal(signal);
        let outcome = running.wait();
        let error = outcome.exit(code).last_json();
        assert_eq!(error["kind"], "interrupted", "{outcome}");
        assert_eq!(error["resumable"], true, "{outcome}");
        let hint = error["hint"].as_str().unwrap();
        assert!(hint.contains("5 of 11 parts are safe"), "{hint}");
        assert!(hint.contains(&words), "{hint}");
        assert_eq!(desk.open_uploads(), 1);

        desk.release();
        let done = desk.run(&words).exit(0).last_json();
        assert_eq!(done["parts_reused"], HELD_AT);
        assert_eq!(desk.workspace.names(), ["file"]);
        assert_eq!(desk.open_uploads(), 0);
    }
}

/// Cases: 3.
#[test]
fn a_signal_keeps_what_was_downloaded() {
    let desk = desk();
    let sent = desk.workspace.write_seeded("file", 1, SIZE);
    desk.run("cp file oss://bkt/k").exit(0);
    let words = format!("cp oss://bkt/k again {OPTIONS}");
    desk.hold("GetObject", HELD_AT);
    let running = desk.start_and_wait(&words);
    running.signal(Signal::INT);
    let error = running.wait().exit(130).last_json();
    assert_eq!(error["resumable"], true, "{error}");

    desk.release();
    let done = desk.run(&words).exit(0).last_json();
    assert_eq!(done["parts_reused"], HELD_AT);
    assert!(desk.workspace.read("again") == sent);
}

/// Cases: 3.
#[test]
fn without_a_checkpoint_a_signal_leaves_nothing_anywhere() {
    let desk = desk();
    desk.workspace.write_seeded("file", 1, SIZE);
    desk.run("cp file oss://bkt/k").exit(0);
    for (operation, words) in [
        ("UploadPart", "cp file oss://bkt/new"),
        ("GetObject", "cp oss://bkt/k again"),
    ] {
        desk.hold(operation, HELD_AT);
        let running = desk.start_and_wait(&format!("{words} {OPTIONS} --no-checkpoint"));
        let checkpoint = |name: &String| name.contains(".cp");
        assert!(!desk.workspace.names().iter().any(checkpoint));
        running.signal(Signal::INT);
        let outcome = running.wait();
        let error = outcome.exit(130).last_json();
        assert_eq!(error["resumable"], false, "{outcome}");
        let hint = error["hint"].as_str().unwrap();
        assert!(hint.contains("nothing half done is left"), "{hint}");
        assert_eq!(desk.workspace.names(), ["file"]);
        assert!(desk.pointers().is_empty());
        desk.release();
        assert_eq!(desk.open_uploads(), 0);
    }
}

#[test]
fn a_failure_says_how_much_is_safe_and_what_to_do_first() {
    let desk = desk();
    desk.workspace.write_seeded("file", 1, SIZE);
    desk.deny("UploadPart", 6);
    let words = "cp file oss://bkt/k --part-size 100K --concurrency 1";
    desk.run(words)
        .exit(4)
        .says("check their policy")
        .says("; 5 of 11 parts are safe, run the same command again then");
    let error = desk.run(&format!("{words} --json")).exit(4).last_json();
    assert_eq!(error["resumable"], true, "{error}");

    desk.release();
    let done = desk.run(&format!("{words} --json")).exit(0).last_json();
    assert_eq!(done["parts_reused"], HELD_AT, "{done}");
    assert_eq!(desk.open_uploads(), 0);
}

#[test]
fn a_network_that_fails_says_how_much_is_safe_and_to_run_again() {
    let desk = desk();
    desk.workspace.write_seeded("file", 1, SIZE);
    desk.faults(
        "[[rule]]\noperation = 'UploadPart'\nfrom = 6\n\
         then = { reset = 'before_answer' }\n",
    );
    desk.run("cp file oss://bkt/k --part-size 100K --concurrency 1 --retries 0")
        .exit(5)
        .says("hint: 5 of 11 parts are safe; run the same command again to continue");
}

/// Cases: 86.
#[test]
fn an_object_that_appears_at_the_end_is_skipped_with_a_word_on_what_is_kept() {
    let desk = desk();
    desk.workspace.write_seeded("file", 1, SIZE);
    desk.faults(
        "[[rule]]\noperation = 'CompleteMultipartUpload'\n\
         then = { answer = { status = 409, code = 'FileAlreadyExists' } }\n",
    );
    let words = "cp file oss://bkt/k --part-size 100K --if-exists skip";
    desk.run(words)
        .exit(0)
        .prints("skipped oss://bkt/k")
        .says("stay with OSS, where they are billed; --if-exists overwrite goes on with them")
        .says("ossum jobs rm ");
    assert_eq!(desk.open_uploads(), 1);

    desk.release();
    let overwrite = format!("cp file oss://bkt/k {OPTIONS} --if-exists overwrite");
    let done = desk.run(&overwrite).exit(0).last_json();
    assert_eq!(done["bytes_sent"], 0, "{done}");
    assert_eq!(desk.open_uploads(), 0);
    assert_eq!(desk.workspace.names(), ["file"]);
}
