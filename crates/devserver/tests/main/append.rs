use ossum_types::Crc64;

use crate::oss::{Oss, Reply, in_each_store};
use crate::versions::{enable, version};

fn append(oss: &Oss, position: u64, bytes: &[u8]) -> Reply {
    let what = format!("POST /bkt/k?append&position={position}");
    oss.ask(&what, &[("x-oss-meta-a", "1")], bytes)
}

fn next(reply: &Reply) -> Option<String> {
    reply.header("x-oss-next-append-position")
}

#[test]
fn an_object_grows_and_its_checksum_with_it() {
    in_each_store(|oss| {
        let first = append(oss, 0, b"hello").ok();
        assert_eq!(next(&first).as_deref(), Some("5"));
        let second = append(oss, 5, b" world").ok();
        assert_eq!(next(&second).as_deref(), Some("11"));
        let crc64 = Crc64::of(b"hello world").to_string();
        assert_eq!(second.header("x-oss-hash-crc64ecma"), Some(crc64));
        assert_ne!(first.header("etag"), second.header("etag"));
        let got = oss.get("/bkt/k").ok();
        assert_eq!(got.text(), "hello world");
        assert_eq!(got.header("etag"), second.header("etag"));
        assert_eq!(
            got.header("x-oss-object-type").as_deref(),
            Some("Appendable")
        );
        assert_eq!(got.header("x-oss-meta-a").as_deref(), Some("1"));
        assert_eq!(next(&got).as_deref(), Some("11"));
        let range = oss.ask("GET /bkt/k", &[("range", "bytes=4-6")], b"").ok();
        assert_eq!(range.text(), "o w");
        assert_eq!(next(&append(oss, 11, b"").ok()).as_deref(), Some("11"));
    });
}

#[test]
fn only_the_end_is_a_position() {
    in_each_store(|oss| {
        let reply = append(oss, 1, b"x").refused(409, "PositionNotEqualToLength");
        assert_eq!(next(&reply).as_deref(), Some("0"));
        append(oss, 0, b"abc").ok();
        for position in [0, 2, 4, u64::MAX] {
            let reply = append(oss, position, b"x").refused(409, "PositionNotEqualToLength");
            assert_eq!(next(&reply).as_deref(), Some("3"));
        }
        assert_eq!(oss.get("/bkt/k").text(), "abc");
        oss.ask("POST /bkt/k?append", &[], b"x")
            .refused(400, "MissingArgument");
        for position in ["-1", "x", "99999999999999999999"] {
            let what = format!("POST /bkt/k?append&position={position}");
            oss.ask(&what, &[], b"x").refused(400, "InvalidArgument");
        }
    });
}

#[test]
fn only_what_was_appended_can_be_appended_to() {
    in_each_store(|oss| {
        oss.put("/bkt/k", b"x").ok();
        append(oss, 1, b"x").refused(409, "ObjectNotAppendable");
        append(oss, 0, b"x").refused(409, "ObjectNotAppendable");
        oss.ask("DELETE /bkt/k", &[], b"").ok();
        append(oss, 0, b"x").ok();
        let from = [("x-oss-copy-source", "/bkt/k")];
        oss.ask("PUT /bkt/copy", &from, b"").ok();
        oss.ask("POST /bkt/copy?append&position=1", &[], b"x")
            .refused(409, "ObjectNotAppendable");
    });
}

#[test]
fn a_version_grows_and_a_delete_marker_does_not() {
    in_each_store(|oss| {
        enable(oss);
        let first = version(&append(oss, 0, b"a").ok());
        assert_eq!(version(&append(oss, 1, b"b").ok()), first);
        assert_eq!(oss.get("/bkt?versions").elements("VersionId"), [first]);
        oss.ask("DELETE /bkt/k", &[], b"").ok();
        append(oss, 0, b"x").refused(409, "ObjectNotAppendable");
    });
}

#[test]
fn what_was_appended_survives_a_restart() {
    let directory = tempfile::TempDir::new().unwrap();
    for (position, bytes) in [(0, b"ab"), (2, b"cd"), (4, b"ef")] {
        append(&Oss::in_directory(directory.path()), position, bytes).ok();
    }
    let oss = Oss::in_directory(directory.path());
    assert_eq!(oss.get("/bkt/k").ok().text(), "abcdef");
    oss.ask("DELETE /bkt/k", &[], b"").ok();
    assert_eq!(
        std::fs::read_dir(directory.path().join("blobs"))
            .unwrap()
            .count(),
        0
    );
}
