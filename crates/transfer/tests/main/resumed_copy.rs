//! Copies from object to object, begun now or by an earlier run.

use std::num::NonZeroUsize;

use http::{Method, StatusCode};
use ossum_client::ErrorKind as ClientErrorKind;
use ossum_client::op::{ObjectHeaders, PutObject};
use ossum_devserver::Operation;
use ossum_devserver::faults::{Answer, Effect, ListingLie, PartChange, Rule, Turn};
use ossum_transfer::{Copy, ErrorKind, Inherit, Restarted, Safe, Verified};
use ossum_types::{Crc64, PartNumber};

use crate::bench::{Bench, MIB, data, parts_of, url};
use ossum_testkit::Fault;

/// A bench with an object `k` of a mebibyte, and a copy of it in parts of 100 KiB, one by one.
fn bench_and_copy() -> (Bench, Copy) {
    let bench = Bench::new();
    bench.put("k", data(MIB));
    // Checkpoints of copies are kept in the state directory.
    let mut copy = Copy::new(url("k"), url("copy"));
    copy.options = parts_of("100K");
    copy.options.concurrency = NonZeroUsize::new(1);
    copy.options.checkpoint = Some(bench.checkpointing());
    (bench, copy)
}

/// The same, cancelled with five parts of eleven copied.
fn begun() -> (Bench, Copy) {
    let (bench, copy) = bench_and_copy();
    let monitor = bench.cancelling_at(6, Method::PUT, "partNumber=");
    let error = bench.copy_watched(&copy, &monitor).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Cancelled);
    assert_eq!(error.safe(), Some(Safe { parts: 5, of: 11 }));
    assert_eq!((bench.open_uploads(), bench.pointers()), (1, 1));
    (bench, copy)
}

#[test]
fn a_copy_has_the_sources_bytes_and_moves_none_through_here() {
    let (bench, copy) = bench_and_copy();
    let report = bench.copy(&copy).unwrap();
    bench.oss().holds("copy", data(MIB)).no_open_uploads();
    assert_eq!((report.bytes_sent, report.bytes_total), (0, MIB as u64));
    assert_eq!((report.parts_total, report.verified), (11, Verified::Crc64));
    assert_eq!((bench.names().len(), bench.pointers()), (0, 0));
}

#[test]
fn a_cancelled_copy_is_continued_with_what_is_missing() {
    let (bench, copy) = begun();
    let report = bench.copy(&copy).unwrap();
    bench.oss().holds("copy", data(MIB)).no_open_uploads();
    assert_eq!((report.resumed, report.parts_reused), (true, 5));
    assert_eq!(bench.oss().requests(Operation::UploadPartCopy), 11);
    assert_eq!(bench.pointers(), 0);
}

/// Cases: 67.
#[test]
fn a_part_that_is_not_as_it_was_made_is_copied_again() {
    let second = PartNumber::new(2).unwrap();
    for change in [PartChange::Lost(second), PartChange::Replaced(second)] {
        let (bench, copy) = begun();
        bench.oss().faults([Rule::on(Operation::ListParts)
            .nth(1)
            .then(Effect::Part(change))]);
        assert_eq!(bench.copy(&copy).unwrap().parts_reused, 4);
        bench.oss().holds("copy", data(MIB));
    }
}

/// Cases: 61.
#[test]
fn a_source_that_changed_between_runs_is_copied_anew_and_the_first_upload_aborted() {
    let (bench, copy) = begun();
    bench.put("k", vec![7; MIB]);
    let report = bench.copy(&copy).unwrap();
    assert_eq!(report.restarted, Some(Restarted::ObjectChanged));
    bench.oss().holds("copy", vec![7; MIB]).no_open_uploads();
}

/// Cases: 61.
#[test]
fn a_source_that_changes_during_the_copy_is_an_error() {
    let (bench, copy) = bench_and_copy();
    let replace = bench.putter("k", vec![7; MIB]);
    bench
        .faults
        .nth(4, Method::PUT, "partNumber=", Fault::first(replace));
    let error = bench.copy(&copy).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ObjectChanged);
    bench.oss().has_no("copy");
    bench.copy(&copy).unwrap();
    bench.oss().holds("copy", vec![7; MIB]).no_open_uploads();
}

#[test]
fn parts_that_are_not_the_sources_are_copied_once_more_before_anything_is_public() {
    let (bench, copy) = bench_and_copy();
    let lie = Effect::Listing(ListingLie::PartCrc64(PartNumber::new(3).unwrap()));
    bench
        .oss()
        .faults([Rule::on(Operation::ListParts).nth(1).then(lie)]);
    bench.copy(&copy).unwrap();
    bench.oss().holds("copy", data(MIB)).no_open_uploads();
    assert_eq!(bench.oss().requests(Operation::UploadPartCopy), 22);
}

#[test]
fn a_part_of_a_copy_that_is_replaced_before_the_end_is_copied_again() {
    let (bench, copy) = bench_and_copy();
    let replaced = Effect::Part(PartChange::Replaced(PartNumber::new(2).unwrap()));
    bench
        .oss()
        .faults([Rule::on(Operation::CompleteMultipartUpload)
            .nth(1)
            .then(replaced)]);
    bench.copy(&copy).unwrap();
    bench.oss().holds("copy", data(MIB)).no_open_uploads();
}

