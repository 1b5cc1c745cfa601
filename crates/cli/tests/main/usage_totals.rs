use serde_json::Value;

use crate::desk::{Desk, fails};
use crate::held;

fn shelf() -> Desk {
    let desk = Desk::new();
    for key in ["top", "logs/1", "logs/2026/1", "logs/2026/2", "other/1"] {
        desk.put(&format!("oss://bkt/{key}"), b"12345");
    }
    desk.workspace.write("file", "1234567");
    desk.run("cp -q file oss://bkt/logs/old --storage-class IA")
        .exit(0);
    desk
}

fn lines(desk: &Desk, words: &str) -> Vec<Value> {
    desk.run(&format!("du {words} --json"))
        .exit(0)
        .stdout_json()
}

fn sums(lines: &[Value]) -> Vec<(&str, u64, u64)> {
    let sums = lines.iter().map(|line| {
        assert_eq!(line["event"], "usage", "{line}");
        let number = |name: &str| line[name].as_u64().unwrap();
        (
            line["url"].as_str().unwrap(),
            number("objects"),
            number("bytes"),
        )
    });
    sums.collect()
}

#[test]
fn each_directory_of_the_first_level_is_added_up_and_the_total_is_last() {
    let desk = shelf();
    let lines = lines(&desk, "oss://bkt");
    assert_eq!(
        sums(&lines),
        [
            ("oss://bkt/logs/", 4, 22),
            ("oss://bkt/other/", 1, 5),
            ("oss://bkt/", 6, 32)
        ]
    );
    let total = lines.last().unwrap();
    assert_eq!(total["total"], true);
    assert_eq!(total["classes"]["IA"]["bytes"], 7);
    assert_eq!(total["classes"]["Standard"]["objects"], 5);
}

#[test]
fn depth_and_prefix_choose_what_is_shown() {
    let desk = shelf();
    assert_eq!(
        sums(&lines(&desk, "oss://bkt/logs/")),
        [("oss://bkt/logs/2026/", 2, 10), ("oss://bkt/logs/", 4, 22)]
    );
    assert_eq!(
        sums(&lines(&desk, "oss://bkt --depth 2"))[0],
        ("oss://bkt/logs/2026/", 2, 10)
    );
    assert_eq!(
        sums(&lines(&desk, "oss://bkt -d 0")),
        [("oss://bkt/", 6, 32)]
    );
    assert_eq!(sums(&lines(&desk, "oss://bkt -q")), [("oss://bkt/", 6, 32)]);
    assert_eq!(
        sums(&lines(&desk, "oss://bkt/none")),
        [("oss://bkt/none", 0, 0)]
    );
}

#[test]
fn people_get_a_table_with_classes_if_they_ask() {
    let desk = shelf();
    let shown = desk.run("du oss://bkt");
    shown.exit(0).prints("22 B           4  oss://bkt/logs/\n");
    shown.prints("32 B           6  oss://bkt/  total\n");
    assert!(!shown.stdout().contains("IA"), "{shown}");
    desk.run("du oss://bkt --by class")
        .exit(0)
        .prints("7 B           1  oss://bkt/logs/  IA\n");
}

#[test]
fn parts_of_unfinished_uploads_are_added_up_where_that_is_asked() {
    let desk = held::desk();
    desk.workspace.write_seeded("file", 1, held::SIZE);
    desk.kill_held(
        "UploadPart",
        &format!("cp file oss://bkt/k {}", held::OPTIONS),
    );
    let unfinished = lines(&desk, "oss://bkt --parts").pop().unwrap()["unfinished"].clone();
    assert_eq!(unfinished["uploads"], 1);
    assert!(unfinished["parts"].as_u64().unwrap() >= held::HELD_AT as u64);
    assert!(unfinished["bytes"].as_u64().unwrap() >= (held::HELD_AT * held::PART) as u64);
    assert!(lines(&desk, "oss://bkt")[0].get("unfinished").is_none());
}

#[test]
fn earlier_versions_are_added_up_where_that_is_asked() {
    let desk = Desk::new();
    desk.enable_versioning();
    desk.put("oss://bkt/d/k", b"123");
    desk.put("oss://bkt/d/k", b"12345");
    desk.run("rm oss://bkt/d/k").exit(0);
    desk.put("oss://bkt/d/l", b"1");
    assert_eq!(lines(&desk, "oss://bkt").pop().unwrap()["bytes"], 1);
    let total = lines(&desk, "oss://bkt --all-versions").pop().unwrap();
    assert_eq!((&total["objects"], &total["bytes"]), (&1.into(), &1.into()));
    assert_eq!(total["earlier_versions"]["objects"], 2);
    assert_eq!(total["earlier_versions"]["bytes"], 8);
    assert_eq!(total["delete_markers"], 1);
    assert_eq!(total["classes"]["Standard"]["bytes"], 9);
    desk.run("du oss://bkt --all-versions")
        .exit(0)
        .prints("8 B           2  oss://bkt/d/  earlier versions\n");
}

#[test]
fn a_bucket_that_is_not_there_cannot_be_added_up() {
    let desk = Desk::new();
    fails(
        &desk.ossum,
        "du oss://none",
        3,
        "no_such_bucket",
        "oss://none",
    );
}
