use std::sync::Mutex;
use std::time::SystemTime;

use ossum_client::Payload;
use ossum_client::op::{
    CompleteMultipartUpload, InitiateMultipartUpload, ObjectHeaders, PartsToJoin, PutObject,
    UploadPart,
};
use ossum_devserver::Operation;
use ossum_devserver::faults::{Answer, Effect, Rule};
use ossum_migrate::ledger::{Became, Cause, Line, read};
use ossum_migrate::manifest::{Piece, Row, Rows};
use ossum_migrate::{
    Destination, Error, HugeUpload, Job, Monitor, Options, Place, Plan, Source, names, plan,
};
use ossum_plan::PartSizeWish;
use ossum_testkit::{InProcessOss, Server};
use ossum_types::{ObjectKey, PartNumber, UploadId};
use tempfile::TempDir;

const KIB: usize = 1 << 10;

/// A place of its own for each planning.
struct Work {
    place: Place,
    dir: TempDir,
}

fn work() -> Work {
    let dir = tempfile::tempdir().unwrap();
    Work {
        place: Place::directory(dir.path()),
        dir,
    }
}

/// Shards of four rows or 2 MiB, parts of 100 KiB, and ranges of two of them.
fn small(source: Source) -> Plan {
    let destination = Destination {
        url: "oss://bkt/to/".parse().unwrap(),
        endpoint: "http://localhost".to_owned(),
    };
    Plan {
        options: Options {
            shard_objects: 4,
            shard_bytes: 2 << 20,
            split_bytes: 200 << 10,
        },
        part_size: PartSizeWish::Asked("100K".parse().unwrap()),
        ..Plan::new(source, destination)
    }
}

fn from_oss() -> Source {
    Source::Oss {
        url: "oss://bkt/from/".parse().unwrap(),
        endpoint: None,
        region: None,
        profile: None,
    }
}

fn planned(oss: &InProcessOss, work: &Work, what: &Plan) -> Result<Job, Error> {
    plan(oss.client(), &work.place, what, &Monitor::new(), &|_, _| {})
}

fn rows(work: &Work, shard: u32) -> Vec<Row> {
    Rows::of_shard(&work.place, shard).unwrap()
}

fn keys(work: &Work, job: &Job) -> Vec<Vec<String>> {
    let keys = |shard| rows(work, shard).into_iter().map(|row| row.listed.key);
    (0..job.object_shards)
        .map(|shard| keys(shard).collect())
        .collect()
}

fn left_out(work: &Work, job: &Job) -> Vec<(String, Cause)> {
    let mut found = Vec::new();
    let prefix = names::ledger_of_plan(&job.attempt);
    read(&work.place, &prefix, |line| {
        if let Ok(Line {
            key,
            became: Became::Failed(cause),
            ..
        }) = line
        {
            found.push((key, cause));
        }
        Ok(())
    })
    .unwrap();
    found
}

#[test]
fn a_prefix_becomes_shards_in_the_order_of_keys() {
    let oss = Server::new().in_process();
    let names = ["a", "a/", "a//b", "a\n", "ä", "b,\"c\"", "dir/x"];
    for name in names {
        oss.put(&format!("from/{name}"), "12");
    }
    oss.put("frost", "");
    let work = work();
    let job = planned(&oss, &work, &small(from_oss())).unwrap();
    assert_eq!(job.totals.objects, 7);
    assert_eq!(job.totals.bytes, 14);
    assert_eq!((job.shards, job.object_shards), (2, 2));
    let mut expected = names;
    expected.sort_unstable();
    assert_eq!(keys(&work, &job).concat(), expected);
    assert_eq!(keys(&work, &job)[0].len(), 4);
    let row = &rows(&work, 0)[0];
    let info = oss.info("from/a").unwrap();
    assert_eq!(row.listed.etag, Some(info.etag));
    assert_eq!(row.listed.modified, info.last_modified);
    assert_eq!(Job::read(&work.place).unwrap(), job);
}

#[test]
fn the_same_source_gives_the_same_shards() {
    let oss = Server::new().in_process();
    for number in 0..9 {
        oss.put(&format!("from/{number}"), "1");
    }
    let (one, two) = (work(), work());
    for work in [&one, &two] {
        planned(&oss, work, &small(from_oss())).unwrap();
    }
    for shard in 0..3 {
        let bytes = |work: &Work| work.place.get(&names::shard(shard)).unwrap().unwrap();
        assert_eq!(bytes(&one), bytes(&two));
    }
}

