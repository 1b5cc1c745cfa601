//! Appends: no byte is added twice, and what became of the bytes is told.

use bytes::Bytes;
use ossum_client::op::AppendObject;
use ossum_client::transport::TransportErrorKind;
use ossum_client::{Error, ErrorKind};
use ossum_types::Crc64;

use crate::arrange::{Source, bucket, key};
use crate::script::{Reply, Script};

/// Appends `world` behind `hello, `.
fn append() -> AppendObject {
    AppendObject {
        crc64_before: Some(Crc64::of(b"hello, ")),
        ..AppendObject::new(bucket(), key("key"), 7, Bytes::from("world"))
    }
}

fn appended(next: u64, whole: &[u8]) -> Reply {
    Reply::object("")
        .with("x-oss-next-append-position", &next.to_string())
        .with("x-oss-hash-crc64ecma", &Crc64::of(whole).to_string())
}

fn ends_elsewhere(position: u64) -> Reply {
    Reply::error(409, "PositionNotEqualToLength")
        .with("x-oss-next-append-position", &position.to_string())
}

fn right_position(error: &Error) -> Option<u64> {
    error.service().unwrap().next_append_position
}

#[tokio::test(start_paused = true)]
async fn an_append_names_its_position_and_carries_its_md5() {
    let script = Script::new([appended(12, b"hello, world")]);
    let output = script.client().append_object(&append()).await.unwrap();
    assert_eq!(
        (output.next_position, output.crc64),
        (12, Some(Crc64::of(b"hello, world")))
    );
    let seen = &script.seen()[0];
    assert_eq!(seen.uri.query(), Some("append&position=7"));
    assert_eq!(seen.header("content-md5"), Some("fXkwN6B2AYZXSwKC8vQ15w=="));
    assert_eq!(&seen.body[..], b"world");
}

#[tokio::test(start_paused = true)]
async fn the_first_append_is_verified_without_being_told_anything() {
    let first = AppendObject::new(bucket(), key("key"), 0, Bytes::from("world"));
    let script = Script::new([appended(5, b"w0rld")]);
    let error = script.client().append_object(&first).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Integrity);
}

#[tokio::test(start_paused = true)]
async fn without_the_crc_of_what_was_there_that_of_the_whole_is_only_told() {
    let unknown = AppendObject {
        crc64_before: None,
        ..append()
    };
    let script = Script::new([appended(12, b"something..!")]);
    let output = script.client().append_object(&unknown).await.unwrap();
    assert_eq!(output.crc64, Some(Crc64::of(b"something..!")));
}

#[tokio::test(start_paused = true)]
async fn damaged_bytes_that_are_appended_are_not_sent_again() {
    let script = Script::new([appended(12, b"hello, w0rld")]);
    let error = script.client().append_object(&append()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Integrity);
    assert!(error.may_have_been_done());
    assert_eq!(script.seen().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_disappoints_is_no_reason_to_append_again() {
    let script = Script::new([appended(13, b"hello, world")]);
    let error = script.client().append_object(&append()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Malformed);
    assert!(error.may_have_been_done());
    assert_eq!(script.seen().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_wrong_position_is_refused_and_the_right_one_told() {
    let script = Script::new([ends_elsewhere(3)]);
    let error = script.client().append_object(&append()).await.unwrap_err();
    assert_eq!(
        (error.kind(), right_position(&error), error.attempts()),
        (ErrorKind::Conflict, Some(3), 1)
    );
    assert!(!error.may_have_been_done());
}

#[tokio::test(start_paused = true)]
async fn after_a_lost_answer_the_same_position_finds_out_whether_it_was_done() {
    let lost = Reply::Failure(TransportErrorKind::Closed);
    let script = Script::new([lost.clone(), appended(12, b"hello, world")]);
    let output = script.client().append_object(&append()).await.unwrap();
    assert_eq!(output.next_position, 12, "it had not been done");

    let script = Script::new([lost, ends_elsewhere(12)]);
    let error = script.client().append_object(&append()).await.unwrap_err();
    assert_eq!(
        (error.kind(), right_position(&error)),
        (ErrorKind::Conflict, Some(12))
    );
    assert!(error.may_have_been_done());
    let queries: Vec<_> = script
        .seen()
        .iter()
        .map(|seen| seen.uri.query().unwrap().to_owned())
        .collect();
    assert_eq!(queries, ["append&position=7"; 2]);
}

#[tokio::test(start_paused = true)]
async fn bytes_from_a_source_are_appended_and_counted() {
    let source = Source::new(&[b"wor", b"ld"]).payload();
    let request = AppendObject {
        payload: source,
        ..append()
    };
    let script = Script::new([appended(12, b"hello, world")]);
    let client = script.client();
    client.append_object(&request).await.unwrap();
    assert_eq!(script.seen()[0].header("content-md5"), None);
    assert_eq!(client.meter().sent_bytes(), 5);
}
