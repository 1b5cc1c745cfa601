use ossum::ErrorKind;

use crate::bench::{Bench, MIB, OBJECT};

/// Up, across and down again.
fn round_trip(bench: &Bench) {
    let bytes = bench.place.write_seeded("f", 1, MIB);
    let ossum = bench.blocking();
    let up = ossum.upload(bench.place.path("f"), "oss://bkt/up");
    up.part_size("100K").send().unwrap();
    ossum.copy("oss://bkt/up", OBJECT).send().unwrap();
    let down = ossum.download(OBJECT, bench.place.path("g"));
    let report = down.part_size("100K").send().unwrap();
    assert_eq!(report.parts_total, 11);
    assert!(bench.place.read("g") == bytes);
    assert_eq!(bench.names(), ["f", "g"]);
}

#[test]
fn it_needs_no_runtime() {
    round_trip(&Bench::new());
}

#[tokio::test]
async fn within_a_runtime_it_blocks_and_works() {
    round_trip(&Bench::new());
}

#[tokio::test]
async fn a_task_that_has_used_up_its_turn_can_still_block() {
    let bench = Bench::new();
    // What tokio counts of a task's turn makes its channels pend from some point on.
    let spent = std::iter::repeat_with(tokio::task::consume_budget);
    for turn in spent.take(1000) {
        if futures_util::FutureExt::now_or_never(turn).is_none() {
            break;
        }
    }
    round_trip(&bench);
}

#[test]
fn a_started_one_tells_and_ends() {
    let bench = Bench::new();
    bench.place.write_seeded("f", 1, MIB);
    let ossum = bench.blocking();
    let upload = ossum.upload(bench.place.path("f"), OBJECT);
    let mut transfer = upload.part_size("100K").start();
    assert_eq!(transfer.events().count(), 11);
    assert_eq!(transfer.progress().parts_done, 11);
    assert_eq!(transfer.finish().unwrap().parts_total, 11);
}

#[test]
fn what_makes_no_sense_is_told_at_the_end_of_a_started_one() {
    let bench = Bench::new();
    let mut transfer = bench.blocking().upload("f", "s3://bkt/k").start();
    assert_eq!(transfer.events().count(), 0);
    let error = transfer.finish().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);
}
