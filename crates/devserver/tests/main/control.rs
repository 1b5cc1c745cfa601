//! The control path, asked within this process.

use std::num::NonZeroUsize;

use http::Request;
use http_body_util::Full;
use ossum_devserver::Settings;
use serde_json::{Value, json};

use crate::faults::Faulty;

impl Faulty {
    fn statistics(&self) -> Value {
        let seen = self.ask("GET /-/ossum/stats", &[], b"").unwrap();
        assert_eq!(seen.header("content-type"), Some("application/json"));
        serde_json::from_slice(&seen.body).unwrap()
    }

    fn timeline(&self) -> Vec<Value> {
        let seen = self.ask("GET /-/ossum/timeline", &[], b"").unwrap();
        let line = |line| serde_json::from_str(line).unwrap();
        seen.text().lines().map(line).collect()
    }

    fn control(&self, what: &str, body: &str) -> (u16, String) {
        let seen = self.ask(what, &[], body.as_bytes()).unwrap();
        (seen.status, seen.text().to_owned())
    }
}

#[test]
fn requests_and_bytes_are_counted_by_operation() {
    let oss = Faulty::new("");
    oss.get();
    oss.ask("GET /bkt/none", &[], b"").unwrap();
    oss.ask("GET /bkt/k", &[("range", "bytes=0-9")], b"")
        .unwrap();
    let stats = oss.statistics();
    let missing = stats["operations"]["GetObject"]["bytes_out"]
        .as_u64()
        .unwrap()
        - 1010;
    let expected =
        json!({ "requests": 3, "errors": 1, "bytes_in": 0, "bytes_out": 1010 + missing });
    assert_eq!(stats["operations"]["GetObject"], expected);
    let put = json!({ "requests": 1, "errors": 0, "bytes_in": 1000, "bytes_out": 0 });
    assert_eq!(stats["operations"]["PutObject"], put);
    assert_eq!(
        (&stats["requests"], &stats["errors"]),
        (&json!(4), &json!(1))
    );
    // The control path does not count itself.
    assert_eq!(oss.statistics()["requests"], 4);
    assert_eq!(stats["in_flight"], 0);
}

#[test]
fn rules_tell_how_often_they_took_effect() {
    let rules = "[[rule]]\nname = 'third'\noperation = 'GetObject'\nnth = 3\nthen = 'gzip'\n\
                 [[rule]]\noperation = 'HeadObject'\nthen = 'gzip'\n";
    let oss = Faulty::new(rules);
    (0..4).for_each(|_| drop(oss.get()));
    let expected = json!([
        { "rule": "third", "effect": "gzip", "matched": 4, "fired": 1 },
        { "rule": "rule 2", "effect": "gzip", "matched": 0, "fired": 0 },
    ]);
    assert_eq!(oss.statistics()["rules"], expected);
}

#[test]
fn the_timeline_has_a_line_for_each_request_in_the_order_of_their_ends() {
    let rules = "[[rule]]\nname = 'lost'\noperation = 'UploadPart'\npart = 2\n\
                 then = { reset = { after_request_bytes = 3 } }\n";
    let settings = Settings {
        clock: crate::oss::clock_at(1_700_000_000),
        ..Settings::default()
    };
    let oss = Faulty::with(settings, "");
    oss.control("DELETE /-/ossum/timeline", "");
    oss.service.set_faults(rules.parse().unwrap());
    let range = [("range", "bytes=0-9")];
    let seen = oss.ask("GET /bkt/k", &range, b"").unwrap();
    let part = "PUT /bkt/big?uploadId=1&partNumber=2";
    oss.ask(part, &[], b"12345").unwrap_err();
    let mut lines = oss.timeline();
    for line in &mut lines {
        assert!(
            line.as_object_mut()
                .unwrap()
                .remove("duration_ms")
                .is_some()
        );
    }
    let read = json!({
        "time": "2023-11-14T22:13:20Z", "request_id": seen.header("x-oss-request-id"),
        "connection": null, "operation": "GetObject", "bucket": "bkt", "key": "k", "part": null,
        "status": 206, "bytes_in": 0, "bytes_out": 10, "rules": [],
    });
    assert_eq!(lines[0], read);
    let lost = &lines[1];
    assert_eq!(
        (&lost["operation"], &lost["part"]),
        (&json!("UploadPart"), &json!(2))
    );
    assert_eq!(
        (&lost["status"], &lost["rules"]),
        (&json!(null), &json!(["lost"]))
    );
    assert_eq!(lines.len(), 2);
}

