use ossum_devserver::{ETagForm, Settings};
use ossum_types::Crc64;

use crate::oss::{Oss, Reply, in_each_store, varied};
use crate::versions::{enable, version};

fn copy(oss: &Oss, target: &str, headers: &[(&str, &str)]) -> Reply {
    oss.ask(&format!("PUT {target}"), headers, b"")
}

const FROM: (&str, &str) = ("x-oss-copy-source", "/bkt/source");

#[test]
fn a_copy_has_the_bytes_and_what_was_said_of_them() {
    in_each_store(|oss| {
        let said = [
            ("content-type", "text/x"),
            ("x-oss-meta-a", "1"),
            ("x-oss-tagging", "t=1"),
        ];
        let put = oss.ask("PUT /bkt/source", &said, b"bytes").ok();
        let reply = copy(oss, "/bkt/copy", &[FROM]).ok();
        let quoted = put.header("etag").unwrap().replace('"', "&quot;");
        assert_eq!(reply.element("ETag"), Some(quoted));
        assert!(reply.element("LastModified").is_some());
        oss.ask("DELETE /bkt/source", &[], b"").ok();
        let got = oss.get("/bkt/copy").ok();
        assert_eq!(got.text(), "bytes");
        for name in ["etag", "x-oss-hash-crc64ecma"] {
            assert_eq!(got.header(name), put.header(name));
        }
        assert_eq!(got.header("content-type").as_deref(), Some("text/x"));
        assert_eq!(got.header("x-oss-meta-a").as_deref(), Some("1"));
        assert_eq!(got.header("x-oss-tagging-count").as_deref(), Some("1"));
    });
}

#[test]
fn directives_replace_what_was_said() {
    in_each_store(|oss| {
        let said = [("x-oss-meta-a", "1"), ("x-oss-tagging", "t=1")];
        oss.ask("PUT /bkt/source", &said, b"bytes").ok();
        let replace = [
            FROM,
            ("x-oss-metadata-directive", "REPLACE"),
            ("x-oss-tagging-directive", "Replace"),
            ("x-oss-meta-b", "2"),
            ("x-oss-tagging", "u=1&v=2"),
        ];
        copy(oss, "/bkt/copy", &replace).ok();
        let got = oss.get("/bkt/copy").ok();
        assert_eq!(got.header("x-oss-meta-a"), None);
        assert_eq!(got.header("x-oss-meta-b").as_deref(), Some("2"));
        assert_eq!(got.header("x-oss-tagging-count").as_deref(), Some("2"));
        // Onto itself, metadata is replaced in any case.
        copy(oss, "/bkt/source", &[FROM, ("x-oss-meta-c", "3")]).ok();
        let got = oss.get("/bkt/source").ok();
        assert_eq!(got.text(), "bytes");
        assert_eq!(got.header("x-oss-meta-a"), None);
        assert_eq!(got.header("x-oss-meta-c").as_deref(), Some("3"));
    });
}

#[test]
fn a_copy_may_demand_something_of_its_source() {
    in_each_store(|oss| {
        let etag = oss.put("/bkt/source", b"x").ok().header("etag").unwrap();
        let future = "Fri, 01 Jan 2100 00:00:00 GMT";
        let past = "Sat, 01 Jan 2000 00:00:00 GMT";
        let other = "\"00000000000000000000000000000000\"";
        let upload = oss.initiate();
        let part = format!("/bkt/k?partNumber=1&uploadId={upload}");
        for target in ["/bkt/copy", &part] {
            for (name, value, status) in [
                ("if-match", &*etag, 200),
                ("if-match", other, 412),
                ("if-none-match", other, 200),
                ("if-none-match", &etag, 304),
                ("if-modified-since", past, 200),
                ("if-modified-since", future, 304),
                ("if-unmodified-since", future, 200),
                ("if-unmodified-since", past, 412),
            ] {
                let name = format!("x-oss-copy-source-{name}");
                let reply = copy(oss, target, &[FROM, (&name, value)]);
                assert_eq!(reply.status, status, "{target} {name}");
            }
        }
    });
}

#[test]
fn a_copy_of_a_version_is_a_new_version() {
    in_each_store(|oss| {
        enable(oss);
        let old = version(&oss.put("/bkt/source", b"old").ok());
        oss.put("/bkt/source", b"new").ok();
        let source = format!("/bkt/source?versionId={old}");
        let reply = copy(oss, "/bkt/source", &[("x-oss-copy-source", &source)]).ok();
        let named = reply.header("x-oss-copy-source-version-id");
        assert_eq!(named.as_ref(), Some(&old));
        let got = oss.get("/bkt/source").ok();
        assert_eq!((got.text(), version(&got)), ("old", version(&reply)));
        assert_ne!(version(&got), old);
    });
}

