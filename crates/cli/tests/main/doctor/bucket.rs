//! What may be done in a bucket, and what is left in it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use ossum_client::op::InitiateMultipartUpload;
use ossum_devserver::{Access, Clock};
use ossum_testkit::LocalOss;

use super::{PROBE, checks, fails, found, nothing_is_left, says};
use crate::desk::Desk;

#[test]
fn a_bucket_that_is_missing_is_found_missing() {
    let desk = Desk::new();
    let outcome = desk.run("doctor oss://none --json");
    fails(&outcome, 3, "list");
    assert_eq!(checks(&outcome, "fail"), ["list"]);
}

#[test]
fn what_is_not_allowed_is_found_one_by_one_and_nothing_is_left() {
    for (operation, check, next) in [
        ("ListObjectsV2", "list", "delete"),
        ("PutObject", "put", "abort"),
        ("GetObject", "get", "delete"),
        ("InitiateMultipartUpload", "multipart", "delete"),
    ] {
        let desk = Desk::new();
        desk.deny(operation, 1);
        let outcome = desk.run(&format!("doctor oss://bkt --json {PROBE}"));
        fails(&outcome, 4, check);
        assert_eq!(checks(&outcome, "fail"), [check], "{operation}");
        assert_eq!(found(&outcome, next)["state"], "ok", "{operation}");
        desk.release();
        nothing_is_left(&desk);
    }
}

#[test]
fn a_probe_that_may_not_be_deleted_is_named() {
    let desk = Desk::new();
    desk.deny("DeleteObject", 1);
    let outcome = desk.run(&format!("doctor oss://bkt --json {PROBE}"));
    fails(&outcome, 4, "delete");
    outcome.says("ossum rm oss://bkt/.ossum-doctor-");
}

#[test]
fn bytes_that_come_back_changed_are_found() {
    let desk = Desk::new();
    desk.faults("[[rule]]\noperation = 'GetObject'\nthen = { corrupt_response = { at = 7 } }\n");
    let outcome = desk.run(&format!("doctor oss://bkt --json {PROBE}"));
    fails(&outcome, 6, "get");
    desk.release();
    nothing_is_left(&desk);
}

#[test]
fn uploads_are_counted_beyond_the_first_page_of_them() {
    let hours = Arc::new(AtomicU64::new(0));
    let ahead = Arc::clone(&hours);
    let desk = Desk::at(LocalOss::start_with(|settings| {
        settings.access = Access::Open;
        settings.clock = Clock::new(move || {
            SystemTime::now() + Duration::from_hours(ahead.load(Ordering::Relaxed))
        });
    }));
    desk.with_client(async |client| {
        for number in 0..1001 {
            let (bucket, key) = (LocalOss::BUCKET, format!("k{number}"));
            let request =
                InitiateMultipartUpload::new(bucket.parse().unwrap(), key.parse().unwrap());
            client.initiate_multipart_upload(&request).await.unwrap();
        }
    });
    hours.store(8 * 24, Ordering::Relaxed);
    let outcome = desk.run(&format!("doctor oss://bkt --json {PROBE}"));
    says(
        &outcome,
        "stale uploads",
        "found",
        "1001 unfinished uploads, 1001 of them older than a week",
    );
}
