//! Huge objects, whose ranges are rows of their own.

use ossum_client::op::AbortMultipartUpload;
use ossum_devserver::Operation;
use ossum_devserver::faults::{Effect, Moment, Rule};
use ossum_migrate::{Error, Finished, Verdict};

use crate::migration::{KIB, Migration, bytes_of};

const HUGE: [(&str, usize); 3] = [("huge 1", 500 * KIB), ("huge/2", 750 * KIB), ("small", 10)];

fn moved() -> Migration {
    let migration = Migration::of(&HUGE);
    assert_eq!((migration.job.object_shards, migration.job.shards), (1, 2));
    for shard in migration.job.shards_to_do() {
        assert_eq!(migration.run(shard).verdict(), Verdict::Done);
    }
    migration
}

#[test]
fn ranges_become_their_objects_when_all_shards_are_done() {
    let migration = Migration::of(&HUGE);
    migration.run(1);
    let error = migration.finish().unwrap_err();
    assert!(matches!(
        error,
        Error::NotAllDone {
            first: 0,
            shards: 1
        }
    ));
    migration.run(0);
    let end = migration.finish().unwrap();
    assert_eq!((end.objects, end.failed), (2, 0));
    migration.has(&HUGE);
    let finished = Finished::read(&migration.place).unwrap().unwrap();
    assert_eq!((finished.objects, finished.bytes), (2, 1250 << 10));
    let completed = || migration.new.requests(Operation::CompleteMultipartUpload);
    let before = completed();
    assert_eq!(migration.finish().unwrap().objects, 2);
    assert_eq!(completed(), before);
}

#[test]
fn a_range_is_moved_once_however_often_its_shard_is_run() {
    let migration = Migration::of(&HUGE);
    let broken = Rule::on(Operation::UploadPart).from(5);
    migration
        .new
        .faults([broken.then(Effect::Reset(Moment::BeforeAnswer))]);
    assert_eq!(migration.run(1).verdict(), Verdict::TryAgain);
    migration.new.faults([]);
    let (sent, done) = (
        migration.new.requests(Operation::UploadPart),
        migration.run(1),
    );
    assert_eq!(done.verdict(), Verdict::Done);
    let again = migration.new.requests(Operation::UploadPart) - sent;
    assert!(
        again <= 13 - 4,
        "{again} of 13 parts, four of which were there"
    );
    migration.run(0);
    migration.finish().unwrap();
    migration.has(&HUGE);
}

#[test]
fn an_answer_that_is_lost_or_a_finish_that_is_killed_completes_nothing_twice() {
    let migration = moved();
    let lost = Rule::on(Operation::CompleteMultipartUpload).nth(1);
    migration
        .new
        .faults([lost.then(Effect::Reset(Moment::AfterCommit))]);
    assert_eq!(migration.finish().unwrap().failed, 0);
    migration.has(&HUGE);
    // As if it had been killed before its marker: the uploads are gone, the objects are there.
    migration.place.remove("finished.json").unwrap();
    assert_eq!(migration.finish().unwrap().objects, 2);
}

#[test]
fn a_source_that_changed_since_its_ranges_were_moved_becomes_no_object() {
    let migration = moved();
    migration
        .old
        .put("from/huge 1", bytes_of("other", 500 * KIB));
    let end = migration.finish().unwrap();
    assert_eq!((end.objects, end.failed), (1, 1));
    migration.new.has_no("to/huge 1").no_open_uploads();
    assert_eq!(Finished::read(&migration.place).unwrap(), None);
}

#[test]
fn parts_that_somebody_threw_away_are_no_object() {
    let migration = moved();
    let uploads = migration.new.open_upload_ids();
    for upload_id in uploads {
        let abort = AbortMultipartUpload {
            bucket: "bkt".parse().unwrap(),
            key: "to/huge/2".parse().unwrap(),
            upload_id,
        };
        let client = migration.new.client();
        let _ = migration.new.run(client.abort_multipart_upload(&abort));
    }
    let end = migration.finish().unwrap();
    assert_eq!((end.objects, end.failed), (1, 1));
    migration.new.has_no("to/huge/2");
}
