//! What is tried again, how often, and after how long.

use std::time::Duration;

use bytes::Bytes;
use ossum_client::transport::TransportErrorKind;
use ossum_client::{ErrorKind, RetryPolicy};
use tokio::time::Instant;

use crate::arrange::{get, head, put, settings};
use crate::script::{Reply, Script};

const ENDPOINT: &str = "https://oss-cn-hangzhou.aliyuncs.com";

/// Cases: 53.
#[tokio::test(start_paused = true)]
async fn an_empty_502_is_tried_again() {
    let script = Script::new([Reply::foreign(502, "text/html", ""), Reply::object("hello")]);
    let client = script.client();
    let info = client.head_object(&head()).await.unwrap();
    assert_eq!((info.size, script.seen().len()), (5, 2));
    assert_eq!(
        (client.meter().requests(), client.meter().retries()),
        (2, 1)
    );
}

/// Cases: 54.
#[tokio::test(start_paused = true)]
async fn the_wait_that_the_service_asks_for_is_kept() {
    for (header, value, wait) in [
        ("retry-after", "7", Duration::from_secs(7)),
        ("x-oss-qos-delay-time", "1500", Duration::from_millis(1500)),
    ] {
        let busy = Reply::error(503, "SlowDown").with(header, value);
        let script = Script::new([busy, Reply::object("")]);
        let began = Instant::now();
        script.client().head_object(&head()).await.unwrap();
        assert_eq!(began.elapsed(), wait);
    }
}

/// Cases: 37, 38, 39, 53, 54, 118.
#[tokio::test(start_paused = true)]
async fn no_failure_is_repeated_more_often_than_allowed_or_without_a_wait() {
    let failures = [
        Reply::Failure(TransportErrorKind::Resolve),
        Reply::Failure(TransportErrorKind::Connect),
        Reply::Failure(TransportErrorKind::Closed),
        Reply::Failure(TransportErrorKind::Timeout),
        Reply::Failure(TransportErrorKind::Protocol),
        Reply::error(500, "InternalError"),
        Reply::error(503, "SlowDown"),
        Reply::error(429, "TooManyRequests"),
        Reply::foreign(504, "text/html", "<html>timeout</html>"),
        Reply::foreign(429, "text/html", "<html>too many</html>"),
        Reply::foreign(408, "text/html", "<html>too slow</html>"),
        Reply::foreign(200, "text/html", "<html>welcome</html>"),
        Reply::of_oss(200, "no ETag, no length"),
    ];
    for failure in failures {
        let script = Script::new([failure.clone()]);
        let policy = RetryPolicy {
            retries: 5,
            ..RetryPolicy::default()
        };
        let client = script.client_with(ossum_client::Settings {
            retry: policy,
            ..settings(ENDPOINT)
        });
        let began = Instant::now();
        let error = client.head_object(&head()).await.unwrap_err();
        assert_eq!(
            (script.seen().len(), error.attempts()),
            (6, 6),
            "{failure:?}"
        );
        assert!(
            began.elapsed() >= Duration::from_millis(5 * 20),
            "{failure:?}"
        );
    }
}

/// Cases: 56.
#[tokio::test(start_paused = true)]
async fn what_cannot_pass_is_not_tried_again() {
    for (reply, kind) in [
        (Reply::Failure(TransportErrorKind::Tls), ErrorKind::Network),
        (
            Reply::Failure(TransportErrorKind::ProxyRefused),
            ErrorKind::Network,
        ),
        (Reply::error(400, "InvalidArgument"), ErrorKind::Refused),
        (
            Reply::error(403, "SignatureDoesNotMatch"),
            ErrorKind::Denied,
        ),
        (Reply::error(403, "InvalidObjectState"), ErrorKind::Archived),
        (Reply::error(404, "NoSuchBucket"), ErrorKind::NoSuchBucket),
        (
            Reply::error(409, "FileAlreadyExists"),
            ErrorKind::AlreadyExists,
        ),
        (Reply::error(416, "InvalidRange"), ErrorKind::InvalidRange),
        (Reply::error(501, "NotImplemented"), ErrorKind::Refused),
    ] {
        let script = Script::new([reply.clone()]);
        let error = script.client().get_object(&get()).await.unwrap_err();
        assert_eq!((error.kind(), script.seen().len()), (kind, 1), "{reply:?}");
    }
}

/// Cases: 60.
#[tokio::test(start_paused = true)]
async fn a_connection_that_was_closed_while_idle_costs_no_wait_the_first_time() {
    let stale = Reply::Failure(TransportErrorKind::Stale);
    let script = Script::new([stale.clone(), Reply::object("")]);
    let began = Instant::now();
    script.client().head_object(&head()).await.unwrap();
    assert_eq!(began.elapsed(), Duration::ZERO);

    let script = Script::new([stale.clone(), stale.clone(), Reply::object("")]);
    let began = Instant::now();
    script.client().head_object(&head()).await.unwrap();
    assert!(began.elapsed() >= Duration::from_millis(20));

    let script = Script::new([stale]);
    script.client().head_object(&head()).await.unwrap_err();
    assert_eq!(script.seen().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_message_says_what_was_spent() {
    let script = Script::new([Reply::error(503, "ServiceUnavailable").with("retry-after", "20")]);
    let error = script
        .client()
        .put_object(&put(Bytes::from("x")))
        .await
        .unwrap_err();
    let message = error.to_string();
    // Only the tests' clock was wound on, not the machine's.
    let expected = "upload oss://bucket/key: OSS is unavailable after 3 attempts in";
    assert!(message.starts_with(expected), "{message}");
    assert!(error.may_have_been_done());
}

/// Cases: 55.
#[tokio::test(start_paused = true)]
async fn a_redirect_is_not_followed() {
    let redirect = Reply::of_oss(307, "").with("location", "https://elsewhere.example/key");
    let script = Script::new([redirect]);
    let error = script.client().get_object(&get()).await.unwrap_err();
    assert_eq!((error.kind(), script.seen().len()), (ErrorKind::Refused, 1));
}
