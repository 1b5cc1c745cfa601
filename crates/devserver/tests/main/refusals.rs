use bytes::Bytes;
use http::Request;
use http_body_util::Full;

use crate::object::md5_of;
use crate::oss::Oss;

#[test]
fn what_is_not_there_is_404() {
    let oss = Oss::open();
    oss.get("/none").refused(404, "NoSuchBucket");
    oss.get("/none/k").refused(404, "NoSuchBucket");
    oss.put("/none/k", b"x").refused(404, "NoSuchBucket");
    let reply = oss.get("/bkt/none").refused(404, "NoSuchKey");
    assert_eq!(reply.element("Key").as_deref(), Some("none"));
}

#[test]
fn what_this_server_cannot_do_is_501_and_nothing_else() {
    let oss = Oss::open();
    oss.put("/bkt/k", b"x").ok();
    for what in [
        "DELETE /bkt?acl",
        "PUT /bkt?lifecycle",
        "PUT /bkt?tagging",
        "DELETE /bkt?tagging",
        "DELETE /bkt/k?symlink",
        "PUT /bkt/k?restore",
        "PUT /bkt/k?versioning",
        "GET /bkt/k?x-oss-process=image%2Fresize",
    ] {
        oss.ask(what, &[], b"").refused(501, "NotImplemented");
    }
    for wish in [
        ("x-oss-server-side-encryption-customer-algorithm", "AES256"),
        ("transfer-encoding", "gzip, chunked"),
    ] {
        oss.ask("PUT /bkt/new", &[wish], b"")
            .refused(501, "NotImplemented");
    }
    oss.put("/bkt/new?callback=e30=&acl", b"")
        .refused(501, "NotImplemented");
    oss.get("/bkt/new").refused(404, "NoSuchKey");
}

#[test]
fn other_methods_are_405() {
    let oss = Oss::open();
    for what in [
        "PUT /bkt/k?partNumber=1",
        "PUT /bkt/k?uploads",
        "DELETE /bkt/k?uploads",
        "HEAD /bkt/k?uploadId=a",
        "GET /bkt/k?partNumber=1",
        "DELETE /bkt?uploads",
        "PUT /bkt?delete",
    ] {
        let reply = oss.ask(what, &[], b"");
        assert_eq!(reply.status, 405, "{what}");
    }
    oss.get("/bkt").ok();
    for what in [
        "BREW /bkt/k",
        "PATCH /bkt/k",
        "POST /bkt/k",
        "POST /bkt",
        "DELETE /",
        "PUT /",
    ] {
        oss.ask(what, &[], b"").refused(405, "MethodNotAllowed");
    }
}

#[test]
fn names_are_checked() {
    let oss = Oss::open();
    oss.put("/Bad_Name/k", b"x")
        .refused(400, "InvalidBucketName");
    for key in ["%2Fk", "%5Ck", "%FF", &"k".repeat(1024)] {
        oss.put(&format!("/bkt/{key}"), b"x")
            .refused(400, "InvalidObjectName");
    }
}

#[test]
fn a_digest_that_does_not_match_leaves_no_object() {
    let oss = Oss::open();
    for digest in ["x", "AAAA", "", &md5_of(b"other")] {
        let headers = [("content-md5", digest)];
        oss.ask("PUT /bkt/k", &headers, b"x")
            .refused(400, "InvalidDigest");
    }
    oss.get("/bkt/k").refused(404, "NoSuchKey");
    let right = md5_of(b"x");
    oss.ask("PUT /bkt/k", &[("content-md5", &right)], b"x").ok();
}

#[test]
fn a_body_needs_a_length_and_no_more_than_5_gib() {
    let oss = Oss::open();
    let put = |length: Option<&str>| {
        let mut request = Request::put("http://localhost/bkt/k");
        if let Some(length) = length {
            request = request.header("content-length", length);
        }
        oss.send(request.body(Full::new(Bytes::from_static(b"abc"))).unwrap())
    };
    put(None).refused(411, "MissingContentLength");
    let reply = put(Some("5368709121")).refused(400, "EntityTooLarge");
    assert_eq!(
        reply.element("MaxSizeAllowed").as_deref(),
        Some("5368709120")
    );
    put(Some("many")).refused(400, "InvalidArgument");
    for wrong in ["2", "4"] {
        put(Some(wrong)).refused(400, "BadRequest");
    }
    oss.get("/bkt/k").refused(404, "NoSuchKey");
    put(Some("3")).ok();
}

