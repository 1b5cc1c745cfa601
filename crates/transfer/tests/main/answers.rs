//! Answers that are not what was asked for: found at that part, asked for again, never published.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use http::{HeaderName, HeaderValue, StatusCode};
use ossum_client::auth::{Credentials, CredentialsError, CredentialsProvider, StaticCredentials};
use ossum_client::transport::BoxFuture;
use ossum_client::{ClockSkew, ErrorKind as ClientErrorKind};
use ossum_devserver::Operation;
use ossum_devserver::faults::{Answer, Effect, Moment, RangeLie, Redirect, Rule, Spot};
use ossum_testkit::LocalOss;
use ossum_transfer::{ErrorKind, Monitor, Safe};

use crate::bench::{Bench, MIB, data};

/// A download and an upload of a mebibyte in eleven parts, one by one, with the third request for a
/// part suffering `effect`. Both are expected to end well.
fn survives(name: &str, operation: Operation, effect: Effect) {
    let bench = Bench::new();
    bench
        .oss()
        .faults([Rule::on(operation).nth(3).then(effect)]);
    let report = if operation == Operation::GetObject {
        bench.put("k", data(MIB));
        let report = bench.download(&bench.kept_download("f"));
        let report = report.unwrap_or_else(|error| panic!("{name}: {error:?}"));
        assert!(
            std::fs::read(bench.path("f")).unwrap() == data(MIB),
            "{name}"
        );
        report
    } else {
        let report = bench.upload(&bench.kept_upload(bench.file("f", MIB)));
        let report = report.unwrap_or_else(|error| panic!("{name}: {error:?}"));
        assert!(bench.object("k") == data(MIB), "{name}");
        report
    };
    assert_eq!(bench.oss().service().fired(), [1], "{name}");
    assert_eq!(report.retries, 1, "{name}");
    assert_eq!(bench.names(), ["f"], "{name}");
}

fn header(name: &'static str, value: &'static str) -> Effect {
    Effect::SetHeader {
        name: HeaderName::from_static(name),
        value: HeaderValue::from_static(value),
    }
}

fn without(name: &'static str) -> Effect {
    Effect::RemoveHeader(HeaderName::from_static(name))
}

/// Cases: 39, 42, 45, 46, 47, 49, 51, 52.
#[test]
fn a_range_that_is_answered_wrongly_is_asked_for_again() {
    for (name, effect) in [
        ("200 for a range", Effect::Range(RangeLie::Ignored)),
        ("a short 206", Effect::Range(RangeLie::Shortened(10))),
        ("another range", Effect::Range(RangeLie::Shifted(10))),
        (
            "a wrong Content-Range",
            header("content-range", "bytes 0-9/11"),
        ),
        ("a wrong Content-Length", header("content-length", "10")),
        ("no Content-Range", without("content-range")),
        ("no Content-Length", without("content-length")),
        ("no ETag", without("etag")),
        ("gzip from a proxy", Effect::Gzip),
        ("a login page", Effect::HtmlPage),
        (
            "a body that breaks off",
            Effect::Close(Moment::AfterResponseBytes(1000)),
        ),
        (
            "a reset in the body",
            Effect::Reset(Moment::AfterResponseBytes(1000)),
        ),
        (
            "a reset before any byte",
            Effect::Reset(Moment::AfterResponseBytes(0)),
        ),
        ("no answer", Effect::Reset(Moment::BeforeAnswer)),
        ("503", unavailable()),
    ] {
        survives(name, Operation::GetObject, effect);
    }
}

/// Cases: 39, 48, 49, 52, 59.
#[test]
fn a_part_whose_answer_is_wrong_is_sent_again() {
    for (name, effect) in [
        ("no ETag", without("etag")),
        ("another CRC-64", header("x-oss-hash-crc64ecma", "1")),
        (
            "a byte that arrived as another",
            Effect::CorruptRequest(Spot::At(1000)),
        ),
        ("a login page", Effect::HtmlPage),
        ("a lost answer", Effect::Reset(Moment::AfterCommit)),
        (
            "a reset in the body",
            Effect::Reset(Moment::AfterRequestBytes(1000)),
        ),
        ("no answer", Effect::Close(Moment::BeforeAnswer)),
        ("503", unavailable()),
    ] {
        survives(name, Operation::UploadPart, effect);
    }
}

fn unavailable() -> Effect {
    Effect::Answer(Answer::new(StatusCode::SERVICE_UNAVAILABLE).code("ServiceUnavailable"))
}

#[test]
fn a_body_that_is_longer_than_announced_adds_nothing() {
    let bench = Bench::new();
    bench.put("k", data(MIB));
    bench
        .oss()
        .faults([Rule::on(Operation::GetObject).then(Effect::Extend(100))]);
    bench.download(&bench.kept_download("f")).unwrap();
    assert!(std::fs::read(bench.path("f")).unwrap() == data(MIB));
}

