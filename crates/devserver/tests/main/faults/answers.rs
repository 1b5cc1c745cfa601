use ossum_devserver::{NoAnswer, Service, Settings};

use super::{Faulty, on_get, on_put, request};

#[test]
fn an_answer_has_the_status_the_code_and_the_headers_of_its_rule() {
    let rule = on_get(
        "{ answer = { status = 503, code = 'SlowDown', message = 'less', retry_after = 7, \
         qos_delay = '250ms', headers = { X-Odd = 'yes' } } }",
    );
    let seen = Faulty::new(&rule).get();
    assert_eq!(
        (seen.status, seen.element("Code")),
        (503, Some("SlowDown".into()))
    );
    assert_eq!(seen.element("Message"), Some("less".into()));
    assert_eq!(
        seen.element("RequestId").as_deref(),
        seen.header("x-oss-request-id")
    );
    assert_eq!(seen.header("retry-after"), Some("7"));
    assert_eq!(seen.header("x-oss-qos-delay-time"), Some("250"));
    assert_eq!(seen.header("x-odd"), Some("yes"));
}

#[test]
fn an_answer_says_where_the_bucket_really_is() {
    let rule = on_get(
        "{ answer = { status = 403, code = 'AccessDenied', \
         details = { Endpoint = 'oss-cn-beijing.aliyuncs.com' } } }",
    );
    let seen = Faulty::new(&rule).get();
    let endpoint = seen.element("Endpoint");
    assert_eq!(endpoint.as_deref(), Some("oss-cn-beijing.aliyuncs.com"));
}

#[test]
fn an_answer_to_head_carries_its_code_in_a_header() {
    let rule = "[[rule]]\nthen = { answer = { status = 403, code = 'AccessDenied' } }\n";
    let seen = Faulty::new(rule).ask("HEAD /bkt/k", &[], b"").unwrap();
    assert_eq!((seen.status, seen.body.len()), (403, 0));
    assert!(seen.header("x-oss-err").is_some());
}

#[test]
fn an_answer_takes_the_place_of_the_operation() {
    let oss = Faulty::new(&on_put("{ answer = { status = 500 } }"));
    assert_eq!(oss.ask("PUT /bkt/new", &[], b"x").unwrap().status, 500);
    oss.service
        .set_faults(ossum_devserver::faults::Rules::new());
    assert_eq!(oss.ask("GET /bkt/new", &[], b"").unwrap().status, 404);
}

#[test]
fn an_answer_after_the_operation_leaves_it_done() {
    let oss = Faulty::new(&on_put("{ answer = { status = 500, carried_out = true } }"));
    assert_eq!(oss.ask("PUT /bkt/k", &[], b"new").unwrap().status, 500);
    assert_eq!(oss.stored().body, b"new");
}

#[test]
fn success_can_be_an_error_document_as_of_a_failed_completion() {
    let rule = "[[rule]]\noperation = 'CompleteMultipartUpload'\n\
                then = { answer = { status = 200, code = 'InternalError' } }\n";
    let seen = Faulty::new(rule)
        .ask("POST /bkt/k?uploadId=1", &[], b"")
        .unwrap();
    assert_eq!(
        (seen.status, seen.element("Code")),
        (200, Some("InternalError".into()))
    );
}

#[test]
fn a_failed_callback_is_a_203_of_an_object_that_is_stored() {
    let rule = on_put("{ answer = { status = 203, code = 'CallbackFailed', carried_out = true } }");
    let oss = Faulty::new(&rule);
    assert_eq!(oss.ask("PUT /bkt/k", &[], b"new").unwrap().status, 203);
    assert_eq!(oss.stored().body, b"new");
}

#[test]
fn a_portal_answers_with_a_page_and_no_header_of_oss() {
    let seen = Faulty::new(&on_get("'html_page'")).get();
    assert_eq!(
        (seen.status, seen.header("content-type")),
        (200, Some("text/html; charset=utf-8"))
    );
    assert!(seen.text().starts_with("<!DOCTYPE html>"));
    assert!(seen.header("x-oss-request-id").is_none() && seen.header("server").is_none());
}

#[test]
fn a_redirect_leads_to_the_same_path_elsewhere_or_in_circles() {
    let there = Faulty::new(&on_get("{ redirect = { to = 'http://127.0.0.2:1/' } }"));
    let seen = there
        .ask("GET /bkt/k?response-expires=1", &[], b"")
        .unwrap();
    assert_eq!(seen.status, 307);
    assert_eq!(
        seen.header("location"),
        Some("http://127.0.0.2:1/bkt/k?response-expires=1")
    );
    let here = Faulty::new(&on_get("{ redirect = { status = 301 } }")).get();
    assert_eq!(
        (here.status, here.header("location")),
        (301, Some("/bkt/k"))
    );
}

#[test]
fn a_token_expires() {
    let seen = Faulty::new(&on_get("'expire_token'")).get();
    assert_eq!(
        (seen.status, seen.element("Code")),
        (403, Some("SecurityTokenExpired".into()))
    );
}

#[test]
fn no_answer_before_the_operation_leaves_it_undone() {
    for (how, expected) in [("reset", NoAnswer::Reset), ("close", NoAnswer::Closed)] {
        let oss = Faulty::new(&on_put(&format!("{{ {how} = 'before_answer' }}")));
        assert_eq!(oss.ask("PUT /bkt/k", &[], b"new").unwrap_err(), expected);
        assert_ne!(oss.stored().body, b"new");
    }
}

#[test]
fn an_answer_lost_after_commit_leaves_the_object() {
    for (how, expected) in [("reset", NoAnswer::Reset), ("close", NoAnswer::Closed)] {
        let oss = Faulty::new(&on_put(&format!("{{ {how} = 'after_commit' }}")));
        assert_eq!(oss.ask("PUT /bkt/k", &[], b"new").unwrap_err(), expected);
        assert_eq!(oss.stored().body, b"new");
    }
}

#[test]
fn a_request_that_breaks_off_leaves_nothing() {
    for (how, expected) in [("reset", NoAnswer::Reset), ("close", NoAnswer::Closed)] {
        let rule = on_put(&format!("{{ {how} = {{ after_request_bytes = 10 }} }}"));
        let oss = Faulty::new(&rule);
        assert_eq!(oss.ask("PUT /bkt/k", &[], &[0; 100]).unwrap_err(), expected);
        assert_eq!(oss.ask("PUT /bkt/j", &[], &[0; 9]).unwrap().status, 200);
        assert_ne!(oss.stored().body, [0; 100]);
    }
}

#[tokio::test]
async fn where_an_answer_is_a_must_none_is_a_502_that_says_so() {
    let settings = Settings {
        faults: "[[rule]]\nthen = { reset = 'before_answer' }\n"
            .parse()
            .unwrap(),
        ..Settings::default()
    };
    let service = Service::new(settings).unwrap();
    let response = service.handle(request("GET /", &[], b"")).await;
    assert_eq!(response.status(), 502);
    assert_eq!(response.extensions().get(), Some(&NoAnswer::Reset));
}
