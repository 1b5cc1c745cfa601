use ossum_testkit::Workspace;

use crate::desk::{Desk, fails, ossum};

// Of "123456789"; the CRC-64 is the check value of CRC-64/XZ.
const CRC64: &str = "11051210869376104954";
const MD5: &str = "25f9e794323b453885f5181f1b624d0b";
const SHA256: &str = "15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225";
const BYTES: &[u8] = b"123456789";

/// A desk with a file and an equal object.
fn desk() -> Desk {
    let desk = Desk::new();
    desk.put("oss://bkt/k", BYTES);
    desk.workspace.write("file", BYTES);
    desk
}

#[test]
fn a_file_is_hashed_without_any_settings() {
    let workspace = Workspace::new();
    workspace.write("file", BYTES);
    let outcome = ossum(&workspace).run(["hash", "file"]);
    outcome.exit(0);
    assert_eq!(outcome.stdout(), format!("crc64   {CRC64}  file\n"));
    let all = ossum(&workspace).run(["hash", "file", "--md5", "--sha256", "--json"]);
    let hash = all.exit(0).last_json();
    assert_eq!(hash["event"], "hash");
    assert_eq!((&hash["path"], &hash["size"]), (&"file".into(), &9.into()));
    assert_eq!(hash["crc64"], CRC64);
    assert_eq!(hash["md5"], MD5);
    assert_eq!(hash["sha256"], SHA256);
}

#[test]
fn standard_input_is_hashed_to_its_end() {
    let desk = desk();
    desk.shell("printf 123456789 | ossum hash --sha256 -")
        .exit(0)
        .prints(&format!("crc64   {CRC64}  -"))
        .prints(&format!("sha256  {SHA256}  -"));
    desk.shell("printf 123456789 | ossum hash - oss://bkt/k")
        .exit(0)
        .prints("equal: ");
}

#[test]
fn an_object_is_hashed_without_a_download() {
    let desk = desk();
    let before = desk.oss.answered();
    let hash = desk
        .run("hash oss://bkt/k --md5 --json")
        .exit(0)
        .last_json();
    assert_eq!(desk.oss.answered() - before, 1, "one HEAD is enough");
    assert_eq!(
        (&hash["crc64"], &hash["md5"], &hash["sha256"]),
        (&CRC64.into(), &MD5.into(), &serde_json::Value::Null)
    );
}

#[test]
fn an_object_is_read_through_for_what_the_service_does_not_keep() {
    let desk = desk();
    desk.workspace.write_seeded("big", 1, 3 << 20);
    // An ETag of several parts is no MD5.
    desk.run("cp -q big oss://bkt/big --part-size 1M").exit(0);
    let sums = |words: &str| {
        let lines = desk.run(words).exit(0).stdout_json();
        (lines[0]["md5"].clone(), lines[0]["sha256"].clone())
    };
    let file = sums("hash big --md5 --sha256 --json");
    assert!(file.0.is_string() && file.1.is_string());
    assert_eq!(sums("hash oss://bkt/big --md5 --sha256 --json"), file);
    assert_eq!(sums("hash oss://bkt/big --md5 --json").0, file.0);
    assert_eq!(desk.workspace.names(), ["big", "file"], "nothing is kept");
}

#[test]
fn two_equal_things_are_equal_without_a_download() {
    let desk = desk();
    desk.run("cp -q file oss://bkt/again").exit(0);
    for words in [
        "hash file oss://bkt/k",
        "hash oss://bkt/k file",
        "hash oss://bkt/k oss://bkt/again",
    ] {
        let before = desk.oss.answered();
        let outcome = desk.run(words);
        outcome.exit(0).prints("equal: ").prints(CRC64);
        assert!(desk.oss.answered() - before <= 2, "{outcome}");
    }
    let compared = desk.run("hash file file --json").exit(0).last_json();
    assert_eq!(compared["event"], "compared");
    assert_eq!(compared["equal"], true);
    assert_eq!(compared["b"]["crc64"], CRC64);
}

#[test]
fn two_that_differ_are_an_integrity_error_with_both_values() {
    let desk = desk();
    desk.workspace.write("other", "123456780");
    let other = desk.run("hash other --json").exit(0).last_json();
    let other = other["crc64"].as_str().unwrap().to_owned();
    for words in ["hash other oss://bkt/k", "hash oss://bkt/k other"] {
        fails(&desk.ossum, words, 6, "integrity", &other);
        fails(&desk.ossum, words, 6, "integrity", CRC64);
        let lines = desk.run(&format!("{words} --json")).exit(6).stdout_json();
        assert_eq!(lines[0]["event"], "compared");
        assert_eq!(lines[0]["equal"], false);
    }
}

#[test]
fn other_sizes_are_enough_to_differ() {
    let desk = desk();
    desk.workspace.write("short", "1234");
    fails(
        &desk.ossum,
        "hash short oss://bkt/k",
        6,
        "integrity",
        "4 bytes are not 9",
    );
    let lines = desk.run("hash short file --json").exit(6).stdout_json();
    assert!(
        lines[0]["a"]["crc64"].is_null(),
        "nothing was read: {lines:?}"
    );
}

#[test]
fn two_are_compared_by_what_else_is_asked_for() {
    let desk = desk();
    let words = "hash file oss://bkt/k --sha256 --json";
    let compared = desk.run(words).exit(0).last_json();
    assert_eq!(compared["a"]["sha256"], SHA256);
    assert_eq!(compared["b"]["sha256"], SHA256);
}

#[test]
fn several_are_listed_and_one_that_fails_is_told_with_the_others() {
    let desk = desk();
    let outcome = desk.run("hash file none oss://bkt/none oss://bkt/k");
    outcome
        .exit(1)
        .says("none")
        .says("no such object")
        .says("2 hashed, 18 B; 2 failed");
    assert_eq!(outcome.stdout().lines().count(), 2, "{outcome}");
    let each = desk.run("hash --each file oss://bkt/k --json");
    let lines = each.exit(0).stdout_json();
    assert_eq!(lines.len(), 3, "{each}");
    assert_eq!(
        (&lines[2]["event"], &lines[2]["hashed"]),
        (&"total".into(), &2.into())
    );
}

#[test]
fn what_cannot_be_hashed_says_why() {
    let desk = desk();
    std::fs::create_dir(desk.workspace.path("dir")).unwrap();
    for (words, code, kind, names) in [
        ("hash none", 3, "not_found", "none"),
        ("hash oss://bkt/none", 3, "no_such_key", "oss://bkt/none"),
        ("hash oss://bkt", 2, "usage", "object key"),
        ("hash dir", 2, "usage", "dir is a directory"),
        ("hash - -", 2, "usage", "only once"),
        ("hash file --version-id x", 2, "usage", "--version-id"),
    ] {
        fails(&desk.ossum, words, code, kind, names);
    }
}
