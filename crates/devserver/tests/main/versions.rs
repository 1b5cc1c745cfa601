use std::fs;

use tempfile::TempDir;

use crate::object::md5_of;
use crate::oss::{Oss, Reply, in_each_store};

const ENABLED: &[u8] =
    b"<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
const SUSPENDED: &[u8] =
    b"<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>";

pub(crate) fn enable(oss: &Oss) {
    oss.put("/bkt?versioning", ENABLED).ok();
}

fn suspend(oss: &Oss) {
    oss.put("/bkt?versioning", SUSPENDED).ok();
}

fn delete(oss: &Oss, target: &str) -> Reply {
    oss.ask(&format!("DELETE {target}"), &[], b"").ok()
}

pub(crate) fn version(reply: &Reply) -> String {
    reply.header("x-oss-version-id").unwrap()
}

#[test]
fn a_bucket_says_whether_it_keeps_versions() {
    in_each_store(|oss| {
        let status = || oss.get("/bkt?versioning").ok().element("Status");
        assert_eq!(status(), None);
        enable(oss);
        assert_eq!(status().as_deref(), Some("Enabled"));
        suspend(oss);
        assert_eq!(status().as_deref(), Some("Suspended"));
        let versioning = oss.get("/bkt?bucketInfo").element("Versioning");
        assert_eq!(versioning.as_deref(), Some("Suspended"));
    });
}

#[test]
fn no_bucket_tells_version_ids_before_it_keeps_versions() {
    in_each_store(|oss| {
        for reply in [
            oss.put("/bkt/k", b"1"),
            oss.get("/bkt/k"),
            delete(oss, "/bkt/k"),
        ] {
            assert_eq!(reply.ok().header("x-oss-version-id"), None);
        }
        oss.put("/bkt/k", b"1").ok();
        assert_eq!(oss.get("/bkt/k?versionId=null").ok().text(), "1");
        delete(oss, "/bkt/k?versionId=null");
        oss.get("/bkt/k").refused(404, "NoSuchKey");
    });
}

#[test]
fn what_is_replaced_is_still_there_under_its_version() {
    in_each_store(|oss| {
        oss.put("/bkt/k", b"before").ok();
        enable(oss);
        let old = version(&oss.put("/bkt/k", b"old").ok());
        let new = version(&oss.put("/bkt/k", b"new").ok());
        let current = oss.get("/bkt/k").ok();
        assert_eq!((current.text(), version(&current)), ("new", new.clone()));
        for (id, bytes) in [(&*old, "old"), (&new, "new"), ("null", "before")] {
            let reply = oss.get(&format!("/bkt/k?versionId={id}")).ok();
            assert_eq!((reply.text(), &*version(&reply)), (bytes, id));
            let head = oss
                .ask(&format!("HEAD /bkt/k?versionId={id}"), &[], b"")
                .ok();
            assert_eq!(version(&head), id);
        }
        delete(oss, &format!("/bkt/k?versionId={new}"));
        assert_eq!(oss.get("/bkt/k").ok().text(), "old");
        let gone = format!("/bkt/k?versionId={new}");
        oss.get(&gone).refused(404, "NoSuchVersion");
    });
}

#[test]
fn a_deletion_is_a_version_that_can_itself_be_deleted() {
    in_each_store(|oss| {
        enable(oss);
        let put = version(&oss.put("/bkt/k", b"x").ok());
        let deleted = delete(oss, "/bkt/k");
        assert_eq!(
            deleted.header("x-oss-delete-marker").as_deref(),
            Some("true")
        );
        let marker = version(&deleted);
        let missing = oss.get("/bkt/k").refused(404, "NoSuchKey");
        assert_eq!(
            missing.header("x-oss-delete-marker").as_deref(),
            Some("true")
        );
        assert_eq!(version(&missing), marker);
        let named = oss.get(&format!("/bkt/k?versionId={marker}"));
        let named = named.refused(405, "MethodNotAllowed");
        assert_eq!(named.header("x-oss-delete-marker").as_deref(), Some("true"));
        assert_eq!(oss.get("/bkt").elements("Key").len(), 0);
        oss.get(&format!("/bkt/k?versionId={put}")).ok();
        let undone = delete(oss, &format!("/bkt/k?versionId={marker}"));
        assert_eq!(
            undone.header("x-oss-delete-marker").as_deref(),
            Some("true")
        );
        assert_eq!(oss.get("/bkt/k").ok().text(), "x");
    });
}

