use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use ossum_devserver::{Service, Settings, Storage};
use tempfile::TempDir;

use crate::oss::{Oss, varied};

fn settings(directory: &Path) -> Settings {
    Settings {
        storage: Storage::Directory(directory.to_owned()),
        ..Settings::default()
    }
}

fn open(directory: &TempDir) -> Oss {
    Oss::new(settings(directory.path()))
}

/// Every file under `directory`.
fn files(directory: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found
}

fn blobs(directory: &TempDir) -> usize {
    files(&directory.path().join("blobs")).len()
}

#[test]
fn all_that_was_answered_survives_a_restart() {
    let directory = TempDir::new().unwrap();
    let bytes = varied(1_000_000);
    let oss = open(&directory);
    oss.put("/second", b"").ok();
    let headers = [("x-oss-meta-m", "1"), ("x-oss-storage-class", "IA")];
    let put = oss.ask("PUT /bkt/whole", &headers, &bytes).ok();
    let upload = oss.initiate();
    let parts = [oss.part(&upload, 1, &bytes), oss.part(&upload, 2, b"end")];
    oss.complete(&upload, &[(1, &parts[0]), (2, &parts[1])])
        .ok();
    let open_upload = oss.initiate();
    let part = oss.part(&open_upload, 3, b"kept");
    drop(oss);

    let oss = open(&directory);
    let whole = oss.get("/bkt/whole").ok();
    assert!(whole.body == bytes);
    for name in ["etag", "x-oss-hash-crc64ecma"] {
        assert_eq!(whole.header(name), put.header(name));
    }
    assert_eq!(whole.header("x-oss-meta-m").as_deref(), Some("1"));
    assert_eq!(whole.header("x-oss-storage-class").as_deref(), Some("IA"));
    let range = [("range", "bytes=999999-1000001")];
    let crossing = oss.ask("GET /bkt/k", &range, b"").ok();
    assert_eq!(crossing.body[1..], *b"en");
    oss.complete(&open_upload, &[(3, &part)]).ok();
    assert_eq!(oss.get("/bkt/k").text(), "kept");
    assert_eq!(oss.get("/").elements("Name"), ["bkt", "second"]);
}

#[test]
fn what_is_replaced_deleted_or_aborted_leaves_no_bytes() {
    let directory = TempDir::new().unwrap();
    let oss = open(&directory);
    oss.put("/bkt/k", b"1").ok();
    oss.put("/bkt/k", b"2").ok();
    assert_eq!(blobs(&directory), 1);
    let upload = oss.initiate();
    oss.part(&upload, 1, b"1");
    oss.part(&upload, 1, b"2");
    oss.part(&upload, 2, b"unused");
    assert_eq!(blobs(&directory), 3);
    let etag = oss.part(&upload, 1, b"3");
    oss.complete(&upload, &[(1, &etag)]).ok();
    assert_eq!(blobs(&directory), 1);
    let upload = oss.initiate();
    oss.part(&upload, 1, b"1");
    oss.ask(&format!("DELETE /bkt/k?uploadId={upload}"), &[], b"")
        .ok();
    oss.ask("PUT /bkt/refused", &[("content-md5", "AAAA")], b"x");
    oss.ask("PUT /bkt/k", &[("x-oss-forbid-overwrite", "true")], b"x");
    assert_eq!(blobs(&directory), 1);
    oss.ask("DELETE /bkt/k", &[], b"").ok();
    assert_eq!(blobs(&directory), 0);
}

#[test]
fn a_reader_keeps_the_object_it_began_to_read() {
    use http_body_util::BodyExt;
    let directory = TempDir::new().unwrap();
    let oss = open(&directory);
    let bytes = vec![7; 1_000_000];
    oss.put("/bkt/k", &bytes).ok();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let request = http::Request::get("http://localhost/bkt/k").body(String::new());
    let begun = runtime.block_on(oss.service.handle(request.unwrap()));
    oss.put("/bkt/k", b"new").ok();
    let read = runtime.block_on(begun.into_body().collect()).unwrap();
    assert!(read.to_bytes() == bytes);
    assert_eq!(blobs(&directory), 1);
}

