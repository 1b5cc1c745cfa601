use std::time::{Duration, Instant};

use ossum_client::ErrorKind;
use ossum_client::op::HeadObject;
use ossum_testkit::Server;

#[test]
fn a_thousand_slow_requests_cost_no_time() {
    let oss = Server::new()
        .with(|settings| settings.latency = Duration::from_secs(10))
        .in_process();
    oss.put("k", "bytes");
    let began = Instant::now();
    oss.run(async {
        let head = HeadObject::new("bkt".parse().unwrap(), "k".parse().unwrap());
        for _ in 0..1000 {
            oss.client().head_object(&head).await.unwrap();
        }
    });
    assert!(began.elapsed() < Duration::from_mins(1));
}

#[test]
fn a_minute_of_retries_costs_no_time() {
    // Longer than the client waits for any answer.
    let oss = Server::new()
        .with(|settings| settings.latency = Duration::from_secs(31))
        .in_process();
    let began = Instant::now();
    let error = oss.run(async {
        let head = HeadObject::new("bkt".parse().unwrap(), "k".parse().unwrap());
        oss.client().head_object(&head).await.unwrap_err()
    });
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Timeout, 9));
    assert!(began.elapsed() < Duration::from_mins(1));
}
