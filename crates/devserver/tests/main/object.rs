use ossum_devserver::{ETagForm, Settings};

use crate::oss::{Oss, clock_at, varied};

#[test]
fn what_is_put_is_given_back_with_what_was_said_of_it() {
    let oss = Oss::open();
    let said = [
        ("content-type", "text/plain"),
        ("cache-control", "no-cache"),
        ("content-disposition", "attachment"),
        ("content-encoding", "identity"),
        ("expires", "Wed, 01 Jan 2025 00:00:00 GMT"),
        ("x-oss-meta-author", "alice é"),
        ("x-oss-storage-class", "IA"),
        ("x-oss-server-side-encryption", "AES256"),
    ];
    let put = oss.ask("PUT /bkt/k", &said, b"123456789").ok();
    let etag = "\"25F9E794323B453885F5181F1B624D0B\"";
    assert_eq!(put.header("etag").as_deref(), Some(etag));
    assert_eq!(
        put.header("content-md5").as_deref(),
        Some("JfnnlDI7RTiF9RgfG2JNCw==")
    );
    let crc64 = Some("11051210869376104954".to_owned());
    assert_eq!(put.header("x-oss-hash-crc64ecma"), crc64);
    for (what, body) in [("GET /bkt/k", "123456789"), ("HEAD /bkt/k", "")] {
        let reply = oss.ask(what, &[], b"").ok();
        assert_eq!(reply.text(), body);
        for (name, value) in said {
            assert_eq!(reply.header(name).as_deref(), Some(value), "{what}");
        }
        assert_eq!(reply.header("etag").as_deref(), Some(etag));
        assert_eq!(reply.header("x-oss-hash-crc64ecma"), crc64);
        assert_eq!(reply.header("content-length").as_deref(), Some("9"));
        assert_eq!(reply.header("x-oss-object-type").as_deref(), Some("Normal"));
        assert!(reply.header("last-modified").is_some());
    }
}

#[test]
fn every_answer_says_who_gave_it() {
    let oss = Oss::open();
    for what in [
        "GET /",
        "GET /bkt/none",
        "HEAD /bkt/none",
        "PUT /bkt/k",
        "BREW /bkt",
    ] {
        let reply = oss.ask(what, &[], b"");
        let id = reply.header("x-oss-request-id").unwrap();
        assert!(
            id.len() == 24 && id.bytes().all(|b| b.is_ascii_hexdigit()),
            "{id}"
        );
        assert_eq!(reply.header("server").as_deref(), Some("AliyunOSS"));
        assert!(reply.header("date").is_some() && reply.header("x-oss-server-time").is_some());
        if reply.status.as_u16() >= 400 && !what.starts_with("HEAD") {
            assert_eq!(reply.element("RequestId"), Some(id));
            assert_eq!(reply.element("HostId").as_deref(), Some("localhost"));
            assert_eq!(reply.element("EC"), reply.header("x-oss-ec"));
        }
    }
}

#[test]
fn an_error_of_head_travels_in_a_header() {
    use base64::Engine;
    let reply = Oss::open().ask("HEAD /bkt/none", &[], b"");
    assert_eq!(reply.status, 404);
    assert!(reply.body.is_empty());
    let encoded = reply.header("x-oss-err").unwrap();
    let document = base64::engine::general_purpose::STANDARD
        .decode(encoded)
        .unwrap();
    assert!(
        String::from_utf8(document)
            .unwrap()
            .contains("<Code>NoSuchKey</Code>")
    );
    assert_eq!(reply.header("x-oss-ec").as_deref(), Some("0026-00000001"));
}

#[test]
fn etags_are_opaque_and_differ_where_that_is_asked_for() {
    let oss = Oss::new(Settings {
        etags: ETagForm::Opaque,
        ..Settings::default()
    });
    let first = oss.put("/bkt/k", b"same").ok();
    let second = oss.put("/bkt/k", b"same").ok();
    assert_ne!(first.header("etag"), second.header("etag"));
    assert_eq!(first.header("content-md5"), None);
}

#[test]
fn awkward_keys_come_back_as_they_were() {
    let oss = Oss::open();
    let long = "k".repeat(1023);
    for (n, path) in [
        "a%20b+c",
        "a//b/../c",
        "%E4%B8%AD%F0%9F%8E%89",
        "~!*'()",
        "%01",
        &long,
    ]
    .into_iter()
    .enumerate()
    {
        let body = n.to_string();
        oss.put(&format!("/bkt/{path}"), body.as_bytes()).ok();
        assert_eq!(oss.get(&format!("/bkt/{path}")).ok().text(), body, "{path}");
    }
    let keys = oss
        .get("/bkt?list-type=2&encoding-type=url")
        .ok()
        .elements("Key");
    assert_eq!(keys.len(), 6);
    assert!(keys.contains(&"a%20b%2Bc".to_owned()), "{keys:?}");
}

#[test]
fn ranges_of_objects_in_pieces_are_exact() {
    let oss = Oss::open();
    let bytes = varied(5_000_000);
    oss.put("/bkt/k", &bytes).ok();
    let standard = ("x-oss-range-behavior", "standard");
    for (first, last) in [
        (0, 0),
        (2_097_151, 2_097_152),
        (1, 4_999_998),
        (4_194_304, 4_999_999),
    ] {
        let range = format!("bytes={first}-{last}");
        let reply = oss
            .ask("GET /bkt/k", &[("range", &range), standard], b"")
            .ok();
        assert_eq!(reply.status, 206);
        assert!(reply.body == bytes[first..=last]);
        let content_range = format!("bytes {first}-{last}/5000000");
        assert_eq!(reply.header("content-range"), Some(content_range));
    }
    let beyond = [("range", "bytes=5000000-"), standard];
    let refused = oss
        .ask("GET /bkt/k", &beyond, b"")
        .refused(416, "InvalidRange");
    assert_eq!(
        refused.header("content-range").as_deref(),
        Some("bytes */5000000")
    );
    let ignored = oss.ask("GET /bkt/k", &beyond[..1], b"").ok();
    assert_eq!(
        (ignored.status.as_u16(), ignored.body.len()),
        (200, 5_000_000)
    );
}