#[test]
fn no_key_leaves_the_directory() {
    let outside = TempDir::new().unwrap();
    let root = outside.path().join("data");
    let oss = Oss::new(settings(&root));
    for key in [
        "../../../x",
        "..",
        ".",
        "a/../../../../x",
        "%00",
        "%0A",
        "CON",
        ".ossum-x.tmp",
    ] {
        oss.put(&format!("/bkt/{key}"), key.as_bytes()).ok();
        oss.ask(&format!("POST /bkt/{key}?uploads"), &[], b"").ok();
    }
    drop(oss);
    let entries: Vec<_> = fs::read_dir(outside.path()).unwrap().collect();
    assert_eq!(entries.len(), 1);
    let oss = Oss::new(settings(&root));
    assert_eq!(oss.get("/bkt/../../../x").ok().text(), "../../../x");
    assert_eq!(oss.get("/bkt").elements("Key").len(), 8);
}

#[test]
fn hostile_upload_ids_touch_nothing() {
    let directory = TempDir::new().unwrap();
    let oss = open(&directory);
    let before = files(directory.path()).len();
    for id in ["../../..", "..", "/", "%2E%2E%2F%2E%2E"] {
        let target = format!("/bkt/k?uploadId={id}");
        oss.ask(&format!("DELETE {target}"), &[], b"")
            .refused(404, "NoSuchUpload");
        oss.put(&format!("{target}&partNumber=1"), b"x")
            .refused(404, "NoSuchUpload");
    }
    assert_eq!(files(directory.path()).len(), before);
}

#[test]
fn what_a_crash_leaves_behind_is_swept() {
    let directory = TempDir::new().unwrap();
    let oss = open(&directory);
    oss.put("/bkt/k", b"x").ok();
    let upload = oss.initiate();
    drop(oss);
    let root = directory.path();
    let bucket = root.join("buckets/bkt");
    fs::write(root.join("blobs/HALF"), "ha").unwrap();
    fs::write(bucket.join("objects/.ossum-1.tmp"), "{").unwrap();
    fs::remove_file(bucket.join(format!("uploads/{upload}/upload.json"))).unwrap();
    fs::create_dir_all(root.join("buckets/half/objects")).unwrap();

    let oss = open(&directory);
    assert_eq!(oss.get("/bkt/k").ok().text(), "x");
    assert_eq!(oss.get("/bkt?uploads").elements("UploadId").len(), 0);
    assert_eq!(oss.get("/").elements("Name"), ["bkt"]);
    assert_eq!(blobs(&directory), 1);
    assert_eq!(files(&bucket).len(), 2);
}

