//! A shard is carried out as often as it takes, by whoever comes.

use std::num::NonZeroUsize;

use http::StatusCode;
use ossum_client::op::InitiateMultipartUpload;
use ossum_devserver::Operation;
use ossum_devserver::faults::{Answer, Effect, Moment, Rule};
use ossum_migrate::ledger::Became;
use ossum_migrate::{Done, Mover, Progress, Reader, RunShard, Verdict};

use crate::migration::{KEYS, KIB, Migration, bytes_of};

/// Objects of no byte, some bytes, and several parts.
fn objects() -> Vec<(&'static str, usize)> {
    let sizes = [0, 1, 1000, 99 * KIB, 101 * KIB, 250 * KIB, 300 * KIB];
    KEYS.into_iter().zip(sizes).collect()
}

#[test]
fn every_object_is_there_before_the_marker_is() {
    let objects = objects();
    let migration = Migration::of(&objects);
    let end = migration.run(0);
    assert_eq!(end.verdict(), Verdict::Done);
    assert_eq!((end.rows, end.rows_done, end.rows_before), (7, 7, 0));
    migration.has(&objects);
    let done = Done::read(&migration.place, 0).unwrap().unwrap();
    let bytes = objects.iter().map(|(_, len)| *len as u64).sum::<u64>();
    assert_eq!((done.rows, done.bytes, done.failed), (7, bytes, 0));
    let lines = migration.ledger(0);
    let proven = lines
        .iter()
        .filter(|line| matches!(line.became, Became::Done { .. }));
    assert_eq!(proven.count(), 7);
    let begun = lines
        .iter()
        .filter(|line| matches!(line.became, Became::Begun(_)));
    assert_eq!(begun.count(), 3, "each upload is in the ledger");
}

#[test]
fn a_shard_that_is_done_costs_nothing() {
    let migration = Migration::of(&objects());
    migration.run(0);
    let (reads, puts) = (
        migration.read_requests(),
        migration.new.requests(Operation::PutObject),
    );
    let end = migration.run(0);
    assert_eq!((end.verdict(), end.rows_before), (Verdict::Done, 7));
    assert_eq!(migration.read_requests(), reads);
    assert_eq!(migration.new.requests(Operation::PutObject), puts);
}

#[test]
fn what_was_done_before_the_end_is_not_done_again() {
    let objects = objects();
    let migration = Migration::of(&objects);
    let end = migration.run_until(3);
    assert_eq!((end.verdict(), end.is_cancelled), (Verdict::TryAgain, true));
    assert!(Done::read(&migration.place, 0).unwrap().is_none());
    let end = migration.run(0);
    assert_eq!((end.rows_before, end.rows_done), (3, 4));
    assert_eq!(end.verdict(), Verdict::Done);
    migration.has(&objects);
}

/// As somebody leaves them who is killed right after asking for an upload, or whose answer was lost.
#[test]
fn an_upload_that_no_ledger_has_is_gone_on_with_or_aborted() {
    let objects = [("a", 250 * KIB), ("b", 10)];
    let migration = Migration::of(&objects);
    for key in ["a", "a", "b"] {
        let key = format!("to/{key}").parse().unwrap();
        let begin = InitiateMultipartUpload::new("bkt".parse().unwrap(), key);
        let client = migration.new.client();
        let begun = migration.new.run(client.initiate_multipart_upload(&begin));
        begun.unwrap();
    }
    let begun = migration.new.requests(Operation::InitiateMultipartUpload);
    assert_eq!(migration.run(0).verdict(), Verdict::Done);
    migration.has(&objects);
    let after = migration.new.requests(Operation::InitiateMultipartUpload);
    assert_eq!(after, begun, "one of them was used");
}

#[test]
fn the_upload_of_another_object_is_left_alone() {
    let migration = Migration::of(&[("a", 10), ("c", 10)]);
    let begin = |key: &str| {
        let key = key.parse().unwrap();
        let begin = InitiateMultipartUpload::new("bkt".parse().unwrap(), key);
        let client = migration.new.client();
        let begun = migration.new.run(client.initiate_multipart_upload(&begin));
        begun.unwrap();
    };
    begin("to/b");
    begin("elsewhere/a");
    migration.run(0);
    assert_eq!(migration.new.open_uploads(), 2);
}

/// Cases: 69, 71.
#[test]
fn an_answer_that_is_lost_leaves_no_upload_and_sends_nothing_twice() {
    for operation in [
        Operation::InitiateMultipartUpload,
        Operation::CompleteMultipartUpload,
        Operation::PutObject,
    ] {
        let objects = objects();
        let migration = Migration::of(&objects);
        let lost = Rule::on(operation).nth(1);
        migration
            .new
            .faults([lost.then(Effect::Reset(Moment::AfterCommit))]);
        assert_eq!(migration.run(0).verdict(), Verdict::Done, "{operation:?}");
        assert_eq!(migration.new.service().fired(), [1]);
        migration.has(&objects);
        let parts = migration.new.requests(Operation::UploadPart);
        assert_eq!(parts, 2 + 3 + 3, "{operation:?}");
    }
}