#[test]
fn conditions_are_kept() {
    let second = 1_735_689_600; // Wed, 01 Jan 2025 00:00:00 GMT
    let oss = Oss::new(Settings {
        clock: clock_at(second),
        ..Settings::default()
    });
    let etag = oss.put("/bkt/k", b"x").ok().header("etag").unwrap();
    let (then, before) = (
        "Wed, 01 Jan 2025 00:00:00 GMT",
        "Tue, 31 Dec 2024 23:59:59 GMT",
    );
    for (header, value, status) in [
        ("if-match", &*etag, 200),
        ("if-match", &etag.to_lowercase(), 200),
        ("if-match", "*", 200),
        ("if-match", "\"other\"", 412),
        ("if-match", "\"a\", \"b\"", 412),
        ("if-none-match", &etag, 304),
        ("if-none-match", "*", 304),
        ("if-none-match", "\"other\"", 200),
        ("if-modified-since", then, 304),
        ("if-modified-since", before, 200),
        ("if-modified-since", "some day", 200),
        ("if-unmodified-since", then, 200),
        ("if-unmodified-since", before, 412),
    ] {
        for what in ["GET /bkt/k", "HEAD /bkt/k"] {
            let reply = oss.ask(what, &[(header, value)], b"");
            assert_eq!(reply.status, status, "{what} {header}: {value}");
            if status == 304 {
                assert_eq!(reply.header("etag"), Some(etag.clone()));
                assert!(reply.body.is_empty());
            }
        }
    }
    let failed = oss.ask("GET /bkt/k", &[("if-match", "\"other\"")], b"");
    failed.refused(412, "PreconditionFailed");
}

#[test]
fn a_query_replaces_headers_of_the_answer() {
    let oss = Oss::open();
    oss.put("/bkt/k", b"x").ok();
    let reply = oss
        .get("/bkt/k?response-content-type=a%2Fb&response-expires=never")
        .ok();
    assert_eq!(reply.header("content-type").as_deref(), Some("a/b"));
    assert_eq!(reply.header("expires").as_deref(), Some("never"));
    oss.get("/bkt/k?response-content-type=a%0D%0Ab:c")
        .refused(400, "InvalidArgument");
}

#[test]
fn a_version_is_the_null_version_or_none() {
    let oss = Oss::open();
    oss.put("/bkt/k", b"x").ok();
    oss.get("/bkt/k?versionId=null").ok();
    oss.get("/bkt/k?versionId=other")
        .refused(404, "NoSuchVersion");
    oss.ask("DELETE /bkt/k?versionId=other", &[], b"").ok();
    let document = b"<Delete><Object><Key>k</Key><VersionId>other</VersionId></Object></Delete>";
    let md5 = md5_of(document);
    oss.ask("POST /bkt?delete", &[("content-md5", &md5)], document)
        .ok();
    oss.get("/bkt/k").ok();
    oss.ask("DELETE /bkt/k?versionId=null", &[], b"").ok();
    oss.get("/bkt/k").refused(404, "NoSuchKey");
}

#[test]
fn deleting_succeeds_whether_the_object_is_there_or_not() {
    let oss = Oss::open();
    oss.put("/bkt/k", b"x").ok();
    for _ in 0..2 {
        assert_eq!(oss.ask("DELETE /bkt/k", &[], b"").status, 204);
    }
    oss.get("/bkt/k").refused(404, "NoSuchKey");
}

#[test]
fn many_objects_are_deleted_at_once() {
    let oss = Oss::open();
    for key in ["a", "b&c", "%20d%20", "e%01", "keep"] {
        oss.put(&format!("/bkt/{}", key.replace('&', "%26")), b"x")
            .ok();
    }
    let document = "<Delete><Quiet>false</Quiet><Object><Key>a</Key></Object>\
                    <Object><Key>b&amp;c</Key></Object><Object><Key> d </Key></Object>\
                    <Object><Key>e&#x1;</Key></Object><Object><Key>none</Key></Object></Delete>";
    let md5 = md5_of(document.as_bytes());
    let headers = [("content-md5", &*md5)];
    let what = "POST /bkt/?delete&encoding-type=url";
    let reply = oss.ask(what, &headers, document.as_bytes()).ok();
    let deleted = ["a", "b%26c", "%20d%20", "e%01", "none"];
    assert_eq!(reply.elements("Key"), deleted);
    assert_eq!(oss.get("/bkt").elements("Key"), ["keep"]);
    oss.ask(what, &[], document.as_bytes())
        .refused(400, "MissingArgument");
    oss.ask(what, &headers, b"<Delete/>")
        .refused(400, "InvalidDigest");
    let half_good = "<Delete><Object><Key>keep</Key></Object><Object><Key>/bad</Key></Object>\
                     </Delete>";
    for bad in [half_good, "<Delete></Delete>", "<Delete", ""] {
        let md5 = md5_of(bad.as_bytes());
        let reply = oss.ask(what, &[("content-md5", &md5)], bad.as_bytes());
        reply.refused(400, "MalformedXML");
    }
    oss.get("/bkt/keep").ok();
}

pub(crate) fn md5_of(bytes: &[u8]) -> String {
    use base64::Engine;
    use md5::{Digest, Md5};
    base64::engine::general_purpose::STANDARD.encode(Md5::digest(bytes))
}