#[test]
fn an_object_that_is_there_may_be_protected() {
    let oss = Oss::open();
    let forbid = [("x-oss-forbid-overwrite", "true")];
    oss.ask("PUT /bkt/k", &forbid, b"old").ok();
    let upload = oss.initiate();
    for what in ["PUT /bkt/k", "POST /bkt/k?uploads"] {
        oss.ask(what, &forbid, b"new")
            .refused(409, "FileAlreadyExists");
    }
    oss.part(&upload, 1, b"new");
    let complete = format!("POST /bkt/k?uploadId={upload}");
    let all = ("x-oss-complete-all", "yes");
    oss.ask(&complete, &[forbid[0], all], b"")
        .refused(409, "FileAlreadyExists");
    assert_eq!(oss.get("/bkt/k").text(), "old");
    oss.ask(&complete, &[all], b"").ok();
    assert_eq!(oss.get("/bkt/k").text(), "new");
}

#[test]
fn metadata_is_checked() {
    let oss = Oss::open();
    let long = "x".repeat(8 * 1024);
    let tags = "a=1&b=2&c=3&d=4&e=5&f=6&g=7&h=8&i=9&j=10&k=11";
    for (name, value, code) in [
        ("x-oss-storage-class", "Cold", "InvalidArgument"),
        ("x-oss-object-acl", "mine", "InvalidArgument"),
        (
            "x-oss-server-side-encryption",
            "rot13",
            "InvalidEncryptionAlgorithmError",
        ),
        ("x-oss-meta-a", &long, "InvalidArgument"),
        ("x-oss-tagging", tags, "InvalidTag"),
    ] {
        oss.ask("PUT /bkt/k", &[(name, value)], b"")
            .refused(400, code);
        oss.ask("POST /bkt/k?uploads", &[(name, value)], b"")
            .refused(400, code);
    }
    oss.ask("PUT /bkt/k", &[("x-oss-tagging", "a=1&b=2")], b"")
        .ok();
    let reply = oss.ask("HEAD /bkt/k", &[], b"");
    assert_eq!(reply.header("x-oss-tagging-count").as_deref(), Some("2"));
}

#[test]
fn an_archived_object_is_not_read() {
    let oss = Oss::open();
    for class in ["Archive", "ColdArchive", "DeepColdArchive"] {
        let headers = [("x-oss-storage-class", class)];
        oss.ask("PUT /bkt/k", &headers, b"x").ok();
        oss.get("/bkt/k").refused(403, "InvalidObjectState");
        let head = oss.ask("HEAD /bkt/k", &[], b"").ok();
        assert_eq!(head.header("x-oss-storage-class").as_deref(), Some(class));
    }
}

#[test]
fn headers_that_can_be_read_in_two_ways_or_none_are_refused() {
    let oss = Oss::open();
    let ask = |name: &str, values: [&[u8]; 2]| {
        let mut request = Request::put("http://localhost/bkt/k").header("content-length", "0");
        for value in values.iter().filter(|value| !value.is_empty()) {
            request = request.header(name, *value);
        }
        oss.send(request.body(Full::new(Bytes::new())).unwrap())
    };
    for name in [
        "authorization",
        "content-md5",
        "content-type",
        "date",
        "host",
        "range",
    ] {
        ask(name, [b"a", b"b"]).refused(400, "InvalidArgument");
    }
    for name in ["x-oss-forbid-overwrite", "content-md5", "host"] {
        ask(name, [b"\xff", b""]).refused(400, "InvalidArgument");
    }
    oss.get("/bkt/k").refused(404, "NoSuchKey");
    ask("x-oss-meta-a", [b"1", b"2"]).ok();
    let head = oss.ask("HEAD /bkt/k", &[], b"").ok();
    assert_eq!(head.header("x-oss-meta-a").as_deref(), Some("1,2"));
}

#[test]
fn a_query_that_is_not_utf8_is_refused() {
    Oss::open()
        .get("/bkt?prefix=%FF")
        .refused(400, "InvalidArgument");
}
