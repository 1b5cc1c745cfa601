//! How it is told whether two are the same.

use super::did;
use crate::desk::Desk;

#[test]
fn a_file_that_was_modified_is_copied_though_its_size_is_the_same_older_or_newer() {
    let desk = Desk::new();
    desk.file_of_age("d/a", b"one", 1000);
    assert_eq!(desk.sync("d oss://bkt/x", 0), did(1, 0, 0));
    for (bytes, age) in [(b"two", 500), (b"six", 2000)] {
        desk.file_of_age("d/a", bytes, age);
        assert_eq!(desk.sync("d oss://bkt/x", 0), did(1, 0, 0));
        assert_eq!(desk.sync("d oss://bkt/x", 0), did(0, 0, 1));
        desk.run("cat oss://bkt/x/a")
            .exit(0)
            .prints(str::from_utf8(bytes).unwrap());
    }
}

#[test]
fn a_download_is_the_same_until_either_side_changes() {
    let desk = Desk::new();
    desk.file_of_age("d/a", b"one", 1000);
    desk.sync("d oss://bkt/x", 0);
    assert_eq!(desk.sync("oss://bkt/x down", 0), did(1, 0, 0));
    assert_eq!(desk.sync("oss://bkt/x down", 0), did(0, 0, 1));
    // What it was made of is as good.
    assert_eq!(desk.sync("oss://bkt/x d", 0), did(0, 0, 1));
    desk.workspace.write("down/a", b"bad");
    assert_eq!(desk.sync("oss://bkt/x down", 0), did(1, 0, 0));
    assert_eq!(desk.workspace.read("down/a"), b"one");
    desk.file_of_age("d/a", b"two", 500);
    desk.sync("d oss://bkt/x", 0);
    assert_eq!(desk.sync("oss://bkt/x down", 0), did(1, 0, 0));
    assert_eq!(desk.workspace.read("down/a"), b"two");
}

#[test]
fn sizes_alone_overlook_what_checksums_find() {
    let desk = Desk::new();
    desk.file_of_age("d/a", b"one", 1000);
    desk.sync("d oss://bkt/x", 0);
    desk.file_of_age("d/a", b"two", 500);
    assert_eq!(desk.sync("--size-only d oss://bkt/x", 0), did(0, 0, 1));
    assert_eq!(desk.sync("--checksum d oss://bkt/x", 0), did(1, 0, 0));
    assert_eq!(desk.sync("--checksum d oss://bkt/x", 0), did(0, 0, 1));
    // Another time and the same bytes.
    desk.file_of_age("d/a", b"two", 10);
    assert_eq!(desk.sync("--checksum d oss://bkt/x", 0), did(0, 0, 1));
    // The same time, and a bit that fell over: nothing else finds that.
    desk.sync("oss://bkt/x down", 0);
    let of = std::fs::metadata(desk.workspace.path("down/a")).unwrap();
    desk.workspace.write("down/a", b"twp");
    let file = std::fs::File::options()
        .write(true)
        .open(desk.workspace.path("down/a"));
    file.unwrap().set_modified(of.modified().unwrap()).unwrap();
    assert_eq!(desk.sync("oss://bkt/x down", 0), did(0, 0, 1));
    assert_eq!(desk.sync("--checksum oss://bkt/x down", 0), did(1, 0, 0));
    assert_eq!(desk.workspace.read("down/a"), b"two");
}

#[test]
fn what_was_learnt_of_a_file_is_believed_until_the_file_changes() {
    let desk = Desk::new();
    for name in ["d/a", "d/b"] {
        desk.file_of_age(name, name.as_bytes(), 1000);
    }
    desk.sync("d oss://bkt/x", 0);
    // What has just changed is not remembered, so there is only the place for it.
    assert_eq!(desk.sync("--checksum d oss://bkt/x", 0), did(0, 0, 2));
    let (place, identity) = (desk.checksums(), desk.identity("d/a"));
    // A wrong one makes a copy, which shows that the file was not read.
    let line = serde_json::json!({"name": "a", "identity": identity, "crc64": "1"});
    let forge = || std::fs::write(&place, format!("{line}\n")).unwrap();
    forge();
    assert_eq!(desk.sync("--checksum d oss://bkt/x", 0), did(1, 0, 1));
    forge();
    let without = "--checksum --no-checkpoint d oss://bkt/x";
    assert_eq!(
        desk.sync(without, 0),
        did(0, 0, 2),
        "without a place it is read"
    );
    desk.file_of_age("d/a", b"D/A", 1000);
    assert_eq!(desk.sync("--checksum d oss://bkt/x", 0), did(1, 0, 1));
    forge();
    assert_eq!(
        desk.sync("--checksum d oss://bkt/x", 0),
        did(0, 0, 2),
        "it is another"
    );
    desk.run("cat oss://bkt/x/a").exit(0).prints("D/A");
}

#[test]
fn a_prefix_of_large_directories_is_listed_as_a_whole_and_in_order() {
    let desk = Desk::new();
    let inside = desk.oss.inside();
    let names = (0..4)
        .flat_map(|directory| (0..1500).map(move |number| format!("{directory}/{number:04}")));
    let names: Vec<String> = names.collect();
    for name in &names {
        inside.put(&format!("x/{name}"), "1");
    }
    desk.run("sync --plan plan oss://bkt/x down").exit(0);
    let plan = String::from_utf8(desk.workspace.read("plan")).unwrap();
    let lines = plan.lines().skip(1);
    let keys = lines.map(|line| {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        line["key"].as_str().unwrap().to_owned()
    });
    assert!(keys.eq(names));
    // Four pages, a look, what is left of the third directory, and two pages of the fourth.
    let listed = desk
        .oss
        .service()
        .count(ossum_devserver::Operation::ListObjectsV2);
    assert_eq!(listed, 4 + 1 + 1 + 2);
}

#[test]
fn copies_are_told_apart_by_their_checksums_where_their_age_does_not() {
    let desk = Desk::new();
    desk.put("oss://bkt/x/a", b"one");
    desk.put("oss://bkt/y/a", b"one");
    desk.put("oss://bkt/y/b", b"two");
    desk.put("oss://bkt/x/b", b"six");
    assert_eq!(desk.sync("oss://bkt/x oss://bkt/y", 0), did(1, 0, 1));
    desk.run("cat oss://bkt/y/b").exit(0).prints("six");
    assert_eq!(
        desk.sync("--checksum oss://bkt/x oss://bkt/y", 0),
        did(0, 0, 2)
    );
}