/// Cases: 55.
#[test]
fn a_redirect_is_an_error_that_keeps_what_is_here() {
    let bench = Bench::new();
    bench.put("k", data(MIB));
    let redirect = Effect::Redirect(Redirect::in_circles());
    bench
        .oss()
        .faults([Rule::on(Operation::GetObject).from(4).then(redirect)]);
    let error = bench.download(&bench.kept_download("f")).unwrap_err();
    assert_eq!(error.safe(), Some(Safe { parts: 3, of: 11 }));
    assert!(!bench.path("f").exists());
}

/// Cases: 49.
#[test]
fn an_object_without_any_checksum_is_refused_before_a_file_is_made() {
    let bench = Bench::new();
    bench.put("k", data(MIB));
    bench.oss().faults([
        Rule::on(Operation::GetObject).then(without("x-oss-hash-crc64ecma")),
        Rule::on(Operation::GetObject).then(header("etag", "\"opaque\"")),
    ]);
    let error = bench.download(&bench.kept_download("f")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unverifiable);
    assert!(bench.names().is_empty());
}

/// Cases: 75.
#[test]
fn a_token_that_expires_and_cannot_be_renewed_keeps_what_was_sent() {
    let bench = Bench::new();
    let upload = bench.kept_upload(bench.file("f", MIB));
    bench.oss().faults([Rule::on(Operation::UploadPart)
        .from(6)
        .then(Effect::ExpireToken)]);
    let error = bench.upload(&upload).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Service(ClientErrorKind::Denied));
    assert_eq!(error.safe(), Some(Safe { parts: 5, of: 11 }));
    bench.oss().faults([]);
    assert_eq!(bench.upload(&upload).unwrap().parts_reused, 5);
}

/// Cases: 75.
#[test]
fn a_token_that_expires_once_is_renewed_and_nothing_is_lost() {
    survives(
        "an expired token",
        Operation::UploadPart,
        Effect::ExpireToken,
    );
    survives(
        "an expired token",
        Operation::GetObject,
        Effect::ExpireToken,
    );
}

/// Gives what it is given, and counts how often that was refused.
#[derive(Debug)]
struct Renewing {
    credentials: StaticCredentials,
    refused: AtomicU32,
}

impl CredentialsProvider for Renewing {
    fn provide(&self) -> BoxFuture<'_, Result<Arc<Credentials>, CredentialsError>> {
        self.credentials.provide()
    }

    fn forget(&self, _: &Credentials) {
        self.refused.fetch_add(1, Ordering::Relaxed);
    }
}

/// Cases: 75.
#[test]
fn a_provider_renews_what_expired_half_way_and_no_part_is_sent_twice() {
    let bench = Bench::new();
    let credentials = Credentials::new(LocalOss::ACCESS_KEY_ID, LocalOss::ACCESS_KEY_SECRET);
    let provider = Arc::new(Renewing {
        credentials: StaticCredentials::new(credentials.unwrap()),
        refused: AtomicU32::new(0),
    });
    let given = Arc::clone(&provider);
    let client = bench
        .oss()
        .client_with(move |settings| settings.credentials = Some(given));
    bench.oss().faults([Rule::on(Operation::UploadPart)
        .nth(6)
        .then(Effect::ExpireToken)]);
    let upload = bench.kept_upload(bench.file("f", MIB));
    let monitor = Monitor::new();
    let sent = bench
        .oss()
        .run(ossum_transfer::upload(&client, &upload, &monitor));
    assert_eq!(sent.unwrap().retries, 1);
    assert_eq!(provider.refused.load(Ordering::Relaxed), 1);
    assert_eq!(bench.oss().requests(Operation::UploadPart), 11 + 1);
    assert_eq!(bench.object("k"), data(MIB));
}

#[test]
fn a_clock_that_is_off_is_corrected_both_ways() {
    let bench = Bench::new();
    let hour = Duration::from_hours(1);
    for skew in [ClockSkew::Behind(hour), ClockSkew::Ahead(hour)] {
        bench.oss().clock().skew_client(skew);
        bench
            .upload(&bench.kept_upload(bench.file("f", MIB)))
            .unwrap();
        bench.download(&bench.kept_download("again")).unwrap();
        assert!(std::fs::read(bench.path("again")).unwrap() == data(MIB));
    }
}

/// Cases: 39, 118.
#[test]
fn requests_never_pass_the_budget_whatever_fails() {
    let bench = Bench::new();
    bench.put("k", data(MIB));
    let reset = Effect::Reset(Moment::AfterResponseBytes(0));
    bench
        .oss()
        .faults([Rule::on(Operation::GetObject).then(reset)]);
    let error = bench.download(&bench.kept_download("f")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Service(ClientErrorKind::Network));
    assert_eq!(bench.oss().requests(Operation::GetObject), 1 + 3);
}
