//! The table of exit codes in the README, a test for each row.

use ossum_testkit::Signal;

use crate::desk::Desk;
use crate::held;

/// A desk with the object `oss://bkt/k` of 1000 bytes, which is the file `file` too.
fn desk() -> Desk {
    let desk = Desk::new();
    let bytes = desk.workspace.write_seeded("file", 1, 1000);
    desk.put("oss://bkt/k", &bytes);
    desk
}

/// Expects `words` to end with `code`, which the last line for scripts repeats.
#[track_caller]
fn ends_with(desk: &Desk, words: &str, code: i32) {
    let outcome = desk.run(&format!("{words} --json"));
    let last = outcome.exit(code).last_json();
    assert_eq!(last["event"], "error", "{outcome}");
    assert_eq!(last["code"], code, "{outcome}");
}

#[test]
fn code_0_is_a_destination_with_exactly_the_bytes_of_the_source() {
    let desk = desk();
    desk.run("cp oss://bkt/k copy").exit(0);
    assert_eq!(desk.workspace.read("copy"), desk.workspace.read("file"));
}

/// Cases: 79.
#[test]
fn code_1_is_some_of_many_and_a_callback_that_failed() {
    let desk = desk();
    ends_with(&desk, "rm oss://bkt/k oss://none/k", 1);
    desk.faults(
        "[[rule]]\noperation = 'PutObject'\nthen = { answer = { status = 203, \
        code = 'CallbackFailed', carried_out = true } }\n",
    );
    ends_with(&desk, "cp file oss://bkt/stored", 1);
    desk.run("cp oss://bkt/stored stored").exit(0);
}

#[test]
fn code_2_is_usage() {
    let desk = desk();
    ends_with(&desk, "cp file", 2);
    ends_with(&desk, "cp file oss://bkt/k --part-size 1K", 2);
    ends_with(&desk, "ls oss://bkt --region NOWHERE", 2);
}

#[test]
fn code_3_is_what_is_not_there() {
    let desk = desk();
    for words in [
        "cp none oss://bkt/k",
        "cp oss://bkt/none copy",
        "cp oss://none/k copy",
        "stat oss://bkt/none",
    ] {
        ends_with(&desk, words, 3);
    }
}

#[test]
fn code_4_is_denied() {
    let desk = desk();
    ends_with(&desk, "ls oss://bkt --anonymous", 4);
    ends_with(&desk, "ls oss://bkt --region cn-beijing", 4);
    desk.run("cp file oss://bkt/old --storage-class Archive")
        .exit(0);
    ends_with(&desk, "cp oss://bkt/old copy", 4);
}

#[test]
fn code_5_is_the_network() {
    let desk = desk();
    for effect in [
        "{ answer = { status = 503, code = 'SlowDown' } }",
        "'html_page'",
        "{ close = 'before_answer' }",
    ] {
        let rule = format!("[[rule]]\noperation = 'GetObject'\nthen = {effect}\n");
        desk.faults(&rule);
        ends_with(&desk, "cp oss://bkt/k copy --retries 1", 5);
    }
}

/// Cases: 48.
#[test]
fn code_6_is_bytes_that_differ() {
    let desk = desk();
    desk.workspace.write("other", b"other");
    ends_with(&desk, "hash other oss://bkt/k", 6);
    desk.faults("[[rule]]\noperation = 'GetObject'\nthen = { corrupt_response = { at = 7 } }\n");
    ends_with(&desk, "cp oss://bkt/k copy", 6);
    assert!(
        !desk.workspace.path("copy").exists(),
        "nothing is published"
    );
}

/// Cases: 61.
#[test]
fn code_7_is_a_source_that_changes_meanwhile() {
    let desk = held::desk();
    let bytes = desk.workspace.write_seeded("file", 1, held::SIZE);
    desk.put("oss://bkt/k", &bytes);
    desk.faults(
        "[[rule]]\noperation = 'GetObject'\nnth = 4\nthen = { replace_object = 'before' }\n",
    );
    let words = "cp oss://bkt/k copy --part-size 100K --concurrency 1";
    ends_with(&desk, words, 7);
}

#[test]
fn code_8_is_a_limit() {
    let desk = desk();
    ends_with(&desk, "cp file oss://bkt/more --max-transfer 999", 8);
    let piped = "ossum cp - oss://bkt/more --max-transfer 999 < file";
    desk.shell(piped).exit(8).says("--max-transfer for more");
    desk.run("stat oss://bkt/more").exit(3);
    desk.workspace.write_seeded("dir/large", 1, 2000);
    let run = desk.run("cp -r dir oss://bkt/dir --max-transfer 1K --json");
    assert_eq!(run.exit(8).last_json()["code"], 8, "{run}");
}

#[test]
fn code_9_is_something_in_the_way() {
    let desk = desk();
    ends_with(&desk, "cp file oss://bkt/k --if-exists fail", 9);
    ends_with(&desk, "cp oss://bkt/k file --if-exists fail", 9);
}

/// Cases: 32.
#[test]
fn code_10_is_the_disk() {
    let desk = desk();
    let limited = desk.shell("ulimit -f 0; ossum cp oss://bkt/k copy --no-checkpoint");
    limited.exit(10).says("error: ").says("hint: ");
    assert!(!desk.workspace.path("copy").exists());
}

/// Cases: 3.
#[test]
fn codes_130_and_143_are_signals() {
    for (signal, code) in [(Signal::INT, 130), (Signal::TERM, 143)] {
        let desk = held::desk();
        desk.workspace.write_seeded("big.bin", 1, held::SIZE);
        desk.hold("UploadPart", held::HELD_AT);
        let words = format!("cp big.bin oss://bkt/k {}", held::OPTIONS);
        let running = desk.start_and_wait(&words);
        running.signal(signal);
        let error = running.wait().exit(code).last_json();
        assert_eq!(
            (&error["code"], &error["resumable"]),
            (&code.into(), &true.into())
        );
    }
}
