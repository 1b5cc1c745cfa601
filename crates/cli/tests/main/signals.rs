use std::time::Duration;

use ossum_testkit::{LocalOss, Running, Signal};

use crate::desk::Desk;

/// A desk whose server takes so long that a signal always comes first.
fn slow_desk() -> Desk {
    Desk::at(LocalOss::start_with(|settings| {
        settings.latency = Duration::from_hours(1);
    }))
}

fn begin(desk: &Desk) -> Running {
    desk.workspace.write_seeded("a file", 1, 1000);
    let words = ["cp", "a file", "oss://bkt/k", "--json", "--timeout", "2h"];
    let mut running = desk.ossum.start(words);
    assert!(running.line().contains("start"));
    running
}

/// Cases: 3.
#[test]
fn a_signal_ends_a_transfer_with_the_command_to_type_again() {
    for (signal, code, name) in [(Signal::INT, 130, "SIGINT"), (Signal::TERM, 143, "SIGTERM")] {
        let desk = slow_desk();
        let running = begin(&desk);
        running.signal(signal);
        let outcome = running.wait();
        let error = outcome.exit(code).last_json();
        assert_eq!(error["kind"], "interrupted", "{outcome}");
        assert!(
            error["message"].as_str().unwrap().contains(name),
            "{outcome}"
        );
        assert!(
            error["hint"]
                .as_str()
                .unwrap()
                .contains("cp 'a file' oss://bkt/k"),
            "{outcome}"
        );
    }
}

#[test]
fn a_signal_ends_a_listing_at_once() {
    let desk = slow_desk();
    let running = desk
        .ossum
        .start(["ls", "oss://bkt", "-vv", "--log", "/dev/stdout"]);
    let mut running = running;
    running.line();
    running.signal(Signal::INT);
    running.wait().exit(130);
}

/// Cases: 3.
#[test]
fn a_signal_that_arrives_twice_at_once_is_one() {
    let desk = slow_desk();
    let running = begin(&desk);
    // As `timeout` does it: to the process, and to its group.
    running.signal(Signal::INT);
    running.signal(Signal::INT);
    let outcome = running.wait();
    let error = outcome.exit(130).last_json();
    assert_eq!(error["kind"], "interrupted", "{outcome}");
}