#[test]
fn the_timeline_forgets_the_oldest() {
    let oss = Faulty::new("");
    (0..4200).for_each(|_| drop(oss.ask("HEAD /bkt/k", &[], b"")));
    assert_eq!(oss.timeline().len(), 4096);
    assert_eq!(oss.statistics()["requests"], 4201);
}

#[test]
fn rules_are_set_and_removed_at_run_time() {
    let oss = Faulty::new("");
    let rule = "[[rule]]\nthen = { answer = { status = 418 } }\n";
    assert_eq!(
        oss.control("POST /-/ossum/faults", rule),
        (204, String::new())
    );
    assert_eq!(oss.get().status, 418);
    assert_eq!(oss.control("DELETE /-/ossum/faults", "").0, 204);
    assert_eq!(oss.get().status, 200);
}

#[test]
fn bad_rules_are_refused_and_the_old_ones_stay() {
    let oss = Faulty::new("[[rule]]\nthen = { answer = { status = 418 } }\n");
    let (status, text) = oss.control("POST /-/ossum/faults", "[[rule]]\nthen = 'explode'\n");
    assert_eq!(status, 400);
    let text: Value = serde_json::from_str(&text).unwrap();
    let why = text["error"].as_str().unwrap();
    assert!(why.starts_with("rule 1 (line 2): "), "{why}");
    assert_eq!(oss.get().status, 418);
    let long = "#".repeat(2 * 1024 * 1024);
    assert_eq!(oss.control("POST /-/ossum/faults", &long).0, 400);
}

#[test]
fn counters_begin_anew_when_they_are_asked_to() {
    let oss = Faulty::new("");
    oss.get();
    assert_eq!(oss.control("DELETE /-/ossum/stats", "").0, 204);
    assert_eq!(
        (&oss.statistics()["requests"], oss.timeline().len()),
        (&json!(0), 0)
    );
}

#[test]
fn what_is_not_there_is_told() {
    let oss = Faulty::new("");
    assert_eq!(oss.control("GET /-/ossum/", "").0, 404);
    assert_eq!(oss.control("GET /-/ossum/faults", "").0, 405);
    assert_eq!(oss.control("POST /-/ossum/stats", "").0, 405);
}

#[test]
fn a_web_page_is_not_let_in() {
    let oss = Faulty::new("");
    let origin = [("origin", "http://example.com")];
    let seen = oss.ask("DELETE /-/ossum/faults", &origin, b"").unwrap();
    assert_eq!(seen.status, 403);
}

#[tokio::test]
async fn an_object_with_such_a_key_is_an_object() {
    let settings = Settings {
        buckets: vec!["bkt".parse().unwrap()],
        ..Settings::default()
    };
    let service = ossum_devserver::Service::new(settings).unwrap();
    let request = Request::put("http://bkt.localhost/-/ossum/stats")
        .header("host", "bkt.localhost")
        .header("content-length", 1);
    let response = service.handle(request.body(Full::from("x")).unwrap()).await;
    assert_eq!(response.status(), 200);
    assert!(response.headers().contains_key("etag"));
}

#[tokio::test(start_paused = true)]
async fn more_requests_at_once_than_allowed_are_turned_away() {
    let settings = Settings {
        requests_in_flight: NonZeroUsize::new(2),
        latency: std::time::Duration::from_secs(1),
        ..Settings::default()
    };
    let service = ossum_devserver::Service::new(settings).unwrap();
    let ask = || async {
        let request = crate::faults::request("GET /", &[], b"");
        service.handle(request).await.status().as_u16()
    };
    let (a, b, c) = tokio::join!(ask(), ask(), ask());
    assert_eq!([a, b, c], [200, 200, 503]);
    assert_eq!(ask().await, 200);
}