#[test]
fn parts_are_copied_from_ranges_across_pieces() {
    in_each_store(|oss| {
        let bytes = varied(700_000);
        let upload = oss.initiate();
        let parts = [
            oss.part(&upload, 1, &bytes[..300_000]),
            oss.part(&upload, 2, &bytes[300_000..]),
        ];
        oss.complete(&upload, &[(1, &parts[0]), (2, &parts[1])])
            .ok();
        let upload = oss.initiate();
        let from = ("x-oss-copy-source", "/bkt/k");
        let mut etags = Vec::new();
        for (number, range) in [(1, "bytes=100000-399999"), (2, "bytes=699999-"), (3, "")] {
            let target = format!("/bkt/k?partNumber={number}&uploadId={upload}");
            let reply = copy(oss, &target, &[from, ("x-oss-copy-source-range", range)]).ok();
            etags.push(reply.element("ETag").unwrap().replace("&quot;", ""));
        }
        // Parts are listed with what their bytes hash to, as those that were sent.
        let expected = [&bytes[100_000..400_000], &bytes[699_999..], &bytes];
        let listed = oss.get(&format!("/bkt/k?uploadId={upload}")).ok();
        let crcs: Vec<_> = expected
            .iter()
            .map(|part| Crc64::of(part).to_string())
            .collect();
        assert_eq!(listed.elements("HashCrc64ecma"), crcs);
        oss.complete(&upload, &[(1, &etags[0]), (3, &etags[2])])
            .ok();
        let got = oss.get("/bkt/k").ok();
        assert!(got.body == [expected[0], expected[2]].concat());
        let crc64 = Crc64::of(&got.body).to_string();
        assert_eq!(got.header("x-oss-hash-crc64ecma"), Some(crc64));
    });
}

#[test]
fn copies_share_their_bytes_and_outlive_each_other_on_disk() {
    let directory = tempfile::TempDir::new().unwrap();
    let blobs = || {
        std::fs::read_dir(directory.path().join("blobs"))
            .unwrap()
            .count()
    };
    let oss = Oss::in_directory(directory.path());
    oss.put("/bkt/source", b"shared bytes").ok();
    copy(&oss, "/bkt/copy", &[FROM]).ok();
    let upload = oss.initiate();
    let target = format!("/bkt/k?partNumber=1&uploadId={upload}");
    let range = ("x-oss-copy-source-range", "bytes=7-11");
    let part = copy(&oss, &target, &[FROM, range]).ok();
    assert_eq!(blobs(), 1);
    drop(oss);
    let oss = Oss::in_directory(directory.path());
    let etag = part.element("ETag").unwrap().replace("&quot;", "");
    oss.complete(&upload, &[(1, &etag)]).ok();
    oss.ask("DELETE /bkt/source", &[], b"").ok();
    oss.ask("DELETE /bkt/copy", &[], b"").ok();
    assert_eq!(blobs(), 1);
    drop(oss);
    let oss = Oss::in_directory(directory.path());
    assert_eq!(oss.get("/bkt/k").ok().text(), "bytes");
    oss.ask("DELETE /bkt/k", &[], b"").ok();
    assert_eq!(blobs(), 0);
}

#[test]
fn no_more_than_5_gib_are_copied_at_once() {
    // Copies share bytes, so an object may be large without taking memory.
    let oss = Oss::new(Settings {
        etags: ETagForm::Opaque,
        ..Settings::default()
    });
    oss.put("/bkt/source", &vec![0; 1 << 20]).ok();
    let grow = |copies: u32| {
        let upload = oss.initiate();
        for number in 1..=copies {
            let target = format!("/bkt/k?partNumber={number}&uploadId={upload}");
            copy(&oss, &target, &[FROM]).ok();
        }
        let all = [("x-oss-complete-all", "yes")];
        oss.ask(&format!("POST /bkt/k?uploadId={upload}"), &all, b"")
            .ok();
    };
    let from = ("x-oss-copy-source", "/bkt/k");
    grow(5120);
    copy(&oss, "/bkt/copy", &[from]).ok();
    grow(5121);
    copy(&oss, "/bkt/copy", &[from]).refused(400, "EntityTooLarge");
    let upload = oss.initiate();
    let target = format!("/bkt/k?partNumber=1&uploadId={upload}");
    copy(&oss, &target, &[from]).refused(400, "EntityTooLarge");
}

#[test]
fn a_source_must_be_there_and_readable() {
    in_each_store(|oss| {
        oss.put("/bkt/source", b"x").ok();
        for (source, status, code) in [
            ("/bkt/none", 404, "NoSuchKey"),
            ("/none/source", 404, "NoSuchBucket"),
            ("/bkt/source?versionId=none", 404, "NoSuchVersion"),
            ("source", 400, "InvalidArgument"),
            ("/bkt/", 400, "InvalidArgument"),
        ] {
            let from = ("x-oss-copy-source", source);
            copy(oss, "/bkt/copy", &[from]).refused(status, code);
        }
        let forbid = ("x-oss-forbid-overwrite", "true");
        copy(oss, "/bkt/source", &[FROM, forbid]).refused(409, "FileAlreadyExists");
        let directive = ("x-oss-metadata-directive", "MERGE");
        copy(oss, "/bkt/copy", &[FROM, directive]).refused(400, "InvalidArgument");
        oss.ask(
            "PUT /bkt/source",
            &[("x-oss-storage-class", "Archive")],
            b"x",
        )
        .ok();
        copy(oss, "/bkt/copy", &[FROM]).refused(403, "InvalidObjectState");
        oss.get("/bkt/copy").refused(404, "NoSuchKey");
    });
}
