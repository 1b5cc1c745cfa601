use ossum_devserver::Listening;
use ossum_testkit::LocalOss;

use crate::desk::Desk;

const SIZE: usize = 48 << 20;

/// A desk whose OSS moves 16 MiB a second over each connection, but over the second one 4 KiB: on it
/// a part takes a quarter of an hour.
fn desk() -> Desk {
    let listening = Listening {
        bandwidth: Some("16M".parse().unwrap()),
        ..Listening::default()
    };
    Desk::at(LocalOss::start_listening(|_| {}, &listening))
}

fn slow_down(desk: &Desk) {
    let rules = "[[rule]]\nnth = 2\nthen = { slow_connection = 4096 }";
    desk.oss.service().set_faults(rules.parse().unwrap());
}

/// Cases: 41.
#[test]
fn a_part_on_a_slow_connection_begins_anew_on_another_both_ways() {
    let desk = desk();
    let bytes = desk.workspace.write_seeded("source", 1, SIZE);
    for (way, words) in [("up", "source oss://bkt/k"), ("down", "oss://bkt/k target")] {
        slow_down(&desk);
        let words = format!("cp {words} --part-size 4M --concurrency 4 --json");
        let done = desk.run(&words).exit(0).last_json();
        assert_eq!(desk.oss.service().fired(), [1], "{way}");
        assert_eq!(done["retries"], 1, "{way}: {done}");
    }
    assert!(desk.workspace.read("target") == bytes);
}
