//! The last request, and what became of it.

use http::{Method, StatusCode};
use ossum_client::ErrorKind as ClientErrorKind;
use ossum_devserver::Operation;
use ossum_devserver::faults::{Answer, Effect, Moment, Rule, Turn};
use ossum_transfer::{ErrorKind, Safe};
use std::time::Duration;

use crate::bench::{Bench, MIB, data};
use ossum_testkit::Fault;

fn unavailable() -> Effect {
    Effect::Answer(Answer::new(StatusCode::SERVICE_UNAVAILABLE).code("ServiceUnavailable"))
}

/// Cases: 72.
#[test]
fn a_completion_that_is_refused_nine_times_keeps_everything() {
    let bench = Bench::new();
    let upload = bench.kept_upload(bench.file("f", MIB));
    bench
        .oss()
        .faults([Rule::on(Operation::CompleteMultipartUpload).then(unavailable())]);
    let error = bench.upload(&upload).unwrap_err();
    assert_eq!(
        error.kind(),
        ErrorKind::Service(ClientErrorKind::Unavailable)
    );
    assert_eq!(error.safe(), Some(Safe { parts: 11, of: 11 }));
    bench.oss().faults([]);
    let report = bench.upload(&upload).unwrap();
    assert_eq!((report.bytes_sent, report.parts_reused), (0, 11));
    assert_eq!(bench.object("k"), data(MIB));
}

/// Cases: 72.
#[test]
fn an_upload_whose_bytes_were_there_before_it_is_not_left_open() {
    let bench = Bench::new();
    let upload = bench.kept_upload(bench.file("f", MIB));
    bench.put("k", data(MIB));
    let rule = Rule::on(Operation::CompleteMultipartUpload).then(unavailable());
    bench.oss().faults([rule]);
    bench.upload(&upload).unwrap();
    assert!(bench.oss().service().fired()[0] > 0);
    bench.oss().faults([]);
    assert_eq!((bench.open_uploads(), bench.pointers()), (0, 0));
    assert_eq!(bench.object("k"), data(MIB));
}

/// Uploads everything, has the answers to the completion lost, and dies.
fn die_while_completing(bench: &Bench, upload: &ossum_transfer::Upload) {
    let monitor = ossum_transfer::Monitor::new();
    let cancel = monitor.clone();
    let fault = Fault::swallow(move || cancel.cancel());
    bench.faults.nth(1, Method::POST, "uploadId=", fault);
    let error = bench.upload_watched(upload, &monitor).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Cancelled);
    assert!(error.is_resumable());
}

/// Cases: 69.
#[test]
fn a_success_that_nobody_lived_to_see_is_found_with_no_byte_sent_again() {
    let bench = Bench::new();
    let mut upload = bench.kept_upload(bench.file("f", MIB));
    upload.headers.content_type = Some("text/plain".to_owned());
    die_while_completing(&bench, &upload);
    let report = bench.upload(&upload).unwrap();
    assert_eq!((report.bytes_sent, report.bytes_reused), (0, MIB as u64));
    assert!(report.resumed);
    assert_eq!((bench.open_uploads(), bench.pointers()), (0, 0));
    assert_eq!(bench.names(), ["f"]);
}

/// Cases: 70.
#[test]
fn another_writer_after_a_success_that_nobody_saw_is_told_and_left_alone() {
    let bench = Bench::new();
    let upload = bench.kept_upload(bench.file("f", MIB));
    die_while_completing(&bench, &upload);
    bench.oss().clock().advance(Duration::from_mins(1));
    bench.put("k", b"another writer's".to_vec());
    let error = bench.upload(&upload).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Ambiguous);
    assert_eq!(bench.object("k"), b"another writer's");
    assert_eq!(
        bench.names(),
        ["f"],
        "the checkpoint has served its purpose"
    );
    // Whoever wants it all the same says so by running it again.
    bench.upload(&upload).unwrap();
    assert_eq!(bench.object("k"), data(MIB));
}

/// Cases: 70.
#[test]
fn another_writer_during_the_lost_answer_is_told_and_left_alone() {
    let bench = Bench::new();
    let upload = bench.kept_upload(bench.file("f", MIB));
    bench.oss().faults([
        Rule::on(Operation::CompleteMultipartUpload)
            .nth(1)
            .then(Effect::Reset(Moment::AfterCommit)),
        Rule::on(Operation::CompleteMultipartUpload)
            .nth(2)
            .then(Effect::ReplaceObject(Turn::Before)),
    ]);
    let error = bench.upload(&upload).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Ambiguous);
    assert!(bench.object("k") != data(MIB), "the other writer's");
    assert!(!error.is_resumable());
}

/// Cases: 66.
#[test]
fn an_upload_that_is_gone_when_it_is_completed_is_made_anew_once() {
    let bench = Bench::new();
    let upload = bench.kept_upload(bench.file("f", MIB));
    let drop = Rule::on(Operation::CompleteMultipartUpload).nth(1);
    bench
        .oss()
        .faults([drop.then(Effect::DropUpload(Turn::Before))]);
    let report = bench.upload(&upload).unwrap();
    assert_eq!(report.bytes_sent, 2 * MIB as u64);
    assert_eq!(bench.object("k"), data(MIB));
    assert_eq!(bench.open_uploads(), 0);
}

