//! Peers that fall silent are found in the time that was set.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use ossum_client::auth::StaticCredentials;
use ossum_client::op::CompleteMultipartUpload;
use ossum_client::transport::{Proxies, TransportErrorKind};
use ossum_client::{Client, ErrorKind, RetryPolicy, Settings};
use tokio::time::Instant;

use crate::arrange::{bucket, credentials, get, head, key, large, put, settings, transport};
use crate::server::{Server, Step, answer};

const TIMEOUT: Duration = Duration::from_secs(30);

fn once(endpoint: &str) -> Settings {
    let retry = RetryPolicy {
        retries: 0,
        ..RetryPolicy::default()
    };
    Settings {
        retry,
        ..settings(endpoint)
    }
}

fn impatient(endpoint: &str) -> Client {
    let transport = transport(Proxies::none(), TIMEOUT);
    Client::new(once(endpoint), Arc::new(transport)).unwrap()
}

fn assert_in_time(began: Instant) {
    assert_eq!(began.elapsed().as_secs(), TIMEOUT.as_secs());
}

/// Cases: 40.
#[tokio::test(start_paused = true)]
async fn a_server_that_never_answers_is_found() {
    let server = Server::start_here(vec![vec![Step::Read, Step::Stall]]);
    let began = Instant::now();
    let error = impatient(&server.endpoint())
        .head_object(&head())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_in_time(began);
}

/// Cases: 40.
#[tokio::test(start_paused = true)]
async fn a_head_that_breaks_off_is_found() {
    let half = Step::Send(b"HTTP/1.1 200 OK\r\nx-oss-req".to_vec());
    let server = Server::start_here(vec![vec![Step::Read, half, Step::Stall]]);
    let began = Instant::now();
    let error = impatient(&server.endpoint())
        .head_object(&head())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_in_time(began);
}

/// Cases: 40.
#[tokio::test(start_paused = true)]
async fn a_body_that_breaks_off_is_found_and_what_came_is_good() {
    let half = answer(
        "200 OK",
        &[("ETag", "\"AA\""), ("Content-Length", "10")],
        b"hello",
    );
    let server = Server::start_here(vec![vec![Step::Read, half, Step::Stall]]);
    let mut body = impatient(&server.endpoint())
        .get_object(&get())
        .await
        .unwrap()
        .body;
    assert_eq!(body.chunk().await.unwrap().unwrap(), "hello");
    let began = Instant::now();
    assert_eq!(
        body.chunk().await.unwrap_err().kind(),
        TransportErrorKind::Timeout
    );
    assert_in_time(began);
}

/// Cases: 40.
#[tokio::test(start_paused = true)]
async fn a_server_that_does_not_take_a_body_is_found() {
    // Its system accepts connections and fills their buffers; nobody takes anything out.
    let silent = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let endpoint = format!("http://{}", silent.local_addr().unwrap());
    let began = Instant::now();
    let error = impatient(&endpoint)
        .put_object(&put(large()))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_in_time(began);
    drop(silent);
}

/// Cases: 40.
#[tokio::test(start_paused = true)]
async fn a_server_that_takes_a_whole_body_and_never_answers_is_found() {
    let payload = Bytes::from(vec![7; 100_000]);
    let server = Server::start_here(vec![vec![Step::Read, Step::Stall]]);
    let began = Instant::now();
    let put = put(payload);
    let client = impatient(&server.endpoint());
    let sending = client.put_object(&put);
    let error = tokio::time::timeout(10 * TIMEOUT, sending)
        .await
        .unwrap()
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_in_time(began);
}

/// Cases: 40.
#[tokio::test(start_paused = true)]
async fn a_request_with_a_long_head_that_is_never_answered_is_found() {
    let token = "t".repeat(2000);
    let credentials = credentials().with_security_token(&token).unwrap();
    let server = Server::start_here(vec![vec![Step::Read, Step::Stall]]);
    let settings = Settings {
        credentials: Some(Arc::new(StaticCredentials::new(credentials))),
        ..once(&server.endpoint())
    };
    let client = Client::new(settings, Arc::new(transport(Proxies::none(), TIMEOUT))).unwrap();
    let began = Instant::now();
    let head = head();
    let asking = client.head_object(&head);
    let error = tokio::time::timeout(10 * TIMEOUT, asking)
        .await
        .unwrap()
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_in_time(began);
}

/// Cases: 40.
#[tokio::test(start_paused = true)]
async fn joining_parts_may_take_five_minutes_or_what_was_asked_for_if_that_is_more() {
    for (timeout, patience) in [
        (TIMEOUT, Duration::from_mins(5)),
        (Duration::from_mins(10), Duration::from_mins(10)),
    ] {
        let server = Server::start_here(vec![vec![Step::Read, Step::Stall]]);
        let transport = transport(Proxies::none(), timeout);
        let client = Client::new(once(&server.endpoint()), Arc::new(transport)).unwrap();
        let id = "id".parse().unwrap();
        let complete = CompleteMultipartUpload::new(bucket(), key("key"), id, Vec::new());
        let began = Instant::now();
        let error = client
            .complete_multipart_upload(&complete)
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout);
        assert_eq!(began.elapsed().as_secs(), patience.as_secs());
    }
}