#[test]
fn a_plan_is_not_made_over_another() {
    let oss = Server::new().in_process();
    oss.put("from/a", "1");
    let work = work();
    planned(&oss, &work, &small(from_oss())).unwrap();
    oss.put("from/b", "1");
    let again = planned(&oss, &work, &small(from_oss()));
    assert!(matches!(again, Err(Error::Planned(_))));
    assert_eq!(rows(&work, 0).len(), 1);
}

#[test]
fn a_huge_object_becomes_ranges_that_share_an_upload() {
    let oss = Server::new().in_process();
    oss.put("from/a", "1").put("from/z", "1");
    oss.put("from/huge", vec![7; 950 * KIB]);
    let work = work();
    let job = planned(&oss, &work, &small(from_oss())).unwrap();
    assert_eq!(keys(&work, &job), [["a", "z"]]);
    // Five ranges of two parts, at most four in a shard.
    assert_eq!((job.shards, job.object_shards), (3, 1));
    assert_eq!((job.totals.rows, job.totals.huge_objects), (7, 1));
    let [id] = &oss.open_upload_ids()[..] else {
        panic!("one upload")
    };
    let mut at = 0;
    for row in [rows(&work, 1), rows(&work, 2)].concat() {
        assert_eq!(row.listed.key, "huge");
        let Piece::Range {
            range,
            part_size,
            upload,
        } = row.piece
        else {
            panic!("{row:?}")
        };
        assert_eq!((&upload, part_size), (id, 100 << 10));
        assert_eq!(range.start(), at);
        at = range.end();
    }
    assert_eq!(at, 950 << 10);
    let record = HugeUpload::read(&work.place, "huge").unwrap().unwrap();
    assert_eq!((record.upload_id.as_ref(), record.ranges), (Some(id), 5));
}

/// Plans until all is put but the last file.
fn killed(oss: &InProcessOss, work: &Work, what: &Plan) {
    planned(oss, work, what).unwrap();
    work.place.remove(names::JOB).unwrap();
}

#[test]
fn a_planning_that_was_killed_is_made_anew_with_the_uploads_that_it_began() {
    let oss = Server::new().in_process();
    oss.put("from/huge", vec![7; 500 * KIB]);
    let work = work();
    killed(&oss, &work, &small(from_oss()));
    let begun = oss.open_upload_ids();
    planned(&oss, &work, &small(from_oss())).unwrap();
    assert_eq!(oss.open_upload_ids(), begun);
    assert_eq!(oss.requests(Operation::InitiateMultipartUpload), 1);
}

#[test]
fn an_upload_whose_id_was_not_put_any_more_is_found() {
    let oss = Server::new().in_process();
    oss.put("from/huge", vec![7; 500 * KIB]);
    let work = work();
    let bucket: ossum_types::BucketName = "bkt".parse().unwrap();
    let begin = |key: &str| {
        let request = InitiateMultipartUpload::new(bucket.clone(), key.parse().unwrap());
        oss.run(oss.client().initiate_multipart_upload(&request))
            .unwrap()
    };
    // Somebody else's, begun before.
    let earlier = begin("to/huge");
    oss.clock().advance(std::time::Duration::from_secs(5));
    killed(&oss, &work, &small(from_oss()));
    let record = HugeUpload::read(&work.place, "huge").unwrap().unwrap();
    let id = record.upload_id.clone().unwrap();
    let without = HugeUpload {
        upload_id: None,
        ..record.clone()
    };
    without.put(&work.place).unwrap();
    begin("to/huge.2");
    planned(&oss, &work, &small(from_oss())).unwrap();
    assert_eq!(HugeUpload::read(&work.place, "huge").unwrap(), Some(record));
    assert_eq!(oss.open_uploads(), 3);
    assert_ne!(id, earlier);
}

#[test]
fn an_upload_of_other_bytes_is_aborted_and_another_begun() {
    let oss = Server::new().in_process();
    oss.put("from/huge", vec![7; 500 * KIB]);
    let work = work();
    killed(&oss, &work, &small(from_oss()));
    let before = oss.open_upload_ids();
    oss.put("from/huge", vec![8; 500 * KIB]);
    planned(&oss, &work, &small(from_oss())).unwrap();
    let after = oss.open_upload_ids();
    assert_eq!(after.len(), 1);
    assert_ne!(before, after);
}

