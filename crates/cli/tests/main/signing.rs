use std::time::{Duration, SystemTime};

use ossum_devserver::{Access, SecurityToken};
use ossum_testkit::{LocalOss, MovableClock};

use crate::desk::{Desk, fails};
use crate::raw_http::use_url;

/// What stands on standard output: a URL and nothing else.
#[track_caller]
fn url(desk: &Desk, words: &str) -> String {
    let signed = desk.run(words);
    signed.exit(0);
    let (url, nothing) = signed.stdout().split_once('\n').unwrap();
    assert!(url.starts_with("http://") && nothing.is_empty(), "{signed}");
    url.to_owned()
}

#[test]
fn anyone_who_has_the_url_can_download() {
    let desk = Desk::new();
    desk.put("oss://bkt/d/k+é%", b"the bytes");
    for words in [
        vec!["sign", "oss://bkt/d/k+é%"],
        vec!["presign", "oss://bkt/d/k+é%", "--sign-version", "v1"],
    ] {
        let signed = desk.ossum.run(words);
        let url = signed.exit(0).stdout().trim_end();
        assert_eq!(use_url(url, "GET", &[], b""), (200, b"the bytes".to_vec()));
        assert_eq!(use_url(url, "PUT", &[], b"other").0, 403);
        assert_eq!(signed.stderr(), "");
    }
}

#[test]
fn a_url_for_another_method_allows_that_method() {
    let desk = Desk::new();
    let put = url(&desk, "sign oss://bkt/k --method put");
    assert_eq!(use_url(&put, "PUT", &[], b"put").0, 200);
    let head = url(&desk, "sign oss://bkt/k --method HEAD");
    assert_eq!(use_url(&head, "HEAD", &[], b"").0, 200);
    assert_eq!(use_url(&head, "GET", &[], b"").0, 403);
    let delete = url(&desk, "sign oss://bkt/k --method DELETE");
    assert_eq!(use_url(&delete, "DELETE", &[], b"").0, 204);
    desk.run("stat oss://bkt/k").exit(3);
}

#[test]
fn headers_that_have_to_be_sent_are_told_beside_the_url() {
    let desk = Desk::new();
    let words = "sign oss://bkt/k --method PUT --content-type text/csv";
    desk.run(words).exit(0).says("content-type: text/csv");
    let signed = desk.run(&format!("{words} --json")).exit(0).last_json();
    assert_eq!(
        (&signed["event"], &signed["method"]),
        (&"url".into(), &"PUT".into())
    );
    assert_eq!(signed["headers"]["content-type"], "text/csv");
    assert!(signed["expires_at"].as_str().unwrap().ends_with('Z'));
    let url = signed["url"].as_str().unwrap();
    assert_eq!(use_url(url, "PUT", &[], b"a,b").0, 403);
    let sent = use_url(url, "PUT", &["Content-Type: text/csv"], b"a,b");
    assert_eq!(sent.0, 200);
    desk.run("stat oss://bkt/k").prints("text/csv");
}

#[test]
fn the_answer_can_be_given_other_headers() {
    let desk = Desk::new();
    desk.put("oss://bkt/k", b"x");
    let url = url(
        &desk,
        "sign oss://bkt/k --response-content-type text/x-y --response-content-disposition attachment",
    );
    assert!(url.contains("response-content-type=text%2Fx-y"), "{url}");
    assert_eq!(use_url(&url, "GET", &[], b"").0, 200);
}

#[test]
fn a_url_that_has_expired_is_refused() {
    let clock = MovableClock::at(SystemTime::now());
    let servers = clock.for_server();
    let desk = Desk::at(LocalOss::start_with(|settings| settings.clock = servers));
    desk.put("oss://bkt/k", b"x");
    let url = url(&desk, "sign oss://bkt/k --expires 1h");
    assert_eq!(use_url(&url, "GET", &[], b"").0, 200);
    clock.advance(Duration::from_mins(61));
    assert_eq!(use_url(&url, "GET", &[], b"").0, 403);
}

#[test]
fn one_version_can_be_signed() {
    let desk = Desk::new();
    let url = url(&desk, "sign oss://bkt/k --version-id CAEQARiBgMD");
    assert!(url.contains("versionId=CAEQARiBgMD"), "{url}");
}

#[test]
fn temporary_credentials_that_may_end_sooner_are_warned_of() {
    let token = SecurityToken {
        text: "TheTokenOfTheSession".to_owned(),
        expires: Some(SystemTime::now() + Duration::from_hours(1)),
    };
    let oss = LocalOss::start_with(|settings| {
        settings.access = Access::Keys(vec![LocalOss::access_key(Some(token.clone()))]);
    });
    let mut desk = Desk::at(oss);
    desk.ossum = desk.ossum.env("OSS_SESSION_TOKEN", &token.text);
    desk.put("oss://bkt/k", b"x");
    desk.run("sign oss://bkt/k")
        .exit(0)
        .says("warning: the URL ends with");
    let url = url(&desk, "sign oss://bkt/k -q");
    assert_eq!(use_url(&url, "GET", &[], b"").0, 200);
}

#[test]
fn what_cannot_be_signed_says_why() {
    let desk = Desk::new();
    for (words, names) in [
        ("sign oss://bkt/k --anonymous", "anonymous"),
        ("sign oss://bkt/k --expires 8d", "7 days"),
        ("sign oss://bkt/k --expires 0", "at once"),
        ("sign oss://bkt/k --content-type a/b", "--content-type"),
        (
            "sign oss://bkt/k --method PUT --response-content-type a/b",
            "--response-content-type",
        ),
        (
            "sign oss://bkt/k --method PUT --version-id x",
            "--version-id",
        ),
    ] {
        fails(&desk.ossum, words, 2, "usage", names);
    }
    desk.run("sign oss://bkt/k --expires 8d --sign-version v1")
        .exit(0);
    desk.run("sign oss://bkt").exit(2);
}
