//! Connections that are closed, broken or garbled, at every moment of a request.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use ossum_client::transport::Proxies;
use ossum_client::{ClearText, Client, ErrorKind, Payload, Settings};

use crate::arrange::{QUICK, get, head, networked, put, settings, transport};
use crate::server::{Server, Step, answer, object};

const REQUESTS: usize = QUICK.retries as usize + 1;

#[tokio::test]
async fn requests_share_a_connection() {
    let server = Server::start(vec![vec![
        Step::Read,
        object(b"hello"),
        Step::Read,
        object(b""),
        Step::Read,
        answer(
            "200 OK",
            &[("ETag", "\"AA\""), ("Content-Length", "5")],
            b"",
        ),
        Step::Read,
        answer(
            "404 Not Found",
            &[],
            b"<Error><Code>NoSuchKey</Code></Error>",
        ),
        Step::Read,
        object(b""),
    ]]);
    let client = networked(&server.endpoint());
    let mut body = client.get_object(&get()).await.unwrap().body;
    assert_eq!(body.chunk().await.unwrap().unwrap(), "hello");
    drop(body); // All of it was there, though nobody asked for the end.
    client.put_object(&put(Bytes::from("x"))).await.unwrap();
    client.head_object(&head()).await.unwrap();
    assert_eq!(
        client.get_object(&get()).await.unwrap_err().kind(),
        ErrorKind::NoSuchKey
    );
    client.put_object(&put(Payload::Empty)).await.unwrap();
    assert_eq!((server.connections(), server.requests().len()), (1, 5));
}

#[tokio::test]
async fn a_worker_has_connections_of_its_own() {
    let server = Server::start(vec![vec![Step::Read, object(b""), Step::Read, object(b"")]]);
    let client = networked(&server.endpoint());
    client.put_object(&put(Payload::Empty)).await.unwrap();
    client
        .for_worker(64 * 1024)
        .put_object(&put(Payload::Empty))
        .await
        .unwrap();
    client.put_object(&put(Payload::Empty)).await.unwrap();
    assert_eq!(server.connections(), 2);
}

/// Cases: 60.
#[tokio::test]
async fn a_connection_that_is_closed_after_its_answer_is_not_used_again() {
    let server = Server::start(vec![vec![Step::Read, object(b"")]]);
    let client = networked(&server.endpoint());
    for sent in 1..=3 {
        client.put_object(&put(Bytes::from("x"))).await.unwrap();
        server.has_closed(sent).await;
    }
    assert_eq!((server.connections(), client.meter().retries()), (3, 0));
}

/// Cases: 60.
#[tokio::test]
async fn a_connection_that_is_closed_upon_its_second_request_is_replaced_at_once() {
    for end in [
        vec![Step::Read],
        vec![Step::ReadHead],
        vec![Step::Read, Step::Reset],
    ] {
        let mut first = vec![Step::Read, object(b"")];
        first.extend(end);
        let server = Server::start(vec![first, vec![Step::Read, object(b"")]]);
        let client = networked(&server.endpoint());
        client.put_object(&put(Bytes::from("one"))).await.unwrap();
        client.put_object(&put(Bytes::from("two"))).await.unwrap();
        assert_eq!((server.connections(), client.meter().retries()), (2, 1));
    }
}

/// Cases: 39, 118.
#[tokio::test]
async fn a_server_that_always_hangs_up_is_asked_no_more_often_than_allowed() {
    for script in [
        vec![],
        vec![Step::Reset],
        vec![Step::Read],
        vec![Step::Read, Step::Reset],
    ] {
        let server = Server::start(vec![script]);
        let client = networked(&server.endpoint());
        let error = client.head_object(&head()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Network, "{error:?}");
        assert_eq!(
            (server.connections(), error.attempts() as usize),
            (REQUESTS, REQUESTS)
        );
    }
}

/// Cases: 37, 118.
#[tokio::test]
async fn a_port_where_nobody_listens_is_tried_no_more_often_than_allowed() {
    let client = networked(&Server::nowhere());
    let began = Instant::now();
    let error = client.put_object(&put(Bytes::from("x"))).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.attempts() as usize),
        (ErrorKind::Network, REQUESTS)
    );
    assert!(began.elapsed() >= Duration::from_millis(2 * 20));
    assert!(!error.may_have_been_done(), "nobody heard the request");
    assert!(error.hint().unwrap().contains("endpoint"));
}

