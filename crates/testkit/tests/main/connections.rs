use std::time::Duration;

use ossum_client::op::{GetObject, HeadObject};
use ossum_client::{ErrorKind, RetryPolicy};
use ossum_devserver::Operation;
use ossum_testkit::{InProcessOss, Server, seeded};

fn get() -> GetObject {
    GetObject::new("bkt".parse().unwrap(), "k".parse().unwrap())
}

/// A server that takes an hour for every answer, and a client that never asks twice.
fn slow() -> Server {
    Server::new()
        .with(|settings| settings.latency = Duration::from_hours(1))
        .with_client(|settings| {
            settings.retry = RetryPolicy {
                retries: 0,
                ..RetryPolicy::default()
            };
        })
}

async fn head(oss: &InProcessOss) -> ErrorKind {
    let head = HeadObject::new("bkt".parse().unwrap(), "k".parse().unwrap());
    let found = oss.client().head_object(&head).await;
    found.unwrap_err().kind()
}

#[test]
fn a_cut_connection_loses_the_answer() {
    let oss = slow().with_real_waits().in_process();
    let cut = async { oss.transport().cut() };
    let (lost, ()) = oss.run(async { tokio::join!(head(&oss), cut) });
    assert_eq!(lost, ErrorKind::Network);
}

#[test]
fn an_answer_that_was_cut_off_is_read_on_over_another_connection() {
    let oss = Server::new().in_process();
    let bytes = seeded(1, 3_000_000);
    oss.put("k", bytes.clone());
    let got = oss.run(async {
        let mut reader = oss.client().read_object(get()).await.unwrap();
        let mut got = reader.chunk().await.unwrap().unwrap().to_vec();
        oss.transport().cut();
        while let Some(chunk) = reader.chunk().await.unwrap() {
            got.extend_from_slice(&chunk);
        }
        got
    });
    assert!(got == bytes);
    assert_eq!(oss.requests(Operation::GetObject), 2);
}

#[test]
fn an_answer_that_was_cut_off_says_so() {
    let oss = Server::new().in_process();
    oss.put("k", seeded(1, 3_000_000));
    let broken = oss.run(async {
        let mut body = oss.client().get_object(&get()).await.unwrap().body;
        body.chunk().await.unwrap();
        oss.transport().cut();
        body.chunk().await.unwrap_err()
    });
    let closed = ossum_client::transport::TransportErrorKind::Closed;
    assert_eq!(broken.kind(), closed, "{broken}");
}

#[test]
fn an_answer_that_nobody_reads_to_its_end_holds_nothing_up() {
    let oss = Server::new().in_process();
    let bytes = seeded(1, 3_000_000);
    oss.put("k", bytes.clone());
    oss.run(async {
        let mut body = oss.client().get_object(&get()).await.unwrap().body;
        body.chunk().await.unwrap();
    });
    oss.holds("k", &bytes);
}

#[test]
fn a_server_that_never_answers_runs_into_the_timeout() {
    let oss = slow().in_process();
    assert_eq!(oss.run(head(&oss)), ErrorKind::Timeout);
}
