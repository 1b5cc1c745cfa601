use crate::desk::Desk;
use crate::held;

/// Every member of the last line of a transfer.
const MEMBERS: [&str; 16] = [
    "source",
    "destination",
    "resumed",
    "restarted",
    "bytes_total",
    "bytes_sent",
    "bytes_reused",
    "parts_total",
    "parts_reused",
    "requests",
    "retries",
    "crc64",
    "verified",
    "etag",
    "version_id",
    "elapsed_ms",
];

#[test]
fn a_file_comes_back_as_it_was_whatever_its_size() {
    const MIB: usize = 1 << 20;
    let desk = Desk::new();
    for len in [0, 1, MIB - 1, MIB, 2 * MIB, 2 * MIB + 1, 20 * MIB] {
        let sent = desk.workspace.write_seeded("file", len as u64, len);
        let up = desk.run("cp file oss://bkt/file --part-size 1M --json");
        let down = desk.run("cp oss://bkt/file again --part-size 1M --json");
        for outcome in [up, down] {
            let done = outcome.exit(0).last_json();
            assert_eq!(done["bytes_total"], len, "{outcome}");
            assert_eq!(done["bytes_sent"], len, "{outcome}");
            assert_eq!(done["verified"], "crc64", "{outcome}");
        }
        assert!(desk.workspace.read("again") == sent, "{len} bytes");
    }
    assert_eq!(desk.workspace.names(), ["again", "file"]);
}

#[test]
fn the_last_line_for_scripts_has_every_member() {
    let desk = Desk::new();
    desk.workspace.write_seeded("file", 1, 1000);
    for words in ["cp file oss://bkt/k --json", "cp oss://bkt/k again --json"] {
        let lines = desk.run(words).exit(0).stdout_json();
        assert_eq!(lines[0]["event"], "start", "{words}");
        let done = lines.last().unwrap();
        assert_eq!(done["event"], "done", "{words}");
        for member in MEMBERS {
            assert!(done.get(member).is_some(), "{words}: no {member} in {done}");
        }
        let crc64 = done["crc64"].as_str().unwrap();
        assert!(crc64.parse::<u64>().is_ok(), "{crc64}");
        assert_eq!(done.as_object().unwrap().len(), MEMBERS.len() + 2);
    }
}

#[test]
fn quiet_leaves_scripts_the_last_line_and_people_nothing() {
    let desk = Desk::new();
    desk.workspace.write("file", "x");
    let scripts = desk.run("cp file oss://bkt/k --json -q");
    assert_eq!(scripts.exit(0).stdout_json().len(), 1);
    let people = desk.run("cp file oss://bkt/k -q");
    people.exit(0);
    assert_eq!((people.stdout(), people.stderr()), ("", ""));
}

#[test]
fn people_are_told_where_it_went_and_how_it_was_verified() {
    let desk = Desk::new();
    desk.workspace.write("file", "x");
    desk.run("cp file oss://bkt/dir/")
        .exit(0)
        .prints("file -> oss://bkt/dir/file: 1 B")
        .prints("verified by CRC-64");
}

#[test]
fn a_range_is_its_bytes_first_and_last_included() {
    let desk = Desk::new();
    desk.put("oss://bkt/k", b"0123456789");
    let done = desk
        .run("cp oss://bkt/k part --range 2-4 --json")
        .exit(0)
        .last_json();
    assert_eq!(desk.workspace.read("part"), b"234");
    assert_eq!(
        (&done["verified"], &done["bytes_total"]),
        (&"length".into(), &3.into())
    );
}

#[test]
fn what_is_kept_with_an_object_is_what_was_asked_for() {
    let desk = Desk::new();
    desk.workspace.write("file.json", "{}");
    desk.run("cp file.json oss://bkt/a --meta Author=me --meta x=1=2 --storage-class IA")
        .exit(0);
    let stat = desk.run("stat oss://bkt/a --json").exit(0).last_json();
    assert_eq!(stat["content_type"], "application/json");
    assert_eq!(stat["metadata"]["author"], "me");
    assert_eq!(stat["metadata"]["x"], "1=2");
    assert_eq!(stat["storage_class"], "IA");
    desk.run("cp file.json oss://bkt/b --content-type x/y")
        .exit(0);
    let stat = desk.run("stat oss://bkt/b --json").exit(0).last_json();
    assert_eq!(stat["content_type"], "x/y");
}

#[test]
fn a_dry_run_finds_that_there_is_no_bucket_to_write_to() {
    let desk = held::desk();
    desk.workspace.write("d/a", "12345");
    desk.put("oss://bkt/k", b"1");
    for words in [
        "cp -n d/a oss://none/",
        "cp -n - oss://none/k",
        "cp -rn d oss://none/",
        "cp -n oss://bkt/k oss://none/",
    ] {
        desk.run(words).exit(3).says("oss://none");
    }
    // Who may only write is not kept from it.
    desk.deny("HeadObject", 1);
    desk.run("cp -n d/a oss://bkt/")
        .exit(0)
        .prints("would copy");
}

#[test]
fn a_dry_run_moves_nothing() {
    let desk = Desk::new();
    desk.put("oss://bkt/k", b"12345");
    desk.workspace.write("file", "x");
    desk.run("cp -n file oss://bkt/new")
        .exit(0)
        .prints("would copy file");
    desk.run("stat oss://bkt/new").exit(3);
    let planned = desk
        .run("cp -n oss://bkt/k down --json")
        .exit(0)
        .last_json();
    assert_eq!(
        (&planned["event"], &planned["bytes_total"]),
        (&"planned".into(), &5.into())
    );
    assert_eq!(desk.workspace.names(), ["file"]);
    // What would fail here and now is not promised.
    desk.run("cp -n . oss://bkt/new").exit(2);
    desk.run("cp -n --if-exists fail oss://bkt/k file").exit(9);
    desk.run("cp -n --if-exists fail file oss://bkt/k").exit(9);
}

#[test]
fn awkward_keys_are_taken_as_they_are() {
    let desk = Desk::new();
    desk.workspace.write("file", "x");
    for key in ["a b+c", "%20", "~!*'()", "中文/🎉", "a//b/../c", "k?x#y"] {
        let url = format!("oss://bkt/{key}");
        desk.ossum.run(["cp", "file", &url]).exit(0);
        let listed = desk.ossum.run(["ls", "-r", "--json", &url]);
        assert_eq!(listed.exit(0).stdout_json()[0]["key"], *key);
        desk.ossum.run(["cp", &url, "again"]).exit(0);
        assert_eq!(desk.workspace.read("again"), b"x");
    }
}

#[test]
fn scripts_hear_of_the_start_every_part_and_the_end() {
    let desk = Desk::new();
    desk.workspace.write_seeded("file", 1, 250 * 1024);
    let lines = desk
        .run("cp --json file oss://bkt/k --part-size 100K")
        .exit(0)
        .stdout_json();
    let events: Vec<_> = lines.iter().map(|line| line["event"].clone()).collect();
    assert_eq!(events, ["start", "part", "part", "part", "done"]);
    let bytes: u64 = lines.iter().filter_map(|line| line["bytes"].as_u64()).sum();
    assert_eq!(bytes, 250 * 1024);
}
