use ossum_testkit::Signal;

use crate::desk::Desk;

const MIB: usize = 1 << 20;

/// A desk with an object of 20 MiB and a bit, `oss://bkt/k`, and the file `sent` of the same bytes.
fn desk() -> Desk {
    let desk = Desk::new();
    desk.workspace.write_seeded("sent", 1, 20 * MIB + 7);
    desk.run("cp -q sent oss://bkt/k").exit(0);
    desk
}

#[test]
fn a_pipe_gets_exactly_the_objects_bytes() {
    let desk = desk();
    for command in ["cat oss://bkt/k", "cp oss://bkt/k -"] {
        for options in ["", "--memory 4M", "--concurrency 1", "--json"] {
            let line = format!("ossum {command} {options} | cmp - sent");
            desk.shell(&line).exit(0);
        }
    }
}

/// Cases: 4.
#[test]
fn whoever_reads_only_the_beginning_gets_it_and_nothing_is_said() {
    let desk = desk();
    for command in [
        "cat oss://bkt/k",
        "cp oss://bkt/k -",
        "cat --json -q oss://bkt/k",
    ] {
        let line = format!(
            "{{ ossum {command}; echo code=$? >&2; }} | head -c 1000 > beginning; \
             head -c 1000 sent | cmp - beginning"
        );
        let outcome = desk.shell(&line);
        assert_eq!(outcome.exit(0).stderr(), "code=0\n", "{outcome}");
    }
}

#[test]
fn several_objects_come_in_order_and_an_empty_one_is_nothing() {
    let desk = Desk::new();
    desk.put("oss://bkt/a", b"first,");
    desk.put("oss://bkt/empty", b"");
    desk.put("oss://bkt/b", b"second");
    let outcome = desk.run("cat oss://bkt/a oss://bkt/empty oss://bkt/b oss://bkt/a");
    assert_eq!(outcome.exit(0).stdout(), "first,secondfirst,");
    assert_eq!(outcome.stderr(), "");
    let part = desk.run("cat --range 1-3 oss://bkt/a oss://bkt/b");
    assert_eq!(part.exit(0).stdout(), "irseco");
}

#[test]
fn scripts_are_told_on_standard_error() {
    let desk = Desk::new();
    desk.put("oss://bkt/a", b"bytes");
    for command in ["cat oss://bkt/a --json -q", "cp oss://bkt/a - --json -q"] {
        let outcome = desk.run(command);
        assert_eq!(outcome.exit(0).stdout(), "bytes");
        let done: serde_json::Value = serde_json::from_str(outcome.stderr()).unwrap();
        assert_eq!(
            (&done["event"], &done["verified"]),
            (&"done".into(), &"crc64".into())
        );
        assert_eq!(
            (&done["destination"], &done["requests"]),
            (&"-".into(), &1.into())
        );
    }
    let outcome = desk.run("cat oss://bkt/none --json");
    assert_eq!(outcome.exit(3).stdout(), "");
    outcome.says(r#""kind":"no_such_key""#);
}

/// Cases: 39, 53.
#[test]
fn a_connection_that_breaks_and_a_busy_service_do_not_show() {
    let desk = desk();
    desk.faults(
        "[[rule]]\noperation = 'GetObject'\nnth = 1\nthen = { reset = { after_response_bytes = 100000 } }\n\
         [[rule]]\noperation = 'GetObject'\nnth = 3\nthen = { answer = { status = 503, code = 'ServiceUnavailable' } }\n\
         [[rule]]\noperation = 'GetObject'\nnth = 4\nthen = { close = { after_response_bytes = 70000 } }\n",
    );
    desk.shell("ossum cat oss://bkt/k | cmp - sent").exit(0);
    assert_eq!(desk.oss.service().fired(), [1, 1, 1]);
}

/// Cases: 61.
#[test]
fn an_object_that_is_replaced_meanwhile_is_exit_7_and_what_came_is_a_right_beginning() {
    let desk = desk();
    desk.faults(
        "[[rule]]\noperation = 'GetObject'\nnth = 4\nthen = { replace_object = 'before' }\n",
    );
    let line = "ossum cat oss://bkt/k --memory 8M > got; code=$?; \
                cmp -n $(wc -c < got) got sent && exit $code";
    desk.shell(line).exit(7).says("changed while it was");
}

/// Cases: 48.
#[test]
fn bytes_that_were_damaged_on_their_way_are_exit_6_and_said_to_be_wrong() {
    let desk = desk();
    desk.faults(
        "[[rule]]\noperation = 'GetObject'\nnth = 2\nthen = { corrupt_response = { at = 1000 } }\n",
    );
    let outcome = desk.shell("ossum cat oss://bkt/k > /dev/null");
    outcome
        .exit(6)
        .says("that were written are wrong: do not use them");
    outcome.says("CRC-64");
}

#[test]
fn a_signal_ends_it_though_nobody_reads() {
    let desk = desk();
    for (signal, code) in [(Signal::INT, 130), (Signal::TERM, 143)] {
        let mut running = desk.ossum.start(["cat", "--memory", "4M", "oss://bkt/k"]);
        // The pipe is full, and the first bytes are on the reader's side.
        running.wait_for_output();
        running.signal(signal);
        running.wait().exit(code);
    }
}

/// Cases: 22.
#[test]
fn a_full_disk_is_exit_10() {
    let desk = desk();
    desk.shell("ossum cat oss://bkt/k > /dev/full").exit(10);
}

#[test]
fn options_that_mean_nothing_here_are_refused() {
    let desk = Desk::new();
    for (words, names) in [
        ("cp oss://bkt/k - --if-exists skip", "--if-exists"),
        (
            "cp oss://bkt/k - --restart-on-change",
            "--restart-on-change",
        ),
        ("cp oss://bkt/k - --meta a=b", "--meta"),
        ("cat oss://bkt/k oss://bkt/l --version-id x", "--version-id"),
    ] {
        desk.run(words).exit(2).says(names);
    }
    desk.run("cp - -").exit(2).says("neither");
}