#[test]
fn a_part_that_a_crash_cut_off_is_as_it_was() {
    let directory = TempDir::new().unwrap();
    let oss = open(&directory);
    let upload = oss.initiate();
    let etag = oss.part(&upload, 1, b"whole");
    drop(oss);
    let uploads = directory.path().join("buckets/bkt/uploads").join(&upload);
    fs::write(directory.path().join("blobs/NEXT"), "torn").unwrap();
    fs::write(uploads.join(".ossum-1-0.tmp"), r#"{"blob":"NEXT","#).unwrap();

    let oss = open(&directory);
    let listed = oss.get(&format!("/bkt/k?uploadId={upload}")).ok();
    assert_eq!(listed.elements("PartNumber"), ["1"]);
    oss.complete(&upload, &[(1, &etag)]).ok();
    assert_eq!(oss.get("/bkt/k").text(), "whole");
    assert_eq!(blobs(&directory), 1);
}

#[test]
fn an_upload_whose_object_is_there_is_over() {
    let directory = TempDir::new().unwrap();
    let oss = open(&directory);
    let upload = oss.initiate();
    let etag = oss.part(&upload, 1, b"x");
    let uploads = directory.path().join("buckets/bkt/uploads").join(&upload);
    let records: Vec<_> = files(&uploads)
        .into_iter()
        .map(|path| (path.clone(), fs::read(path).unwrap()))
        .collect();
    oss.complete(&upload, &[(1, &etag)]).ok();
    drop(oss);
    // As if the crash had come between the object's record and the end of the upload's.
    fs::create_dir(&uploads).unwrap();
    for (path, bytes) in records {
        fs::write(path, bytes).unwrap();
    }

    let oss = open(&directory);
    assert_eq!(oss.get("/bkt/k").ok().text(), "x");
    oss.get(&format!("/bkt/k?uploadId={upload}"))
        .refused(404, "NoSuchUpload");
    assert!(!uploads.exists());
}

#[test]
fn a_directory_that_is_not_a_store_is_left_alone() {
    let directory = TempDir::new().unwrap();
    let precious = directory.path().join("blobs");
    fs::write(&precious, "mine").unwrap();
    assert!(Service::new(settings(directory.path())).is_err());
    assert_eq!(fs::read(&precious).unwrap(), b"mine");
    assert_eq!(files(directory.path()), [precious]);
}

#[test]
fn links_planted_in_the_directory_lead_nowhere() {
    let directory = TempDir::new().unwrap();
    let upload = {
        let oss = open(&directory);
        oss.put("/bkt/k", b"x").ok();
        oss.initiate()
    };
    for place in [
        "lock",
        "blobs",
        "buckets",
        "buckets/bkt",
        "buckets/bkt/objects",
        "buckets/bkt/uploads",
        &format!("buckets/bkt/uploads/{upload}"),
    ] {
        let outside = TempDir::new().unwrap();
        let precious = outside.path().join("precious");
        fs::create_dir(outside.path().join("empty")).unwrap();
        fs::write(&precious, "mine").unwrap();
        let (place, aside) = (directory.path().join(place), outside.path().join("aside"));
        let target = if place.is_dir() {
            outside.path()
        } else {
            &precious
        };
        fs::rename(&place, &aside).unwrap();
        symlink(target, &place).unwrap();

        let refused = Service::new(settings(directory.path())).unwrap_err();
        assert!(
            refused.to_string().contains(place.to_str().unwrap()),
            "{refused}"
        );
        assert_eq!(fs::read(&precious).unwrap(), b"mine");
        assert!(outside.path().join("empty").exists());
        fs::remove_file(&place).unwrap();
        fs::rename(&aside, &place).unwrap();
    }
    assert_eq!(open(&directory).get("/bkt/k").ok().text(), "x");
}

#[test]
fn a_link_among_the_bytes_is_refused() {
    let directory = TempDir::new().unwrap();
    open(&directory).put("/bkt/k", b"x").ok();
    let blob = files(&directory.path().join("blobs")).remove(0);
    fs::remove_file(&blob).unwrap();
    symlink("y", &blob).unwrap();
    let refused = Service::new(settings(directory.path())).unwrap_err();
    assert!(
        refused.to_string().contains(blob.to_str().unwrap()),
        "{refused}"
    );
}

#[test]
fn a_directory_serves_one_server_at_a_time() {
    let directory = TempDir::new().unwrap();
    let first = open(&directory);
    let refused = Service::new(settings(directory.path())).unwrap_err();
    assert!(refused.to_string().contains("another server"), "{refused}");
    drop(first);
    open(&directory);
}

#[test]
fn a_damaged_store_is_refused_by_name_and_not_repaired() {
    let directory = TempDir::new().unwrap();
    open(&directory).put("/bkt/k", b"x").ok();
    let objects = directory.path().join("buckets/bkt/objects");
    let record = files(&objects).remove(0);
    let whole = fs::read(&record).unwrap();
    fs::write(&record, "{").unwrap();
    let refused = Service::new(settings(directory.path())).unwrap_err();
    assert!(
        refused.to_string().contains(record.to_str().unwrap()),
        "{refused}"
    );
    fs::write(&record, whole).unwrap();
    let blob = files(&directory.path().join("blobs")).remove(0);
    fs::write(&blob, "xx").unwrap();
    let refused = Service::new(settings(directory.path())).unwrap_err();
    assert!(
        refused.to_string().contains(blob.to_str().unwrap()),
        "{refused}"
    );
}