#[test]
fn while_suspended_new_versions_replace_each_other() {
    in_each_store(|oss| {
        enable(oss);
        let kept = version(&oss.put("/bkt/k", b"kept").ok());
        suspend(oss);
        for bytes in [b"1", b"2"] {
            assert_eq!(version(&oss.put("/bkt/k", bytes).ok()), "null");
        }
        let listed = oss.get("/bkt?versions").elements("VersionId");
        assert_eq!(listed, ["null", &kept]);
        assert_eq!(version(&delete(oss, "/bkt/k")), "null");
        oss.get("/bkt/k").refused(404, "NoSuchKey");
        oss.get("/bkt/k?versionId=null")
            .refused(405, "MethodNotAllowed");
        assert_eq!(oss.get(&format!("/bkt/k?versionId={kept}")).text(), "kept");
    });
}

#[test]
fn forbidding_to_overwrite_means_nothing_where_versions_are_kept() {
    in_each_store(|oss| {
        oss.put("/bkt/k", b"1").ok();
        let forbid = [("x-oss-forbid-overwrite", "true")];
        for change in [enable, suspend] {
            change(oss);
            oss.ask("PUT /bkt/k", &forbid, b"2").ok();
        }
    });
}

#[test]
fn versions_are_listed_in_pages_from_new_to_old() {
    in_each_store(|oss| {
        enable(oss);
        let mut expected = Vec::new();
        for key in ["a", "b", "c/1", "c/2"] {
            let mut ids: Vec<_> = (0..3)
                .map(|_| version(&oss.put(&format!("/bkt/{key}"), b"x").ok()))
                .collect();
            ids.push(version(&delete(oss, &format!("/bkt/{key}"))));
            ids.reverse();
            expected.extend(ids);
        }
        for size in 1..6 {
            let (mut found, mut marker) = (Vec::new(), String::new());
            loop {
                let page = oss
                    .get(&format!("/bkt?versions&max-keys={size}{marker}"))
                    .ok();
                found.extend(page.elements("VersionId"));
                let Some(key) = page.element("NextKeyMarker") else {
                    break;
                };
                let version = page.element("NextVersionIdMarker").unwrap();
                marker = format!("&key-marker={key}&version-id-marker={version}");
            }
            assert_eq!(found, expected, "{size}");
        }
        let page = oss.get("/bkt?versions&delimiter=/").ok();
        assert_eq!(
            page.elements("Prefix").last().map(String::as_str),
            Some("c/")
        );
        assert_eq!(page.elements("DeleteMarker").len(), 2);
        assert_eq!(page.elements("Size").len(), 6);
        assert_eq!(page.text().matches("<IsLatest>true").count(), 2);
        oss.get("/bkt?versions&version-id-marker=x")
            .refused(400, "InvalidArgument");
    });
}

#[test]
fn every_version_can_be_deleted_page_by_page() {
    in_each_store(|oss| {
        enable(oss);
        for _ in 0..7 {
            oss.put("/bkt/k", b"x").ok();
        }
        let mut marker = String::new();
        loop {
            let page = oss.get(&format!("/bkt?versions&max-keys=2{marker}")).ok();
            let named = |id| format!("<Object><Key>k</Key><VersionId>{id}</VersionId></Object>");
            let named: String = page.elements("VersionId").into_iter().map(named).collect();
            let document = format!("<Delete>{named}</Delete>");
            let md5 = md5_of(document.as_bytes());
            oss.ask(
                "POST /bkt?delete",
                &[("content-md5", &md5)],
                document.as_bytes(),
            )
            .ok();
            let Some(version) = page.element("NextVersionIdMarker") else {
                break;
            };
            marker = format!("&key-marker=k&version-id-marker={version}");
        }
        assert_eq!(oss.get("/bkt?versions").elements("VersionId").len(), 0);
        delete(oss, "/bkt");
    });
}

#[test]
fn deleting_many_tells_which_markers_came_and_went() {
    in_each_store(|oss| {
        enable(oss);
        oss.put("/bkt/k", b"x").ok();
        let post = |named: &str| {
            let document = format!("<Delete><Object><Key>k</Key>{named}</Object></Delete>");
            let md5 = md5_of(document.as_bytes());
            oss.ask(
                "POST /bkt?delete",
                &[("content-md5", &md5)],
                document.as_bytes(),
            )
            .ok()
        };
        let came = post("");
        assert_eq!(came.element("DeleteMarker").as_deref(), Some("true"));
        let marker = came.element("DeleteMarkerVersionId").unwrap();
        let went = post(&format!("<VersionId>{marker}</VersionId>"));
        assert_eq!(went.element("VersionId").as_ref(), Some(&marker));
        assert_eq!(
            went.element("DeleteMarkerVersionId").as_ref(),
            Some(&marker)
        );
        assert_eq!(oss.get("/bkt/k").ok().text(), "x");
    });
}

