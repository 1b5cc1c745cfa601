use ossum_client::op::{GetObject, HeadObject};
use ossum_client::transport::TransportErrorKind;
use ossum_client::{ErrorKind, RetryPolicy};
use ossum_devserver::Operation;
use ossum_devserver::faults::{Effect, Moment, Rule, Stall};
use ossum_testkit::{InProcessOss, Server, seeded};

fn object() -> GetObject {
    GetObject::new("bkt".parse().unwrap(), "k".parse().unwrap())
}

/// One whose client never asks twice.
fn without_retries() -> InProcessOss {
    let oss = Server::new().with_client(|settings| {
        settings.retry = RetryPolicy {
            retries: 0,
            ..RetryPolicy::default()
        };
    });
    oss.in_process()
}

#[test]
fn a_request_without_an_answer_is_a_closed_connection() {
    let oss = without_retries();
    for moment in [Moment::BeforeAnswer, Moment::AfterCommit] {
        for effect in [Effect::Reset(moment), Effect::Close(moment)] {
            oss.faults([Rule::any().then(effect)]);
            let head = HeadObject::new("bkt".parse().unwrap(), "k".parse().unwrap());
            let lost = oss.run(oss.client().head_object(&head)).unwrap_err();
            assert_eq!(lost.kind(), ErrorKind::Network);
        }
    }
}

#[test]
fn an_answer_that_breaks_off_is_as_long_as_the_rule_says_and_closed() {
    let oss = without_retries();
    oss.put("k", seeded(1, 1000));
    let reset = Effect::Reset(Moment::AfterResponseBytes(700));
    oss.faults([Rule::on(Operation::GetObject).then(reset)]);
    let (len, broken) = oss.run(async {
        let mut body = oss.client().get_object(&object()).await.unwrap().body;
        let mut len = 0;
        loop {
            match body.chunk().await {
                Ok(chunk) => len += chunk.unwrap().len(),
                Err(broken) => return (len, broken.kind()),
            }
        }
    });
    assert_eq!((len, broken), (700, TransportErrorKind::Closed));
}

#[test]
fn an_answer_that_stops_on_the_way_runs_into_the_timeout() {
    let oss = without_retries();
    oss.put("k", seeded(1, 1000));
    let stall = Effect::Stall(Stall::after_bytes(700));
    oss.faults([Rule::on(Operation::GetObject).then(stall)]);
    let broken = oss.run(async {
        let mut body = oss.client().get_object(&object()).await.unwrap().body;
        while body.chunk().await?.is_some() {}
        Ok::<_, ossum_client::transport::TransportError>(())
    });
    assert_eq!(broken.unwrap_err().kind(), TransportErrorKind::Timeout);
}

#[test]
fn a_length_that_is_not_kept_is_a_closed_connection() {
    let oss = without_retries();
    oss.put("k", seeded(1, 1000));
    let longer = Effect::SetHeader {
        name: http::header::CONTENT_LENGTH,
        value: http::HeaderValue::from_static("1001"),
    };
    oss.faults([Rule::on(Operation::GetObject).then(longer)]);
    let broken = oss.run(async {
        let mut body = oss.client().get_object(&object()).await.unwrap().body;
        while body.chunk().await?.is_some() {}
        Ok::<_, ossum_client::transport::TransportError>(())
    });
    assert_eq!(broken.unwrap_err().kind(), TransportErrorKind::Closed);
}

#[test]
fn bytes_behind_an_answer_are_not_part_of_it() {
    let oss = Server::new().in_process();
    let bytes = seeded(1, 1000);
    oss.put("k", bytes.clone());
    oss.faults([Rule::on(Operation::GetObject).then(Effect::Extend(50))]);
    oss.holds("k", bytes);
}