/// Cases: 66.
#[test]
fn an_upload_that_is_gone_every_time_ends_in_an_error() {
    let bench = Bench::new();
    let upload = bench.kept_upload(bench.file("f", MIB));
    let drop = Rule::on(Operation::UploadPart).then(Effect::DropUpload(Turn::Before));
    bench.oss().faults([drop]);
    let error = bench.upload(&upload).unwrap_err();
    assert_eq!(
        error.kind(),
        ErrorKind::Service(ClientErrorKind::NoSuchUpload)
    );
    assert_eq!(bench.oss().requests(Operation::InitiateMultipartUpload), 2);
}

/// Cases: 78, 86.
#[test]
fn an_object_that_is_already_there_and_must_stay_is_no_success() {
    let bench = Bench::new();
    let mut upload = bench.kept_upload(bench.file("f", MIB));
    upload.overwrite = ossum_client::op::Overwrite::Forbid;
    let put = bench.putter("k", b"first".to_vec());
    bench
        .faults
        .nth(6, Method::PUT, "partNumber=", Fault::first(put));
    let error = bench.upload(&upload).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AlreadyExists);
    assert_eq!(bench.object("k"), b"first");
    assert!(error.is_resumable(), "the parts are kept, and this says so");
    upload.overwrite = ossum_client::op::Overwrite::Allow;
    assert_eq!(bench.upload(&upload).unwrap().bytes_sent, 0);
}

/// Cases: 78.
#[test]
fn an_object_that_must_stay_does_in_a_bucket_with_versions_too() {
    use ossum_client::op::{PutBucketVersioning, Versioning};
    let bench = Bench::new();
    let versioned = PutBucketVersioning {
        bucket: crate::bench::url("k").bucket,
        versioning: Versioning::Suspended,
    };
    let client = bench.oss().client();
    let set = bench.oss().run(client.put_bucket_versioning(&versioned));
    set.unwrap();
    bench.put("k", b"first".to_vec());
    for len in [10, MIB] {
        let mut upload = bench.kept_upload(bench.file("f", len));
        upload.overwrite = ossum_client::op::Overwrite::Forbid;
        let error = bench.upload(&upload).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::AlreadyExists);
        assert_eq!(bench.object("k"), b"first");
        assert_eq!((bench.open_uploads(), bench.pointers()), (0, 0));
    }
}

#[test]
fn an_upload_that_is_gone_where_nobody_may_look_is_begun_anew() {
    let bench = Bench::new();
    let upload = bench.kept_upload(bench.file("f", MIB));
    bench.upload_until_part(6, &upload);
    let denied = Answer::new(StatusCode::FORBIDDEN).code("AccessDenied");
    bench.oss().faults([
        Rule::on(Operation::ListParts)
            .nth(1)
            .then(Effect::DropUpload(Turn::Before)),
        Rule::on(Operation::HeadObject).then(Effect::Answer(denied)),
    ]);
    bench.upload(&upload).unwrap();
    bench.oss().faults([]);
    assert_eq!(bench.object("k"), data(MIB));
}

#[test]
fn an_upload_without_a_checkpoint_is_aborted_also_if_looking_again_fails() {
    let bench = Bench::new();
    let mut upload = bench.kept_upload(bench.file("f", MIB));
    upload.options.checkpoint = None;
    let invalid = Answer::new(StatusCode::BAD_REQUEST).code("InvalidPart");
    let denied = Answer::new(StatusCode::FORBIDDEN).code("AccessDenied");
    bench.oss().faults([
        Rule::on(Operation::CompleteMultipartUpload).then(Effect::Answer(invalid)),
        Rule::on(Operation::ListParts).then(Effect::Answer(denied)),
    ]);
    bench.upload(&upload).unwrap_err();
    bench.oss().faults([]);
    assert_eq!(bench.open_uploads(), 0);
}

/// Cases: 48, 49.
#[test]
fn bytes_that_no_answer_confirms_are_compared_with_the_listing_before_they_are_public() {
    let bench = Bench::new();
    let upload = bench.kept_upload(bench.file("f", MIB));
    let silent = || Effect::RemoveHeader(http::HeaderName::from_static("x-oss-hash-crc64ecma"));
    bench.oss().faults([
        Rule::on(Operation::UploadPart).then(silent()),
        Rule::on(Operation::CompleteMultipartUpload).then(silent()),
        Rule::on(Operation::UploadPart)
            .nth(3)
            .then(Effect::CorruptRequest(ossum_devserver::faults::Spot::At(
                1000,
            ))),
    ]);
    let report = bench.upload(&upload).unwrap();
    assert!(bench.object("k") == data(MIB), "the damaged part was found");
    assert_eq!(report.verified, ossum_transfer::Verified::Crc64);
    assert_eq!(report.bytes_sent, MIB as u64 + 102_400);
}
