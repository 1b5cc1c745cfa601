use crate::desk::{Desk, fails};
use crate::held;

const MIB: usize = 1 << 20;

/// A desk where uploads can be counted, with a file `sent` of 20 MiB and a bit.
fn desk() -> Desk {
    let desk = held::desk();
    desk.workspace.write_seeded("sent", 1, 20 * MIB + 7);
    desk
}

#[test]
fn an_object_is_what_came_through_the_pipe_whatever_its_size() {
    let desk = Desk::new();
    for (len, requests) in [
        (0, 1),
        (1, 1),
        (8 * MIB, 1),
        (8 * MIB + 1, 4),
        (17 * MIB, 5),
    ] {
        desk.workspace.write_seeded("sent", 1, len);
        let line =
            "cat sent | ossum cp - oss://bkt/k --json -q && ossum cat oss://bkt/k | cmp - sent";
        let done = desk.shell(line).exit(0).last_json();
        assert_eq!(
            (&done["source"], &done["verified"]),
            (&"-".into(), &"crc64".into())
        );
        assert_eq!(done["requests"], requests, "{len}");
        assert_eq!(done["bytes_total"], len);
    }
}

#[test]
fn parts_go_through_little_memory_or_a_directory_and_leave_nothing_there() {
    let desk = desk();
    std::fs::create_dir(desk.workspace.root().join("spool")).unwrap();
    for options in [
        "--memory 2M",
        "--spool spool",
        "--part-size 1M",
        "--expected-size 20M",
    ] {
        let line = format!(
            "cat sent | ossum cp - oss://bkt/k {options} && ossum cat oss://bkt/k | cmp - sent"
        );
        desk.shell(&line).exit(0).says("takes up to");
    }
    let spooled = std::fs::read_dir(desk.workspace.root().join("spool")).unwrap();
    assert_eq!(spooled.count(), 0);
    assert_eq!(desk.open_uploads(), 0);
}

#[test]
fn what_it_can_take_is_said_before_anything_is_read() {
    let desk = Desk::new();
    let told = desk.shell("echo x | ossum cp - oss://bkt/k");
    told.exit(0)
        .says("takes up to 611.71 GiB of standard input; --memory or --spool for more");
    let quiet = desk.shell("echo x | ossum cp - oss://bkt/k -q");
    assert_eq!(quiet.exit(0).stderr(), "");
    let refused = desk.shell("echo x | ossum cp - oss://bkt/k --expected-size 1T");
    refused.exit(8).says("1 TiB do not fit").says("--memory");
}

/// Cases: 39, 53, 59, 69.
#[test]
fn a_busy_service_broken_connections_and_a_lost_last_answer_do_not_show() {
    let desk = desk();
    desk.faults(
        "[[rule]]\noperation = 'UploadPart'\nnth = 1\nthen = { answer = { status = 503, code = 'ServiceUnavailable' } }\n\
         [[rule]]\noperation = 'UploadPart'\nnth = 2\nthen = { reset = { after_request_bytes = 100000 } }\n\
         [[rule]]\noperation = 'UploadPart'\nnth = 3\nthen = { reset = 'after_commit' }\n\
         [[rule]]\noperation = 'CompleteMultipartUpload'\nnth = 1\nthen = { reset = 'after_commit' }\n",
    );
    desk.shell("cat sent | ossum cp - oss://bkt/k").exit(0);
    assert_eq!(desk.oss.service().fired(), [1, 1, 1, 1]);
    desk.release();
    desk.shell("ossum cat oss://bkt/k | cmp - sent").exit(0);
}

#[test]
fn a_source_that_cannot_be_read_publishes_nothing() {
    let desk = desk();
    // A directory can be opened and not read.
    let outcome = desk.shell("ossum cp - oss://bkt/k < /");
    outcome.exit(10).says("read the source").says("hint: ");
    desk.run("stat oss://bkt/k").exit(3);
    assert_eq!(desk.open_uploads(), 0);
}

#[test]
fn a_service_that_stays_away_leaves_nothing_behind() {
    let desk = desk();
    desk.faults(
        "[[rule]]\noperation = 'UploadPart'\nfrom = 2\nthen = { answer = { status = 403, code = 'AccessDenied' } }\n",
    );
    let outcome = desk.shell("cat sent | ossum cp - oss://bkt/k --json");
    let error = outcome.exit(4).last_json();
    assert_eq!(error["resumable"], false, "{outcome}");
    assert_eq!(desk.open_uploads(), 0);
    desk.run("stat oss://bkt/k").exit(3);
}

#[test]
fn an_upload_that_cannot_be_aborted_is_named() {
    let desk = desk();
    desk.faults(
        "[[rule]]\noperation = ['UploadPart', 'AbortMultipartUpload']\nthen = { answer = { status = 403, code = 'AccessDenied' } }\n",
    );
    let outcome = desk.shell("cat sent | ossum cp - oss://bkt/k");
    outcome.exit(4).says("could not be aborted");
    assert_eq!(desk.open_uploads(), 1);
}

#[test]
fn a_signal_ends_it_though_nothing_comes_and_leaves_nothing() {
    let desk = desk();
    for (signal, code) in [("INT", 130), ("TERM", 143)] {
        // The pipe holds 64 KiB: when all is written to it, most is read.
        let line = format!(
            "mkfifo pipe; ossum cp - oss://bkt/k < pipe & exec 3> pipe; cat sent >&3; \
             kill -{signal} $!; wait $!; code=$?; rm pipe; exit $code"
        );
        desk.shell(&line)
            .exit(code)
            .says("nothing half done is left");
        assert_eq!(desk.open_uploads(), 0);
        desk.run("stat oss://bkt/k").exit(3);
    }
}

#[test]
fn an_object_that_is_there_is_skipped_or_in_the_way() {
    let desk = Desk::new();
    desk.put("oss://bkt/k", b"first");
    let line = "echo second | ossum cp - oss://bkt/k --if-exists";
    desk.shell(&format!("{line} skip"))
        .exit(0)
        .prints("skipped");
    desk.shell(&format!("{line} fail")).exit(9);
    assert_eq!(desk.run("cat oss://bkt/k").exit(0).stdout(), "first");
    desk.shell(&format!("{line} overwrite")).exit(0);
    assert_eq!(desk.run("cat oss://bkt/k").exit(0).stdout(), "second\n");
}

#[test]
fn the_key_tells_the_type() {
    let desk = Desk::new();
    desk.shell("echo '{}' | ossum cp - oss://bkt/a.json --meta a=b")
        .exit(0);
    desk.run("stat oss://bkt/a.json")
        .exit(0)
        .prints("application/json");
}

#[test]
fn options_that_mean_nothing_here_are_refused() {
    let desk = Desk::new();
    for (words, names) in [
        ("cp - oss://bkt/k --checkpoint c", "--checkpoint"),
        ("cp - oss://bkt/k --adopt", "--adopt"),
        ("cp - oss://bkt/k --range 0-1", "--range"),
        ("cp - oss://bkt/k --part-size 100M --memory 64M", "100 MiB"),
        ("cp - oss://bkt/dir/", "name the object"),
        ("cp file oss://bkt/k --spool .", "--spool"),
        ("cp oss://bkt/k - --expected-size 1G", "--expected-size"),
        ("cp oss://bkt/k f --callback {}", "--callback"),
    ] {
        desk.run(words).exit(2).says(names);
    }
}

#[test]
fn standard_input_has_no_time_to_be_newer_by() {
    let desk = Desk::new();
    fails(
        &desk.ossum,
        "cp - oss://bkt/k --if-exists newer",
        2,
        "usage",
        "newer",
    );
}