#[test]
fn parts_that_are_never_the_sources_are_an_error_and_nothing_is_public() {
    let (bench, copy) = bench_and_copy();
    let lie = Effect::Listing(ListingLie::PartCrc64(PartNumber::new(3).unwrap()));
    bench
        .oss()
        .faults([Rule::on(Operation::ListParts).then(lie)]);
    let error = bench.copy(&copy).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Integrity);
    bench.oss().faults([]);
    bench.oss().has_no("copy").no_open_uploads();
    assert_eq!(bench.pointers(), 0);
}

/// Cases: 69.
#[test]
fn a_lost_completion_of_a_copy_is_success() {
    let (bench, copy) = bench_and_copy();
    bench
        .faults
        .nth(1, Method::POST, "uploadId=", Fault::LoseAnswer);
    bench.copy(&copy).unwrap();
    bench.oss().holds("copy", data(MIB)).no_open_uploads();
}

/// Cases: 66.
#[test]
fn an_upload_that_is_gone_is_begun_anew() {
    let (bench, copy) = begun();
    bench.oss().faults([Rule::on(Operation::ListParts)
        .nth(1)
        .then(Effect::DropUpload(Turn::Before))]);
    let report = bench.copy(&copy).unwrap();
    assert_eq!(report.restarted, Some(Restarted::UploadGone));
    bench.oss().holds("copy", data(MIB)).no_open_uploads();
}

/// Cases: 76.
#[test]
fn a_refusal_half_way_keeps_what_was_copied() {
    let (bench, copy) = bench_and_copy();
    let denied = Answer::new(StatusCode::FORBIDDEN).code("AccessDenied");
    bench.oss().faults([Rule::on(Operation::UploadPartCopy)
        .from(6)
        .then(Effect::Answer(denied))]);
    let error = bench.copy(&copy).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Service(ClientErrorKind::Denied));
    assert_eq!(error.safe(), Some(Safe { parts: 5, of: 11 }));
}

/// Cases: 81.
#[test]
fn small_and_empty_objects_are_copied_in_one_request() {
    let bench = Bench::new();
    for len in [0, 1, MIB] {
        bench.put("k", data(len));
        let report = bench.copy(&Copy::new(url("k"), url("copy"))).unwrap();
        assert_eq!((report.requests, report.verified), (2, Verified::Crc64));
        bench.oss().holds("copy", data(len));
    }
}

fn pair(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

/// A bench with an object `k` of a mebibyte, with which much is kept.
fn bench_with_kept() -> Bench {
    let bench = Bench::new();
    let put = PutObject {
        headers: ObjectHeaders {
            content_type: Some("text/plain".to_owned()),
            cache_control: Some("no-cache".to_owned()),
            metadata: vec![pair("a", "1"), pair("b", "2")],
            tags: vec![pair("team", "data")],
            ..ObjectHeaders::default()
        },
        ..PutObject::new(url("k").bucket, url("k").key, bytes::Bytes::from(data(MIB)))
    };
    let put = bench.oss().client().put_object(&put);
    bench.oss().run(put).unwrap();
    bench
}

#[test]
fn what_is_kept_with_the_source_is_kept_with_the_copy_unless_something_else_is_asked_for() {
    for part_size in ["auto", "100K"] {
        let bench = bench_with_kept();
        let mut copy = Copy::new(url("k"), url("copy"));
        copy.options = parts_of(part_size);
        copy.headers.metadata = vec![pair("b", "3")];
        bench.copy(&copy).unwrap();
        let info = bench.head("copy").unwrap();
        assert_eq!(info.content_type(), Some("text/plain"), "{part_size}");
        assert_eq!(info.cache_control(), Some("no-cache"));
        assert_eq!(info.metadata(), [pair("a", "1"), pair("b", "3")]);
        assert_eq!(info.tag_count(), Some(1));
    }
}

#[test]
fn a_copy_that_inherits_nothing_keeps_what_an_upload_of_the_file_would() {
    for part_size in ["auto", "100K"] {
        let bench = bench_with_kept();
        let mut copy = Copy::new(url("k"), url("copy"));
        copy.options = parts_of(part_size);
        copy.inherit = Inherit::Nothing;
        copy.modified_ns = Some(1_500_000_000);
        copy.headers.metadata = vec![pair("c", "3")];
        copy.crc64 = Some(Crc64::of(&data(MIB)));
        let report = bench.copy(&copy).unwrap();
        assert_eq!(report.verified, Verified::Crc64, "{part_size}");
        let info = bench.head("copy").unwrap();
        assert_ne!(info.content_type(), Some("text/plain"), "{part_size}");
        assert_eq!(info.cache_control(), None);
        assert_eq!(info.metadata(), [pair("c", "3"), pair("mtime", "1.5")]);
        assert_eq!(info.tag_count().unwrap_or(0), 0);
    }
}

/// Cases: 61.
#[test]
fn a_source_with_another_checksum_than_it_must_have_is_not_copied() {
    let (bench, mut copy) = bench_and_copy();
    copy.crc64 = Some(Crc64::of(b"something else"));
    let error = bench.copy(&copy).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ObjectChanged);
    bench.oss().has_no("copy").no_open_uploads();
}
