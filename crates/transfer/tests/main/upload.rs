use http::Method;
use ossum_client::ErrorKind as ClientErrorKind;
use ossum_client::op::Overwrite;
use ossum_transfer::{ErrorKind, Modified, Upload, Verified};

use crate::bench::{Bench, KIB, MIB, crc64, data, upload_of};
use ossum_testkit::Fault;

/// Cases: 81.
#[test]
fn every_size_around_the_part_size_arrives_whole() {
    let bench = Bench::new();
    let part = 100 * KIB;
    for len in [0, 1, part - 1, part, part + 1, 2 * part, 10 * part + 7] {
        let report = bench
            .upload(&upload_of(bench.file("f", len), "100K"))
            .unwrap();
        assert_eq!(bench.object("k"), data(len), "{len}");
        assert_eq!(report.bytes_total, len as u64);
        assert_eq!(report.bytes_sent, len as u64);
        assert_eq!(
            report.parts_total as usize,
            len.div_ceil(part).max(1),
            "{len}"
        );
        assert_eq!(
            (report.crc64, report.verified),
            (Some(crc64(&data(len))), Verified::Crc64)
        );
    }
    assert_eq!(bench.open_uploads(), 0);
}

#[test]
fn a_small_file_is_one_request() {
    let bench = Bench::new();
    let report = bench
        .upload(&upload_of(bench.file("f", 8 * MIB), "auto"))
        .unwrap();
    assert_eq!((report.requests, report.parts_total), (1, 1));
    let report = bench
        .upload(&upload_of(bench.file("f", 8 * MIB + 1), "auto"))
        .unwrap();
    assert_eq!((report.requests, report.parts_total), (5 + 2, 5));
}

/// Cases: 59.
#[test]
fn a_part_whose_answer_is_lost_is_sent_again_alone() {
    let bench = Bench::new();
    bench
        .faults
        .nth(3, Method::PUT, "partNumber=", Fault::LoseAnswer);
    let report = bench
        .upload(&upload_of(bench.file("f", MIB), "100K"))
        .unwrap();
    assert_eq!(bench.object("k"), data(MIB));
    assert_eq!((report.retries, bench.faults.fired()), (1, 1));
    assert_eq!(report.requests, 11 + 1 + 2);
}

/// Cases: 69.
#[test]
fn a_lost_complete_answer_is_success() {
    let bench = Bench::new();
    bench
        .faults
        .nth(1, Method::POST, "uploadId=", Fault::LoseAnswer);
    let report = bench
        .upload(&upload_of(bench.file("f", MIB), "100K"))
        .unwrap();
    assert_eq!(bench.faults.fired(), 1);
    assert_eq!(bench.object("k"), data(MIB));
    assert_eq!(report.verified, Verified::Crc64);
    assert_eq!(report.bytes_sent, MIB as u64);
}

/// Cases: 69.
#[test]
fn a_lost_put_answer_is_success_even_if_overwriting_is_forbidden() {
    let bench = Bench::new();
    bench.faults.nth(1, Method::PUT, "/k", Fault::LoseAnswer);
    let upload = Upload {
        overwrite: Overwrite::Forbid,
        ..upload_of(bench.file("f", KIB), "auto")
    };
    let report = bench.upload(&upload).unwrap();
    assert_eq!(
        (report.verified, bench.faults.fired()),
        (Verified::Crc64, 1)
    );
}

/// Cases: 69.
#[test]
fn a_put_whose_answers_are_all_lost_is_success() {
    let bench = Bench::new();
    bench.faults.always(Method::PUT, "/k", Fault::LoseAnswer);
    let report = bench
        .upload(&upload_of(bench.file("f", KIB), "auto"))
        .unwrap();
    assert_eq!(
        (report.verified, bench.faults.fired()),
        (Verified::Crc64, 4)
    );
}

#[test]
fn what_a_lost_put_was_to_keep_with_the_object_is_there() {
    let bench = Bench::new();
    bench.faults.always(Method::PUT, "/k", Fault::LoseAnswer);
    let mut upload = upload_of(bench.file("f", KIB), "auto");
    upload.headers.metadata = vec![("colour".to_owned(), "blue".to_owned())];
    upload.modified = Modified::Leave;
    bench.upload(&upload).unwrap();
    assert_eq!(bench.head("k").unwrap().metadata(), upload.headers.metadata);
}

/// Cases: 78.
#[test]
fn a_forbidden_overwrite_leaves_the_object_and_no_upload() {
    let bench = Bench::new();
    bench.put("k", b"old".to_vec());
    for (len, part_size) in [(KIB, "auto"), (MIB, "100K")] {
        let upload = Upload {
            overwrite: Overwrite::Forbid,
            ..upload_of(bench.file("f", len), part_size)
        };
        let error = bench.upload(&upload).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::AlreadyExists);
        assert_eq!(bench.object("k"), b"old");
    }
    assert_eq!(bench.open_uploads(), 0);
}

/// Cases: 37, 118.
#[test]
fn a_part_that_never_gets_through_ends_within_the_budget_and_leaves_nothing() {
    let bench = Bench::new();
    bench
        .faults
        .always(Method::PUT, "partNumber=2&", Fault::Refuse);
    let error = bench
        .upload(&upload_of(bench.file("f", MIB), "100K"))
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Service(ClientErrorKind::Network));
    assert_eq!(bench.faults.fired(), 1 + 3);
    assert!(bench.head("k").is_none());
    assert_eq!((bench.open_uploads(), error.left_upload()), (0, None));
}

#[test]
fn an_upload_that_cannot_be_aborted_is_named() {
    let bench = Bench::new();
    bench
        .faults
        .always(Method::PUT, "partNumber=2&", Fault::Refuse);
    bench
        .faults
        .always(Method::DELETE, "uploadId=", Fault::Refuse);
    let error = bench
        .upload(&upload_of(bench.file("f", MIB), "100K"))
        .unwrap_err();
    assert_eq!(bench.open_uploads(), 1);
    assert!(error.left_upload().is_some());
}

/// Cases: 83, 84.
#[test]
fn a_source_that_changes_during_the_upload_is_never_completed() {
    type Change = fn(&std::path::Path);
    let changes: [(Change, ErrorKind); 3] = [
        (
            |path| std::fs::write(path, data(MIB + 1)).unwrap(),
            ErrorKind::SourceChanged,
        ),
        (
            |path| std::fs::write(path, "short").unwrap(),
            ErrorKind::SourceChanged,
        ),
        (
            |path| std::fs::remove_file(path).unwrap(),
            ErrorKind::SourceMissing,
        ),
    ];
    for (change, kind) in changes {
        let bench = Bench::new();
        let path = bench.file("f", MIB);
        let edited = path.clone();
        bench.faults.nth(
            4,
            Method::PUT,
            "partNumber=",
            Fault::first(move || change(&edited)),
        );
        let error = bench.upload(&upload_of(path, "100K")).unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert!(bench.head("k").is_none());
        assert_eq!(bench.open_uploads(), 0);
    }
}
