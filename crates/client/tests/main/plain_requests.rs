//! Requests that their caller words, and headers that go with every request.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method};
use ossum_client::op::{CopyObject, CopySource, DeleteMultipleObjects, PlainRequest};
use ossum_client::transport::TransportErrorKind;
use ossum_client::{ErrorKind, Operation, Settings};
use ossum_types::BucketName;

use crate::arrange::{get, head, put, settings};
use crate::script::{Reply, Script};

const SIGNED: &str = "https://bucket.oss-cn-hangzhou.aliyuncs.com/a%2Fb?Expires=1&Signature=x%2By";

fn signed() -> PlainRequest {
    PlainRequest {
        signed_url: Some(SIGNED.parse().unwrap()),
        ..PlainRequest::new(Operation::GetObject, Method::GET)
    }
}

#[tokio::test]
async fn a_signed_url_is_sent_as_it_is() {
    let script = Script::new([Reply::object("x")]);
    let client = script.client_with(Settings {
        request_payer: true,
        ..settings("https://elsewhere.example.com")
    });
    client.send_once(&signed()).await.unwrap();
    let [seen] = &script.seen()[..] else {
        panic!("{:?}", script.seen())
    };
    assert_eq!(seen.uri, SIGNED);
    assert_eq!(
        seen.header("host"),
        Some("bucket.oss-cn-hangzhou.aliyuncs.com")
    );
    for name in ["authorization", "x-oss-date", "x-oss-request-payer"] {
        assert_eq!(seen.header(name), None, "{name}");
    }
}

#[tokio::test]
async fn no_error_shows_a_signed_url() {
    let client = Script::new([Reply::error(403, "AccessDenied")]).client();
    let error = client.send_once(&signed()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Denied);
    assert!(!format!("{error} {error:?}").contains("x%2By"), "{error:?}");
}

#[tokio::test]
async fn what_may_pass_is_not_tried_again() {
    let script = Script::new([Reply::error(503, "ServiceUnavailable")]);
    let request = PlainRequest::new(Operation::ListBuckets, Method::GET);
    script.client().send_once(&request).await.unwrap_err();
    assert_eq!(script.seen().len(), 1);
}

#[tokio::test]
async fn a_copy_that_is_worded_waits_as_long_as_one_that_is_called() {
    let script = Script::new([Reply::of_oss(200, "")]);
    let bucket: BucketName = "bucket".parse().unwrap();
    let source = CopySource::new(bucket.clone(), "a b".parse().unwrap());
    let copy = CopyObject::new(source, bucket, "c".parse().unwrap());
    let request = PlainRequest::try_from(&copy).unwrap();
    script.client().send_once(&request).await.unwrap();
    let seen = &script.seen()[0];
    assert_eq!(seen.header("x-oss-copy-source"), Some("/bucket/a%20b"));
    assert_eq!(seen.patience, Some(Duration::from_mins(5)));
}

#[test]
fn what_no_request_can_carry_is_not_worded() {
    let bucket = "bucket".parse().unwrap();
    let nothing = DeleteMultipleObjects::new(bucket, []);
    assert!(PlainRequest::try_from(&nothing).is_err());
}

#[tokio::test]
async fn a_connection_closed_while_idle_is_no_attempt_of_a_worded_request() {
    let stale = Reply::Failure(TransportErrorKind::Stale);
    let script = Script::new([stale, Reply::of_oss(200, "")]);
    let request = PlainRequest::new(Operation::ListBuckets, Method::GET);
    assert!(script.client().send_once(&request).await.is_ok());
}

#[tokio::test]
async fn headers_given_to_a_client_go_with_every_request_and_replace_none() {
    let script = Script::new([Reply::object("x")]);
    let mut headers = HeaderMap::new();
    headers.insert("referer", "somewhere".parse().unwrap());
    headers.insert("content-md5", "mine".parse().unwrap());
    let client = script.client().with_headers(headers);
    // How they end is not the question.
    let _ = client.head_object(&head()).await;
    let _ = client.get_object(&get()).await;
    let _ = client.put_object(&put(Bytes::from("x"))).await;
    let seen = script.seen();
    let is_there = |name: &str, value: &str| {
        let held = seen.iter().map(|seen| seen.header(name) == Some(value));
        held.collect::<Vec<_>>()
    };
    assert!(is_there("referer", "somewhere").iter().all(|is| *is));
    assert_eq!(is_there("content-md5", "mine")[..2], [true, true]);
    assert!(
        !is_there("content-md5", "mine")[2],
        "a body in memory has its own"
    );
}
