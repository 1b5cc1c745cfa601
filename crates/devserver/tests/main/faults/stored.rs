use ossum_devserver::{Service, Settings, Storage};

use super::{Faulty, Seen, content, on_get, on_put};

fn identity(seen: &Seen) -> [Option<String>; 2] {
    ["etag", "x-oss-hash-crc64ecma"].map(|name| seen.header(name).map(str::to_owned))
}

#[test]
fn an_object_is_replaced_before_it_is_read() {
    let sound = identity(&Faulty::new("").get());
    let seen = Faulty::new(&on_get("{ replace_object = 'before' }")).get();
    assert_eq!(seen.body.len(), 1000);
    assert_ne!(seen.body, content());
    let other = identity(&seen);
    assert!(other[0] != sound[0] && other[1] != sound[1]);
}

#[test]
fn an_object_is_replaced_after_its_answer_was_made() {
    let oss = Faulty::new(&on_put("{ replace_object = 'after' }"));
    let put = oss.ask("PUT /bkt/k", &[], b"mine").unwrap();
    assert_eq!(put.status, 200);
    let stored = oss.stored();
    assert_eq!(stored.body.len(), 4);
    assert_ne!(stored.header("etag"), put.header("etag"));
}

#[test]
fn a_condition_finds_out_that_an_object_was_replaced() {
    let oss = Faulty::new("");
    let etag = oss.get().header("etag").unwrap().to_owned();
    let rule = on_get("{ replace_object = 'before' }");
    oss.service.set_faults(rule.parse().unwrap());
    let seen = oss.ask("GET /bkt/k", &[("if-match", &etag)], b"").unwrap();
    assert_eq!(seen.status, 412);
}

#[test]
fn an_object_is_written_again_as_it_was() {
    let directory = tempfile::tempdir().unwrap();
    let settings = || Settings {
        storage: Storage::Directory(directory.path().to_owned()),
        ..Settings::default()
    };
    let oss = Faulty::with(settings(), "");
    let sound = identity(&oss.get());
    let rule = on_get("{ touch_object = 'before' }");
    oss.service.set_faults(rule.parse().unwrap());
    assert_eq!(identity(&oss.get()), sound);
    drop(oss);
    // What it was written to is kept, and not what it was before.
    assert!(Service::new(settings()).is_ok());
    assert_eq!(
        std::fs::read_dir(directory.path().join("blobs"))
            .unwrap()
            .count(),
        1
    );
}

#[test]
fn an_object_is_deleted() {
    let oss = Faulty::new(&on_get("{ delete_object = 'before' }"));
    assert_eq!(oss.get().status, 404);
    let oss = Faulty::new(&on_put("{ delete_object = 'after' }"));
    assert_eq!(oss.ask("PUT /bkt/k", &[], b"x").unwrap().status, 200);
    assert_eq!(oss.stored().status, 404);
}

#[test]
fn a_version_that_a_request_names_is_the_one_that_is_deleted() {
    let oss = Faulty::new("");
    let on = b"<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
    oss.ask("PUT /bkt/?versioning", &[], on).unwrap();
    let version = |bytes| {
        let put = oss.ask("PUT /bkt/k", &[], bytes).unwrap();
        put.header("x-oss-version-id").unwrap().to_owned()
    };
    let (old, new) = (version(b"old"), version(b"new"));
    let rule = on_get("{ delete_object = 'before' }");
    oss.service.set_faults(rule.parse().unwrap());
    let get = |version| oss.ask(&format!("GET /bkt/k?versionId={version}"), &[], b"");
    assert_eq!(get(old).unwrap().status, 404);
    oss.service
        .set_faults(ossum_devserver::faults::Rules::new());
    assert_eq!(get(new).unwrap().body, b"new");
}

#[test]
fn an_upload_is_dropped() {
    let oss = Faulty::new("");
    let id = oss.upload();
    let rule = "[[rule]]\noperation = 'UploadPart'\npart = 2\nthen = { drop_upload = 'before' }\n";
    oss.service.set_faults(rule.parse().unwrap());
    let part = |number| {
        let target = format!("PUT /bkt/big?uploadId={id}&partNumber={number}");
        oss.ask(&target, &[], b"x").unwrap()
    };
    assert_eq!(part(1).status, 200);
    assert_eq!(part(2).element("Code").as_deref(), Some("NoSuchUpload"));
}

fn parts_after(change: &str) -> (Seen, Seen) {
    let oss = Faulty::new("");
    let id = oss.upload();
    let sound = oss.list_parts(&id);
    let rule = format!(
        "[[rule]]\noperation = 'ListParts'\ncount = 1\nthen = {{ part = {{ {change} = 2 }} }}\n"
    );
    oss.service.set_faults(rule.parse().unwrap());
    oss.list_parts(&id);
    // The change is real: it stays when the rule has had its turn.
    (sound, oss.list_parts(&id))
}

#[test]
fn a_part_is_lost() {
    assert_eq!(parts_after("lost").1.elements("PartNumber"), ["1", "3"]);
}

#[test]
fn a_part_is_replaced_by_another_writers() {
    let (sound, found) = parts_after("replaced");
    assert_eq!(found.elements("Size"), ["200", "200", "200"]);
    for name in ["ETag", "HashCrc64ecma"] {
        assert_eq!(found.elements(name)[0], sound.elements(name)[0]);
        assert_ne!(found.elements(name)[1], sound.elements(name)[1]);
    }
}

#[test]
fn a_part_is_replaced_by_a_shorter_one() {
    assert_eq!(
        parts_after("shortened").1.elements("Size"),
        ["200", "199", "200"]
    );
}

#[test]
fn a_lost_part_is_lost_on_disk_too() {
    let directory = tempfile::tempdir().unwrap();
    let settings = || Settings {
        storage: Storage::Directory(directory.path().to_owned()),
        ..Settings::default()
    };
    let oss = Faulty::with(settings(), "");
    let id = oss.upload();
    oss.service.set_faults(
        "[[rule]]\nthen = { part = { lost = 1 } }\n"
            .parse()
            .unwrap(),
    );
    oss.list_parts(&id);
    drop(oss);
    let again = Faulty::with(settings(), "");
    assert_eq!(again.list_parts(&id).elements("PartNumber"), ["2", "3"]);
}