#[test]
fn an_upload_of_what_is_not_huge_any_more_is_aborted_and_forgotten() {
    let oss = Server::new().in_process();
    oss.put("from/huge", vec![7; 500 * KIB]);
    let work = work();
    killed(&oss, &work, &small(from_oss()));
    oss.put("from/huge", "1");
    let job = planned(&oss, &work, &small(from_oss())).unwrap();
    oss.no_open_uploads();
    assert_eq!(work.place.list(names::UPLOADS).unwrap(), []);
    assert_eq!(keys(&work, &job), [["huge"]]);
}

#[test]
fn an_upload_that_somebody_aborted_is_begun_again() {
    let oss = Server::new().in_process();
    oss.put("from/huge", vec![7; 500 * KIB]);
    let work = work();
    let what = small(from_oss());
    killed(&oss, &work, &what);
    let record = HugeUpload::read(&work.place, "huge").unwrap().unwrap();
    let abort = ossum_client::op::AbortMultipartUpload {
        bucket: "bkt".parse().unwrap(),
        key: "to/huge".parse().unwrap(),
        upload_id: record.upload_id.unwrap(),
    };
    oss.run(oss.client().abort_multipart_upload(&abort))
        .unwrap();
    planned(&oss, &work, &what).unwrap();
    let record = HugeUpload::read(&work.place, "huge").unwrap().unwrap();
    assert_eq!(oss.open_upload_ids(), [record.upload_id.unwrap()]);
}

#[test]
fn what_cannot_be_migrated_is_a_line_of_the_ledger_and_in_no_row() {
    let oss = Server::new().in_process();
    let long = "x".repeat(1015);
    oss.put(&format!("from/{long}"), "1").put("from/b", "1");
    let work = work();
    let mut what = small(from_oss());
    what.destination.url = "oss://bkt/further/down/".parse().unwrap();
    let told = Mutex::new(Vec::new());
    let tell =
        |key: &str, cause: &Cause| told.lock().unwrap().push((key.to_owned(), cause.clone()));
    let job = plan(oss.client(), &work.place, &what, &Monitor::new(), &tell).unwrap();
    assert_eq!((job.totals.left_out, job.totals.objects), (1, 1));
    let found = left_out(&work, &job);
    assert_eq!(found, told.into_inner().unwrap());
    assert_eq!(found[0].0, long);
    assert_eq!(found[0].1.kind, "bad_name");
}

#[test]
fn a_listing_that_breaks_leaves_no_plan() {
    let denied = Answer::new(http::StatusCode::FORBIDDEN).code("AccessDenied");
    let oss = Server::new()
        .fault(
            Rule::on(Operation::ListObjectsV2)
                .nth(1)
                .then(Effect::Answer(denied)),
        )
        .in_process();
    oss.put("from/a", "1");
    let work = work();
    planned(&oss, &work, &small(from_oss())).unwrap_err();
    assert_eq!(oss.service().fired(), [1]);
    assert!(!work.place.exists(names::JOB).unwrap());
    planned(&oss, &work, &small(from_oss())).unwrap();
}

#[test]
fn a_prefix_without_objects_is_an_error_and_a_cancelled_planning_too() {
    let oss = Server::new().in_process();
    let error = planned(&oss, &work(), &small(from_oss())).unwrap_err();
    assert!(
        matches!(error, Error::Many(ossum_many::Error::NothingThere(_))),
        "{error}"
    );
    oss.put("from/a", "1");
    let monitor = Monitor::new();
    monitor.cancel();
    let place = work();
    let outcome = plan(
        oss.client(),
        &place.place,
        &small(from_oss()),
        &monitor,
        &|_, _| {},
    );
    assert!(matches!(
        outcome,
        Err(Error::Many(ossum_many::Error::Cancelled))
    ));
}