/// Cases: 38.
#[tokio::test]
async fn a_name_without_an_address_is_told_apart() {
    // With the bucket before it this name is too long to ask anyone for its address.
    let endpoint = format!("http://{}", [&"x".repeat(62)[..]; 4].join("."));
    let settings = Settings {
        clear_text: ClearText::Allow,
        ..settings(&endpoint)
    };
    let transport = transport(Proxies::none(), Duration::from_secs(10));
    let client = Client::new(settings, Arc::new(transport)).unwrap();
    let error = client.head_object(&head()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Network);
    assert!(error.hint().unwrap().contains("spelling"), "{error:?}");
}

/// Cases: 39.
#[tokio::test]
async fn bytes_before_a_break_are_good_and_the_break_is_an_error() {
    for end in [vec![], vec![Step::Reset]] {
        let mut script = vec![
            Step::Read,
            answer(
                "200 OK",
                &[("ETag", "\"AA\""), ("Content-Length", "10")],
                b"hello",
            ),
        ];
        script.extend(end);
        let server = Server::start(vec![script]);
        let client = networked(&server.endpoint());
        let mut body = client.get_object(&get()).await.unwrap().body;
        assert_eq!(body.chunk().await.unwrap().unwrap(), "hello");
        body.chunk().await.unwrap_err();
        assert_eq!(client.meter().received_bytes(), 5);
    }
}

/// Cases: 44.
#[tokio::test]
async fn bytes_behind_an_answer_belong_to_nothing() {
    let longer = answer(
        "200 OK",
        &[("ETag", "\"AA\""), ("Content-Length", "5")],
        b"hello, world",
    );
    let server = Server::start(vec![vec![Step::Read, longer, Step::Stall]]);
    let client = networked(&server.endpoint());
    for connections in 1..=3 {
        let mut body = client.get_object(&get()).await.unwrap().body;
        assert_eq!(body.chunk().await.unwrap().unwrap(), "hello");
        assert!(body.chunk().await.unwrap().is_none());
        assert_eq!(server.connections(), connections);
    }
    assert_eq!(client.meter().retries(), 0);
}

#[tokio::test]
async fn an_answer_that_is_no_http_is_an_error_of_the_network() {
    for garbage in [
        &b"SSH-2.0-OpenSSH_9.6\r\n\r\n"[..],
        b"\0\0\0\0\0\0\0\0\r\n\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
    ] {
        let server = Server::start(vec![vec![Step::Read, Step::Send(garbage.to_vec())]]);
        let error = networked(&server.endpoint())
            .head_object(&head())
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Network, "{error:?}");
        assert_eq!(server.connections(), REQUESTS);
    }
}

/// Cases: 108.
#[tokio::test]
async fn a_head_without_end_is_cut_off() {
    let endless = format!(
        "HTTP/1.1 200 OK\r\nx-oss-request-id: {}",
        "x".repeat(4 << 20)
    );
    let server = Server::start(vec![vec![
        Step::Read,
        Step::Send(endless.into_bytes()),
        Step::Stall,
    ]]);
    let error = networked(&server.endpoint())
        .head_object(&head())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Network, "{error:?}");
}

/// Cases: 55, 101.
#[tokio::test]
async fn a_redirect_to_another_host_is_not_followed_and_no_credentials_go_there() {
    let elsewhere = Server::start(vec![vec![Step::Read, object(b"")]]);
    let location = format!("{}/bucket/key", elsewhere.endpoint());
    let redirect = answer("307 Temporary Redirect", &[("Location", &location)], b"");
    let server = Server::start(vec![vec![Step::Read, redirect]]);
    let error = networked(&server.endpoint())
        .get_object(&get())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert_eq!((server.connections(), elsewhere.connections()), (1, 0));
}

#[tokio::test]
async fn dropping_a_request_closes_its_connection() {
    let server = Server::start(vec![
        vec![Step::Read, Step::Stall],
        vec![Step::Read, object(b"")],
    ]);
    let client: Arc<Client> = Arc::new(networked(&server.endpoint()));
    let request = head();
    let waiting = client.head_object(&request);
    tokio::time::timeout(Duration::from_millis(30), waiting)
        .await
        .unwrap_err();
    client.put_object(&put(Payload::Empty)).await.unwrap();
    assert_eq!(server.connections(), 2);
}
