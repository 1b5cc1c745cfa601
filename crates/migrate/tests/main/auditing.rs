use std::collections::BTreeMap;
use std::time::SystemTime;

use ossum_client::op::{DeleteObject, InitiateMultipartUpload};
use ossum_migrate::audit::{Audit, Detail, Finding, Verdict, audit};
use ossum_migrate::{Done, Monitor, names, status};

use crate::migration::{KEYS, KIB, Migration};

/// Some awkward keys, and one object that is moved in ranges.
fn some() -> Migration {
    let mut objects: Vec<_> = KEYS.iter().map(|key| (*key, 20)).collect();
    objects.push(("huge", 500 * KIB));
    Migration::of(&objects)
}

fn run_all(migration: &Migration) {
    for shard in 0..migration.job.shards {
        migration.run(shard);
    }
    migration.finish().unwrap();
}

fn audited(migration: &Migration, detail: Detail) -> (Audit, Vec<Finding>) {
    let mut findings = Vec::new();
    let mut tell = |finding: &Finding| findings.push(finding.clone());
    let (client, place) = (migration.new.client(), &migration.place);
    let audit = audit(client, place, detail, &Monitor::new(), &mut tell).unwrap();
    (audit, findings)
}

fn verdicts(findings: &[Finding]) -> BTreeMap<Verdict, Vec<String>> {
    let mut verdicts = BTreeMap::<_, Vec<_>>::new();
    for finding in findings {
        verdicts
            .entry(finding.verdict)
            .or_default()
            .push(finding.key.clone());
    }
    verdicts
}

fn csv(migration: &Migration) -> Vec<Vec<String>> {
    let bytes = migration.place.get(names::REPORT_CSV).unwrap().unwrap();
    let mut csv = csv::Reader::from_reader(&bytes[..]);
    let records = csv.records().map(|record| record.unwrap());
    records
        .map(|record| record.iter().map(str::to_owned).collect())
        .collect()
}

#[test]
fn a_migration_that_is_done_is_clean() {
    let migration = some();
    run_all(&migration);
    migration.new.put("to/other", "1").put("to/0", "1");
    let (audit, findings) = audited(&migration, Detail::Everything);
    assert_eq!(findings, []);
    assert_eq!((audit.count(), audit.of(Verdict::Sound)), (0, 8));
    assert_eq!(audit.sound_bytes, 7 * 20 + 500 * 1024);
    assert_eq!((audit.shards_done, audit.others), (audit.job.shards, 2));
    assert!(audit.bytes_moved >= audit.sound_bytes);
    let rows = csv(&migration);
    let keys: Vec<_> = rows.iter().map(|row| row[1].as_str()).collect();
    let mut expected = KEYS.to_vec();
    expected.push("huge");
    expected.sort_unstable();
    assert_eq!(keys, expected);
    assert!(
        rows.iter()
            .all(|row| row[0] == "sound" && !row[7].is_empty())
    );
    let page = migration.place.get(names::REPORT_HTML).unwrap().unwrap();
    let page = String::from_utf8(page.to_vec()).unwrap();
    assert!(page.contains("Clean: all 8 objects are there, and proven"));
    assert!(page.contains("<svg") && !page.contains("http://") && !page.contains("src="));
}

#[test]
fn what_was_not_run_is_missing_and_its_upload_open() {
    let migration = some();
    let (audit, findings) = audited(&migration, Detail::Findings);
    let found = verdicts(&findings);
    assert_eq!(found[&Verdict::Missing].len(), 8);
    assert_eq!(found[&Verdict::ShardNotDone].len(), 2);
    assert_eq!(found[&Verdict::OpenUpload], ["huge"]);
    assert_eq!(audit.count(), 11);
    assert_eq!(csv(&migration).len(), 11);
}