#[test]
fn a_bucket_with_versions_is_not_empty() {
    in_each_store(|oss| {
        enable(oss);
        let marker = version(&delete(oss, "/bkt/never-there"));
        oss.ask("DELETE /bkt", &[], b"")
            .refused(409, "BucketNotEmpty");
        delete(oss, &format!("/bkt/never-there?versionId={marker}"));
        delete(oss, "/bkt");
    });
}

#[test]
fn a_completed_upload_is_a_version() {
    in_each_store(|oss| {
        enable(oss);
        let old = version(&oss.put("/bkt/k", b"old").ok());
        let upload = oss.initiate();
        let etag = oss.part(&upload, 1, b"new");
        let new = version(&oss.complete(&upload, &[(1, &etag)]).ok());
        assert_eq!(version(&oss.get("/bkt/k").ok()), new);
        assert_eq!(
            oss.get(&format!("/bkt/k?versionId={old}")).ok().text(),
            "old"
        );
    });
}

#[test]
fn versions_survive_a_restart_in_their_order() {
    let directory = TempDir::new().unwrap();
    let oss = Oss::in_directory(directory.path());
    oss.put("/bkt/k", b"null").ok();
    enable(&oss);
    for bytes in [b"1", b"2"] {
        oss.put("/bkt/k", bytes).ok();
    }
    delete(&oss, "/bkt/k");
    suspend(&oss);
    oss.put("/bkt/k", b"newest").ok();
    let before = oss.get("/bkt?versions").ok();
    drop(oss);
    let oss = Oss::in_directory(directory.path());
    assert_eq!(oss.get("/bkt?versions").ok().text(), before.text());
    assert_eq!(before.elements("VersionId").len(), 4);
    assert_eq!(oss.get("/bkt/k").ok().text(), "newest");
    assert_eq!(
        oss.get("/bkt?versioning").element("Status").as_deref(),
        Some("Suspended")
    );
}

#[test]
fn a_directory_of_the_first_format_is_read_and_then_one_of_the_second() {
    let directory = TempDir::new().unwrap();
    let root = directory.path();
    let upload = "0".repeat(32);
    for place in [
        "blobs",
        "buckets/bkt/objects",
        &format!("buckets/bkt/uploads/{upload}"),
    ] {
        fs::create_dir_all(root.join(place)).unwrap();
    }
    let write = |path: &str, text: &str| fs::write(root.join(path), text).unwrap();
    let metadata = r#"{"headers":[],"storage_class":"IA","acl":null,"tags":[]}"#;
    let digest = "9DD4E461268C8034F5C8564E155C67A6";
    write("ossum-devserver.json", r#"{"format":1}"#);
    write("blobs/B1", "x");
    write("blobs/B2", "x");
    let bucket = r#"{"created_ms":0,"storage_class":"Standard","acl":"private"}"#;
    write("buckets/bkt/bucket.json", bucket);
    // The name is the SHA-256 of the key.
    let name = "8254c329a92850f6d539dd376f4816ee2764517da5e0235514af433164480d7a";
    let object = format!(
        r#"{{"key":"k","metadata":{metadata},"etag":"{digest}","crc64":7,"modified_ms":1000,
        "kind":"Normal","pieces":[{{"blob":"B1","len":1}}],"upload":null}}"#
    );
    write(&format!("buckets/bkt/objects/{name}.json"), &object);
    let uploads = format!("buckets/bkt/uploads/{upload}");
    let record = format!(r#"{{"key":"k","metadata":{metadata},"initiated_ms":0}}"#);
    write(&format!("{uploads}/upload.json"), &record);
    let part = format!(r#"{{"blob":"B2","len":1,"etag":"{digest}","crc64":7,"modified_ms":0}}"#);
    write(&format!("{uploads}/1.json"), &part);

    for _ in 0..2 {
        let oss = Oss::in_directory(root);
        let reply = oss.get("/bkt/k").ok();
        assert_eq!(reply.text(), "x");
        assert_eq!(reply.header("x-oss-storage-class").as_deref(), Some("IA"));
        let parts = oss.get(&format!("/bkt/k?uploadId={upload}")).ok();
        assert_eq!(parts.elements("PartNumber"), ["1"]);
    }
    let marker = fs::read_to_string(root.join("ossum-devserver.json")).unwrap();
    assert_eq!(marker, r#"{"format":2}"#);
    let oss = Oss::in_directory(root);
    oss.put("/bkt/k", b"new").ok();
    oss.complete(&upload, &[(1, digest)]).ok();
    assert_eq!(oss.get("/bkt?versions").elements("VersionId"), ["null"]);
    assert_eq!(oss.get("/bkt/k").text(), "x");
}