#[test]
fn a_source_that_changed_is_told_once_and_never_tried_for_ever() {
    let migration = Migration::of(&[("a", 250 * KIB), ("b", 10), ("c", 0)]);
    for key in ["a", "b", "c"] {
        migration
            .old
            .put(&format!("from/{key}"), bytes_of("other", 250 * KIB));
    }
    let end = migration.run(0);
    assert_eq!((end.verdict(), end.rows_never), (Verdict::Never, 3));
    assert_eq!(migration.causes(0), ["changed"; 3]);
    for key in ["a", "b", "c"] {
        migration.new.has_no(&format!("to/{key}"));
    }
    migration.new.no_open_uploads();
}

#[test]
fn a_source_that_is_gone_does_not_hold_up_the_others() {
    let migration = Migration::of(&[("a", 10), ("b", 20)]);
    let rule = Rule::on(Operation::GetObject)
        .key("from/a")
        .then(answer(StatusCode::NOT_FOUND, "NoSuchKey"));
    migration.old.faults([rule]);
    let end = migration.run(0);
    assert_eq!((end.verdict(), end.rows_done), (Verdict::Never, 1));
    assert_eq!(migration.causes(0), ["source_missing"]);
    migration.has(&[("b", 20)]);
}

fn answer(status: StatusCode, code: &str) -> Effect {
    Effect::Answer(Answer::new(status).code(code))
}

#[test]
fn what_is_denied_is_never_and_what_is_busy_is_tried_again() {
    for (status, code, verdict, cause) in [
        (
            StatusCode::FORBIDDEN,
            "AccessDenied",
            Verdict::Never,
            "denied",
        ),
        (
            StatusCode::SERVICE_UNAVAILABLE,
            "ServiceUnavailable",
            Verdict::TryAgain,
            "network",
        ),
    ] {
        let objects = [("a", 10), ("b", 250 * KIB)];
        let migration = Migration::of(&objects);
        let puts = [Operation::PutObject, Operation::UploadPart];
        let rules = puts.map(|operation| Rule::on(operation).then(answer(status, code)));
        migration.new.faults(rules);
        assert_eq!(migration.run(0).verdict(), verdict, "{code}");
        assert_eq!(migration.causes(0), [cause; 2]);
        migration.new.faults([]);
        assert_eq!(migration.run(0).verdict(), Verdict::Done);
        migration.has(&objects);
    }
}

#[test]
fn a_shard_of_which_everything_is_denied_is_not_tried_to_its_end() {
    let names: Vec<String> = (0..100).map(|number| format!("{number:03}")).collect();
    let objects: Vec<(&str, usize)> = names.iter().map(|name| (name.as_str(), 1)).collect();
    let migration = Migration::of(&objects);
    let denied = answer(StatusCode::FORBIDDEN, "AccessDenied");
    migration
        .new
        .faults([Rule::on(Operation::PutObject).then(denied)]);
    let end = migration.run(0);
    assert!(end.is_cut_short && end.rows_never < 60, "{end:?}");
    assert_eq!(end.verdict(), Verdict::Never);
}

#[test]
fn two_at_once_come_to_the_same() {
    let objects = objects();
    let migration = Migration::of(&objects);
    let verdicts = std::thread::scope(|scope| {
        let runs = [(); 2].map(|()| scope.spawn(|| migration.run(0).verdict()));
        runs.map(|run| run.join().unwrap())
    });
    // One may find its upload completed by the other, and no more than that.
    assert!(verdicts.contains(&Verdict::Done), "{verdicts:?}");
    assert_eq!(migration.run(0).verdict(), Verdict::Done);
    migration.has(&objects);
}

#[test]
fn within_a_region_oss_copies_by_itself_what_was_listed() {
    let objects = objects();
    let mut migration = Migration::of(&objects);
    // Both sides in one.
    for (key, len) in &objects {
        migration
            .new
            .put(&format!("from/{key}"), bytes_of(key, *len));
    }
    migration.reader = Reader::Files("/nowhere".into());
    let way = RunShard {
        mover: Mover::Oss,
        at_once: NonZeroUsize::new(3).unwrap(),
        ..migration.way()
    };
    let end = migration
        .run_by(0, &way, &Progress::new(), &|_| {})
        .unwrap();
    assert_eq!(end.verdict(), Verdict::Done);
    migration.has(&objects);
    assert_eq!(migration.new.requests(Operation::GetObject), 0);

    let migration = Migration::of(&[("a", 10)]);
    migration.new.put("from/a", "0123456789");
    let end = migration
        .run_by(0, &way, &Progress::new(), &|_| {})
        .unwrap();
    assert_eq!((end.verdict(), end.rows_never), (Verdict::Never, 1));
    assert_eq!(migration.causes(0), ["changed"]);
}
