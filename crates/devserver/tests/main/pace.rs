use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::Frame;
use http_body_util::BodyExt;
use ossum_devserver::{Service, Settings};
use tokio::time::Instant;

#[tokio::test(start_paused = true)]
async fn every_request_waits_for_the_latency() {
    let settings = Settings {
        latency: Duration::from_millis(20),
        ..Settings::default()
    };
    let service = Service::new(settings).unwrap();
    let started = Instant::now();
    for _ in 0..3 {
        let request = http::Request::get("http://localhost/").body(String::new());
        assert_eq!(service.handle(request.unwrap()).await.status(), 200);
    }
    let took = started.elapsed();
    assert!(
        took >= Duration::from_millis(60) && took < Duration::from_millis(70),
        "{took:?}"
    );
}

/// A body whose sender has fallen asleep.
struct Asleep;

impl http_body::Body for Asleep {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Pending
    }
}

#[tokio::test(start_paused = true)]
async fn a_body_that_stops_coming_is_given_up_after_a_minute() {
    let settings = Settings {
        buckets: vec!["bkt".parse().unwrap()],
        ..Settings::default()
    };
    let service = Service::new(settings).unwrap();
    for len in ["50", "5000000"] {
        let request = http::Request::put("http://localhost/bkt/k").header("content-length", len);
        let started = Instant::now();
        let response = service.handle(request.body(Asleep).unwrap()).await;
        assert_eq!(response.status(), 400);
        assert_eq!(started.elapsed().as_secs(), 60, "{len}");
        let body = response.into_body().collect().await.unwrap().to_bytes();
        assert!(String::from_utf8_lossy(&body).contains("<Code>RequestTimeout</Code>"));
    }
}
