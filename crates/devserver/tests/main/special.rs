use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use ossum_devserver::{Clock, Settings};

use crate::oss::{Oss, Reply, in_each_store};
use crate::versions::{enable, version};

fn head(oss: &Oss, target: &str) -> Reply {
    oss.ask(&format!("HEAD {target}"), &[], b"").ok()
}

fn link(oss: &Oss, target: &str) -> Reply {
    let headers = [("x-oss-symlink-target", target), ("x-oss-meta-own", "1")];
    oss.ask("PUT /bkt/link?symlink", &headers, b"")
}

#[test]
fn tags_are_put_told_and_removed_without_a_new_object() {
    in_each_store(|oss| {
        enable(oss);
        let put = oss.put("/bkt/k", b"x").ok();
        let target = format!("/bkt/k?tagging&versionId={}", version(&put));
        let document = b"<Tagging><TagSet><Tag><Key>a</Key><Value>1 &amp; 2</Value></Tag>\
            <Tag><Key>b</Key><Value></Value></Tag></TagSet></Tagging>";
        oss.put(&target, document).refused(400, "InvalidTag"); // & is not allowed
        let document = String::from_utf8_lossy(document).replace("&amp;", "+");
        let tagged = oss.put(&target, document.as_bytes()).ok();
        assert_eq!(version(&tagged), version(&put));
        let told = oss.get("/bkt/k?tagging").ok();
        assert_eq!(told.elements("Key"), ["a", "b"]);
        assert_eq!(told.elements("Value"), ["1 + 2", ""]);
        let shown = head(oss, "/bkt/k");
        assert_eq!(shown.header("x-oss-tagging-count").as_deref(), Some("2"));
        assert_eq!(shown.header("etag"), put.header("etag"));
        assert_eq!(version(&shown), version(&put));
        let removed = oss.ask("DELETE /bkt/k?tagging", &[], b"").ok();
        assert_eq!(removed.status, 204);
        assert_eq!(oss.get("/bkt/k?tagging").ok().elements("Tag").len(), 0);
        assert_eq!(oss.get("/bkt/k").ok().text(), "x");
    });
}

#[test]
fn an_object_has_an_acl_or_that_of_its_bucket() {
    in_each_store(|oss| {
        let grant = || oss.get("/bkt/k?acl").ok().element("Grant").unwrap();
        oss.put("/bkt/k", b"x").ok();
        assert_eq!(grant(), "default");
        for acl in ["private", "public-read", "public-read-write", "default"] {
            oss.ask("PUT /bkt/k?acl", &[("x-oss-object-acl", acl)], b"")
                .ok();
            assert_eq!(grant(), acl);
        }
        oss.ask("PUT /bkt/k", &[("x-oss-object-acl", "public-read")], b"x")
            .ok();
        assert_eq!(grant(), "public-read");
    });
}

#[test]
fn a_link_shows_the_bytes_of_its_target_and_headers_of_its_own() {
    in_each_store(|oss| {
        let target = oss
            .ask("PUT /bkt/dir/t%3F", &[("x-oss-meta-other", "2")], b"bytes")
            .ok();
        link(oss, "dir/t%3F").ok();
        for reply in [oss.get("/bkt/link").ok(), head(oss, "/bkt/link")] {
            assert_eq!(
                reply.header("x-oss-object-type").as_deref(),
                Some("Symlink")
            );
            assert_eq!(reply.header("content-length").as_deref(), Some("5"));
            assert_eq!(reply.header("etag"), target.header("etag"));
            assert_eq!(reply.header("x-oss-meta-own").as_deref(), Some("1"));
            assert_eq!(reply.header("x-oss-meta-other"), None);
        }
        assert_eq!(oss.get("/bkt/link").text(), "bytes");
        let told = oss.get("/bkt/link?symlink").ok();
        assert_eq!(
            told.header("x-oss-symlink-target").as_deref(),
            Some("dir/t%3F")
        );
        oss.get("/bkt/dir/t%3F?symlink").refused(400, "NotSymlink");
    });
}

#[test]
fn a_link_leads_to_an_object_or_nowhere() {
    in_each_store(|oss| {
        link(oss, "missing").ok();
        oss.get("/bkt/link").refused(404, "SymlinkTargetNotExist");
        oss.ask(
            "PUT /bkt/missing?symlink",
            &[("x-oss-symlink-target", "link")],
            b"",
        )
        .ok();
        oss.get("/bkt/link").refused(400, "InvalidTargetType");
        link(oss, "%2Fbad").refused(400, "InvalidArgument");
        oss.ask("PUT /bkt/link?symlink", &[], b"")
            .refused(400, "MissingArgument");
    });
}

/// A clock that a test moves.
fn moving() -> (Arc<AtomicU64>, Clock) {
    let second = Arc::new(AtomicU64::new(1_700_000_000));
    let shared = Arc::clone(&second);
    let now = move || SystemTime::UNIX_EPOCH + Duration::from_secs(shared.load(Ordering::Relaxed));
    (second, Clock::new(now))
}