#[test]
fn a_directory_is_planned_with_the_times_of_its_files_and_without_the_work_place() {
    let oss = Server::new().in_process();
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(dir.path().join("a/b")).unwrap();
    for name in ["a/b/c", "a.txt", "z"] {
        std::fs::write(dir.path().join(name), "123").unwrap();
    }
    std::os::unix::fs::symlink("nowhere", dir.path().join("link")).unwrap();
    let inside = dir.path().join("work");
    let work = Work {
        place: Place::directory(&inside),
        dir,
    };
    work.place.put("x", "1").unwrap();
    let source = Source::Directory {
        path: work.dir.path().to_owned(),
    };
    let what = Plan {
        avoid: vec![inside],
        ..small(source)
    };
    let job = planned(&oss, &work, &what).unwrap();
    assert_eq!(keys(&work, &job), [["a.txt", "a/b/c", "z"]]);
    let modified = std::fs::metadata(work.dir.path().join("z"))
        .unwrap()
        .modified();
    assert_eq!(rows(&work, 0)[2].listed.modified, Some(modified.unwrap()));
    assert!(rows(&work, 0)[2].listed.modified < Some(SystemTime::now()));
    assert_eq!(left_out(&work, &job)[0].0, "link");
}

#[test]
fn places_that_are_part_of_each_other_are_refused() {
    let oss = Server::new().in_process();
    oss.put("from/a", "1");
    let in_source = Place::prefix(oss.client(), "oss://bkt/from/work".parse().unwrap()).unwrap();
    let outcome = plan(
        oss.client(),
        &in_source,
        &small(from_oss()),
        &Monitor::new(),
        &|_, _| {},
    );
    assert!(matches!(outcome, Err(Error::WorkInSource { .. })));
    for url in ["oss://bkt/from/x/", "oss://bkt/from/", "oss://bkt/"] {
        let mut what = small(from_oss());
        what.destination.url = url.parse().unwrap();
        let outcome = planned(&oss, &work(), &what);
        let overlap = matches!(outcome, Err(Error::Many(ossum_many::Error::Overlap { .. })));
        assert!(overlap, "{url}");
    }
    assert_eq!(oss.requests(Operation::ListObjectsV2), 0);
}

#[test]
fn what_is_kept_with_a_huge_object_is_told_when_its_upload_is_begun() {
    let oss = Server::new().in_process();
    let put = PutObject {
        headers: ObjectHeaders {
            content_type: Some("text/plain".to_owned()),
            metadata: vec![("a".to_owned(), "1".to_owned())],
            ..ObjectHeaders::default()
        },
        ..PutObject::new(
            "bkt".parse().unwrap(),
            "from/huge".parse().unwrap(),
            bytes::Bytes::from(vec![7; 500 * KIB]),
        )
    };
    oss.run(oss.client().put_object(&put)).unwrap();
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("file"), vec![7; 500 * KIB]).unwrap();
    let files = Source::Directory {
        path: dir.path().to_owned(),
    };
    for (source, key) in [(from_oss(), "huge"), (files, "file")] {
        let work = work();
        planned(&oss, &work, &small(source)).unwrap();
        let record = HugeUpload::read(&work.place, key).unwrap().unwrap();
        complete(&oss, key, record.upload_id.unwrap());
    }
    let info = oss.info("to/huge").unwrap();
    assert_eq!(info.content_type(), Some("text/plain"));
    assert_eq!(info.metadata(), [("a".to_owned(), "1".to_owned())]);
    let info = oss.info("to/file").unwrap();
    let modified = std::fs::metadata(dir.path().join("file"))
        .unwrap()
        .modified();
    assert_eq!(ossum_transfer::modified(&info), Some(modified.unwrap()));
}

/// Completes an upload with one small part.
fn complete(oss: &InProcessOss, key: &str, upload_id: UploadId) {
    let key: ObjectKey = format!("to/{key}").parse().unwrap();
    let part = UploadPart {
        bucket: "bkt".parse().unwrap(),
        key: key.clone(),
        upload_id: upload_id.clone(),
        part_number: PartNumber::new(1).unwrap(),
        payload: Payload::Bytes("1".into()),
    };
    oss.run(oss.client().upload_part(&part)).unwrap();
    let complete = CompleteMultipartUpload {
        parts: PartsToJoin::All,
        ..CompleteMultipartUpload::new(part.bucket, key, upload_id, Vec::new())
    };
    oss.run(oss.client().complete_multipart_upload(&complete))
        .unwrap();
}
