use ossum_devserver::Listening;
use ossum_testkit::LocalOss;

use crate::desk::Desk;

const SIZE: usize = 48 << 20;

/// A desk whose OSS moves 16 MiB a second over each connection.
fn desk() -> Desk {
    let listening = Listening {
        bandwidth: Some("16M".parse().unwrap()),
        ..Listening::default()
    };
    Desk::at(LocalOss::start_listening(|_| {}, &listening))
}

/// Has the `nth` connection move 4 KiB a second: on it a part takes a quarter of an hour.
fn slow_down(desk: &Desk, nth: u64) {
    let rules = format!("[[rule]]\nnth = {nth}\nthen = {{ slow_connection = 4096 }}");
    desk.oss.service().set_faults(rules.parse().unwrap());
}

/// Cases: 41.
#[test]
fn a_part_on_a_slow_connection_begins_anew_on_another_both_ways() {
    let desk = desk();
    let bytes = desk.workspace.write_seeded("source", 1, SIZE);
    // The first connection of a download brings the beginning of the object, asked for before anything
    // is known of it.
    for (way, words, slow) in [
        ("up", "source oss://bkt/k", 2),
        ("down", "oss://bkt/k target", 1),
        ("down again", "oss://bkt/k target --if-exists overwrite", 2),
    ] {
        slow_down(&desk, slow);
        let words = format!("cp {words} --part-size 4M --concurrency 4 --json");
        let outcome = desk.run(&words);
        outcome
            .exit(0)
            .prints("far slower than the requests beside it");
        assert_eq!(desk.oss.service().fired(), [1], "{way}");
        assert_eq!(outcome.last_json()["retries"], 1, "{way}");
    }
    assert!(desk.workspace.read("target") == bytes);
}