#[test]
fn what_is_archived_is_restored_for_a_while() {
    let (second, clock) = moving();
    let oss = Oss::new(Settings {
        clock,
        restoring: Duration::from_hours(1),
        ..Settings::default()
    });
    let pass = |seconds| second.fetch_add(seconds, Ordering::Relaxed);
    let restore = |days: u32| {
        let document = format!("<RestoreRequest><Days>{days}</Days></RestoreRequest>");
        oss.ask("POST /bkt/k?restore", &[], document.as_bytes())
    };
    let state = || head(&oss, "/bkt/k").header("x-oss-restore");
    oss.ask("PUT /bkt/k", &[("x-oss-storage-class", "Archive")], b"x")
        .ok();
    oss.get("/bkt/k").refused(403, "InvalidObjectState");
    assert_eq!(state(), None);
    assert_eq!(restore(2).ok().status, 202);
    restore(2).refused(409, "RestoreAlreadyInProgress");
    oss.get("/bkt/k").refused(403, "InvalidObjectState");
    assert_eq!(state().as_deref(), Some("ongoing-request=\"true\""));
    pass(3600);
    assert_eq!(oss.get("/bkt/k").ok().text(), "x");
    let until = "ongoing-request=\"false\", expiry-date=\"Thu, 16 Nov 2023 23:13:20 GMT\"";
    assert_eq!(state().as_deref(), Some(until));
    let info = oss.get("/bkt?list-type=2").element("RestoreInfo");
    assert_eq!(info, Some(until.replace('"', "&quot;")));
    pass(24 * 3600);
    assert_eq!(restore(3).ok().status, 200);
    pass(3 * 24 * 3600 - 1);
    oss.get("/bkt/k").ok();
    pass(1);
    oss.get("/bkt/k").refused(403, "InvalidObjectState");
    assert_eq!(state(), None);
    assert_eq!(restore(1).ok().status, 202);
}

#[test]
fn what_is_asked_of_a_restoration_must_be_possible() {
    in_each_store(|oss| {
        let ask = |class, document: &str| {
            oss.ask("PUT /bkt/k", &[("x-oss-storage-class", class)], b"x")
                .ok();
            oss.ask("POST /bkt/k?restore", &[], document.as_bytes())
        };
        let days = |n: u32| format!("<RestoreRequest><Days>{n}</Days></RestoreRequest>");
        ask("Standard", "").refused(409, "OperationNotSupported");
        ask("Archive", &days(0)).refused(400, "InvalidArgument");
        ask("Archive", &days(8)).refused(400, "InvalidArgument");
        ask("ColdArchive", &days(366)).refused(400, "InvalidArgument");
        ask("ColdArchive", &days(365)).ok();
        let tier = |tier| format!("<JobParameters><Tier>{tier}</Tier></JobParameters>");
        let with = |t| format!("<RestoreRequest><Days>1</Days>{}</RestoreRequest>", tier(t));
        ask("ColdArchive", &with("Fast")).refused(400, "MalformedXML");
        let reply = ask("DeepColdArchive", &with("Expedited")).ok();
        let priority = reply.header("x-oss-object-restore-priority");
        assert_eq!(priority.as_deref(), Some("Expedited"));
    });
}

#[test]
fn encryption_is_told_and_hides_the_md5() {
    in_each_store(|oss| {
        let plain = oss.put("/bkt/k", b"x").ok().header("etag");
        for (algorithm, hidden) in [("AES256", false), ("KMS", true), ("SM4", true)] {
            let asked = [("x-oss-server-side-encryption", algorithm)];
            let put = oss.ask("PUT /bkt/k", &asked, b"x").ok();
            assert_eq!(put.header("etag") != plain, hidden, "{algorithm}");
            let upload = oss.ask("POST /bkt/k?uploads", &asked, b"").ok();
            let id = upload.element("UploadId").unwrap();
            let etag = oss.part(&id, 1, b"x");
            assert_eq!(Some(&etag) != plain.as_ref(), hidden, "{algorithm}");
            let done = oss.complete(&id, &[(1, &etag)]).ok();
            let append = "POST /bkt/a?append&position=0";
            let appended = oss.ask(append, &asked, b"x").ok();
            oss.ask("DELETE /bkt/a", &[], b"").ok();
            for reply in [put, upload, done, appended, head(oss, "/bkt/k")] {
                assert_eq!(reply.header(asked[0].0).as_deref(), Some(algorithm));
            }
        }
        let from = [("x-oss-copy-source", "/bkt/k")];
        let copy = oss.ask("PUT /bkt/copy", &from, b"").ok();
        assert_eq!(copy.header("x-oss-server-side-encryption"), None);
    });
}