#[test]
fn what_somebody_did_at_the_destination_is_found() {
    let migration = some();
    run_all(&migration);
    let new = &migration.new;
    let delete = DeleteObject::new("bkt".parse().unwrap(), "to/a".parse().unwrap());
    new.run(new.client().delete_object(&delete)).unwrap();
    new.put("to/a/", vec![1; 20])
        .put("to/ä", "1")
        .put("to/huge", "1");
    let begin = InitiateMultipartUpload::new("bkt".parse().unwrap(), "to/z".parse().unwrap());
    new.run(new.client().initiate_multipart_upload(&begin))
        .unwrap();
    let (audit, findings) = audited(&migration, Detail::Findings);
    let found = verdicts(&findings);
    assert_eq!(found[&Verdict::Lost], ["a"]);
    assert_eq!(found[&Verdict::Replaced], ["a/"]);
    assert_eq!(found[&Verdict::WrongSize], ["huge", "ä"]);
    // Somebody else's upload is told, and is no finding.
    assert_eq!(found[&Verdict::UnknownUpload], ["z"]);
    assert_eq!((audit.count(), audit.of(Verdict::Sound)), (4, 4));
}

#[test]
fn an_object_that_is_there_without_a_line_is_not_believed() {
    let migration = some();
    run_all(&migration);
    for entry in migration.place.list(&names::ledger(0)).unwrap() {
        migration.place.put(&entry.name, "{\"row\":0").unwrap();
    }
    let (audit, findings) = audited(&migration, Detail::Findings);
    let found = verdicts(&findings);
    assert_eq!(found[&Verdict::Unproven].len(), 7);
    assert!(audit.damaged_lines >= 1);
    assert_eq!(audit.of(Verdict::Sound), 1);
}

#[test]
fn a_huge_object_whose_ranges_are_there_is_missing_until_it_is_completed() {
    let migration = some();
    for shard in 0..migration.job.shards {
        migration.run(shard);
    }
    let (_, findings) = audited(&migration, Detail::Findings);
    let found = verdicts(&findings);
    assert_eq!(found[&Verdict::Missing], ["huge"]);
    assert_eq!(found[&Verdict::OpenUpload], ["huge"]);
    assert!(
        !status(&migration.place, SystemTime::now())
            .unwrap()
            .finished
    );
}

#[test]
fn how_far_it_is_follows_from_markers_and_ledgers() {
    let migration = some();
    let now = SystemTime::now();
    let before = status(&migration.place, now).unwrap();
    assert_eq!(
        (before.rows_done, before.shards_begun, before.left),
        (0, 0, None)
    );
    migration.run_until(3);
    let during = status(&migration.place, SystemTime::now()).unwrap();
    assert_eq!((during.shards_done, during.shards_begun), (0, 1));
    assert!((3..7).contains(&during.rows_done), "{during:?}");
    assert_eq!(during.bytes_done, during.rows_done * 20);
    assert_eq!(during.workers, 1);
    assert!(during.left.is_some());
    run_all(&migration);
    let after = status(&migration.place, SystemTime::now()).unwrap();
    assert_eq!(after.shards_done, after.job.shards);
    assert_eq!(after.rows_done, after.job.totals.rows);
    assert_eq!(after.bytes_done, after.job.totals.bytes);
    assert_eq!(after.left.map(|left| left.as_secs()), Some(0));
    assert!(after.finished);
}

#[test]
fn a_marker_is_not_believed_against_the_destination() {
    let migration = some();
    let time = SystemTime::now();
    for shard in 0..migration.job.shards {
        let done = Done {
            rows: 7,
            bytes: 140,
            failed: 0,
            attempt: ossum_migrate::ledger::Attempt::new(time),
            time,
        };
        done.put(&migration.place, shard).unwrap();
    }
    let (audit, findings) = audited(&migration, Detail::Findings);
    assert_eq!(verdicts(&findings)[&Verdict::Missing].len(), 8);
    assert_eq!(audit.shards_done, audit.job.shards);
}
