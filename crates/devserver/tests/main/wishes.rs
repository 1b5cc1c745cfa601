use std::time::{Duration, Instant};

use crate::oss::{Oss, in_each_store, varied};

const LIMIT: &str = "x-oss-traffic-limit";

#[test]
fn whoever_pays_is_told() {
    in_each_store(|oss| {
        let payer = [("x-oss-request-payer", "requester")];
        for what in ["PUT /bkt/k", "GET /bkt/k", "HEAD /bkt/k", "GET /bkt"] {
            let reply = oss.ask(what, &payer, b"").ok();
            let charged = reply.header("x-oss-request-charged");
            assert_eq!(charged.as_deref(), Some("requester"), "{what}");
        }
        assert_eq!(oss.get("/bkt/k").header("x-oss-request-charged"), None);
        let me = [("x-oss-request-payer", "me")];
        oss.ask("GET /bkt/k", &me, b"")
            .refused(400, "InvalidArgument");
    });
}

#[test]
fn a_download_is_as_slow_as_it_wishes_to_be() {
    in_each_store(|oss| {
        // At 8 Mbit/s these bytes take 200 ms, less the step that passes at once.
        let bytes = varied(200_000);
        oss.put("/bkt/k", &bytes).ok();
        for (what, headers) in [
            ("GET /bkt/k", &[(LIMIT, "8000000")][..]),
            ("GET /bkt/k?x-oss-traffic-limit=8000000", &[]),
        ] {
            let started = Instant::now();
            let reply = oss.ask(what, headers, b"").ok();
            assert!(started.elapsed() >= Duration::from_millis(140), "{what}");
            assert!(reply.body == bytes);
            assert_eq!(reply.header("content-length").as_deref(), Some("200000"));
        }
    });
}

#[test]
fn a_limit_out_of_bounds_is_refused_where_it_would_matter() {
    let oss = Oss::open();
    for limit in ["819199", "838860801", "0", "-1", "fast", ""] {
        for what in ["PUT /bkt/k", "GET /bkt/k", "POST /bkt/k?append&position=0"] {
            oss.ask(what, &[(LIMIT, limit)], b"")
                .refused(400, "InvalidArgument");
        }
        let target = format!("/bkt/k?{LIMIT}={limit}");
        oss.put(&target, b"").refused(400, "InvalidArgument");
    }
    oss.ask("PUT /bkt/k", &[(LIMIT, "819200")], b"x").ok();
    oss.ask("HEAD /bkt/k", &[(LIMIT, "fast")], b"").ok();
}
