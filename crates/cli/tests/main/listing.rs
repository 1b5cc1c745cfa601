use bytes::Bytes;
use ossum_client::op::{PutObject, PutSymlink};
use ossum_testkit::LocalOss;
use ossum_types::BucketName;

use crate::desk::{Desk, fails};

pub(crate) fn shelf() -> Desk {
    let desk = Desk::new();
    for key in ["a.txt", "dir/b.txt", "dir/sub/c.txt", "other"] {
        desk.put(&format!("oss://bkt/{key}"), b"12345");
    }
    desk
}

fn keys(desk: &Desk, words: &str) -> Vec<String> {
    let lines = desk.run(words).exit(0).stdout_json();
    let names = lines.iter().filter_map(|line| {
        let name = line.get("key").or(line.get("prefix"))?;
        Some(name.as_str()?.to_owned())
    });
    names.collect()
}

#[test]
fn one_level_is_listed_or_everything() {
    let desk = shelf();
    assert_eq!(
        keys(&desk, "ls oss://bkt --json"),
        ["a.txt", "dir/", "other"]
    );
    assert_eq!(
        keys(&desk, "ls oss://bkt/dir/ --json"),
        ["dir/b.txt", "dir/sub/"]
    );
    assert_eq!(
        keys(&desk, "ls -r oss://bkt --json"),
        ["a.txt", "dir/b.txt", "dir/sub/c.txt", "other"]
    );
}

#[test]
fn a_line_for_scripts_has_what_is_known_of_an_object() {
    let desk = shelf();
    let lines = desk.run("ls oss://bkt/a --json").exit(0).stdout_json();
    let object = &lines[0];
    assert_eq!(object["event"], "object");
    assert_eq!(
        (&object["key"], &object["size"]),
        (&"a.txt".into(), &5.into())
    );
    for member in ["etag", "last_modified", "storage_class"] {
        assert!(object[member].is_string(), "{member}: {object}");
    }
    assert_eq!(lines[1]["event"], "total");
}

#[test]
fn people_get_a_table_and_the_total_apart_from_it() {
    let desk = shelf();
    let listed = desk.run("ls oss://bkt");
    listed.exit(0).prints("5 B  a.txt").prints("DIR  dir/");
    assert_eq!(listed.stdout().lines().count(), 3);
    assert_eq!(listed.stderr(), "1 directory, 2 objects, 10 B\n");
}

#[test]
fn buckets_are_listed_without_a_bucket() {
    let desk = Desk::new();
    for words in ["ls", "ls oss://"] {
        desk.run(words)
            .exit(0)
            .prints("cn-hangzhou")
            .prints("oss://bkt");
    }
    let lines = desk.run("ls --json").exit(0).stdout_json();
    assert_eq!(
        (&lines[0]["event"], &lines[0]["bucket"]),
        (&"bucket".into(), &"bkt".into())
    );
}

#[test]
fn nothing_to_list_is_no_error() {
    let desk = Desk::new();
    let listed = desk.run("ls oss://bkt/none");
    listed.exit(0);
    assert_eq!((listed.stdout(), listed.stderr()), ("", "0 objects, 0 B\n"));
}

#[test]
fn more_than_a_page_is_listed_and_deleted() {
    const MANY: usize = 1005;
    let desk = Desk::new();
    put_many(&desk, MANY);
    let total = desk.run("ls oss://bkt/many/ --json -q").exit(0).last_json();
    assert_eq!(
        (&total["objects"], &total["bytes"]),
        (&MANY.into(), &MANY.into())
    );
    let deleted = desk
        .run("rm -rf oss://bkt/many/ --json -q")
        .exit(0)
        .last_json();
    assert_eq!(
        (&deleted["objects"], &deleted["failed"]),
        (&MANY.into(), &0.into())
    );
    assert!(keys(&desk, "ls -r oss://bkt --json").is_empty());
}

/// Stores `number` objects of one byte below `many/`.
fn put_many(desk: &Desk, number: usize) {
    desk.with_client(async |client| {
        let bucket: BucketName = LocalOss::BUCKET.parse().unwrap();
        for number in 0..number {
            let key = format!("many/{number}").parse().unwrap();
            let request = PutObject::new(bucket.clone(), key, Bytes::from_static(b"x"));
            client.put_object(&request).await.unwrap();
        }
    });
}

#[test]
fn a_listing_ends_after_as_many_lines_as_are_wanted() {
    let desk = shelf();
    desk.enable_versioning();
    let total = |words: &str| desk.run(words).exit(0).last_json();
    assert_eq!(
        keys(&desk, "ls oss://bkt --max-items 2 --json"),
        ["a.txt", "dir/"]
    );
    let cut = total("ls oss://bkt --max-items 2 --json");
    assert_eq!(
        (&cut["objects"], &cut["truncated"]),
        (&1.into(), &true.into())
    );
    let whole = total("ls oss://bkt --max-items 3 --json");
    assert_eq!(
        (&whole["objects"], &whole["truncated"]),
        (&2.into(), &false.into())
    );
    let versions = total("ls -r oss://bkt --all-versions --max-items 1 --json");
    assert_eq!(
        (&versions["objects"], &versions["truncated"]),
        (&1.into(), &true.into())
    );
    desk.run("ls oss://bkt --max-items 2")
        .exit(0)
        .says("1 directory, 1 object, 5 B; there is more");
    let buckets = desk.run("ls --max-items 1 --json").exit(0).stdout_json();
    assert_eq!(buckets.len(), 1);
    desk.run("ls oss://bkt --max-items 0").exit(2);
}

#[test]
fn a_listing_that_is_to_be_short_asks_for_no_more_than_one_page() {
    let desk = Desk::new();
    put_many(&desk, 1500);
    let before = desk.oss.answered();
    desk.run("ls -r oss://bkt --max-items 999").exit(0);
    assert_eq!(desk.oss.answered() - before, 1);
}

#[test]
fn one_object_is_deleted_and_one_that_is_not_there_too() {
    let desk = shelf();
    desk.run("rm -n oss://bkt/a.txt")
        .exit(0)
        .prints("would delete oss://bkt/a.txt");
    desk.run("stat oss://bkt/a.txt").exit(0);
    desk.run("rm oss://bkt/a.txt")
        .exit(0)
        .prints("deleted oss://bkt/a.txt");
    desk.run("stat oss://bkt/a.txt").exit(3);
    desk.run("rm oss://bkt/a.txt").exit(0);
}

#[test]
fn many_are_deleted_only_when_it_is_certain_that_it_is_wanted() {
    let desk = shelf();
    fails(
        &desk.ossum,
        "rm -r oss://bkt/dir/",
        2,
        "usage",
        "no terminal",
    );
    fails(&desk.ossum, "rm oss://bkt", 2, "usage", "not empty");
    let shown = desk
        .run("rm -r -n oss://bkt/dir/ --json")
        .exit(0)
        .stdout_json();
    assert_eq!(shown.last().unwrap()["objects"], 2);
    assert_eq!(keys(&desk, "ls -r oss://bkt --json").len(), 4);
    desk.run("rm -r -f oss://bkt/dir/")
        .exit(0)
        .says("deleted 2 objects, 10 B");
    assert_eq!(keys(&desk, "ls -r oss://bkt --json"), ["a.txt", "other"]);
}

#[test]
fn everything_that_is_known_of_an_object_is_shown() {
    let desk = shelf();
    desk.workspace.write("file", "x");
    desk.run("cp -q file oss://bkt/k --sse AES256 --tag a=b --tag c=d --meta m=n")
        .exit(0);
    let object = desk.run("stat oss://bkt/k --json").exit(0).last_json();
    assert_eq!(
        (&object["encryption"], &object["tags"]),
        (&"AES256".into(), &2.into())
    );
    assert_eq!(object["metadata"]["m"], "n");
    desk.with_client(async |client| {
        let (bucket, link) = (LocalOss::BUCKET.parse().unwrap(), "link".parse().unwrap());
        let request = PutSymlink::new(bucket, link, "dir/b.txt".parse().unwrap());
        client.put_symlink(&request).await.unwrap();
    });
    desk.run("stat oss://bkt/link")
        .exit(0)
        .prints("leads to      dir/b.txt");
}

#[test]
fn every_version_is_listed_where_that_is_asked() {
    let desk = Desk::new();
    desk.enable_versioning();
    desk.put("oss://bkt/k", b"1");
    desk.put("oss://bkt/k", b"22");
    desk.run("rm oss://bkt/k").exit(0);
    let lines = desk
        .run("ls --all-versions oss://bkt --json")
        .exit(0)
        .stdout_json();
    let seen: Vec<_> = lines[..3]
        .iter()
        .map(|line| (&line["delete_marker"], &line["size"], &line["is_latest"]))
        .collect();
    assert!(lines.iter().take(3).all(|line| line["event"] == "version"));
    assert_eq!(
        seen,
        [
            (&true.into(), &0.into(), &true.into()),
            (&false.into(), &2.into(), &false.into()),
            (&false.into(), &1.into(), &false.into()),
        ]
    );
    desk.run("ls --all-versions oss://bkt")
        .exit(0)
        .prints("DELETED  k  version ")
        .prints("  latest");
}

/// What a key can do to a terminal: clear it, rename it, and end the line.
const HOSTILE_KEY: &str = "d/\u{1b}[2J\u{1b}]0;x\u{7}\r\u{9b}1mk";

/// Cases: 111.
#[test]
fn no_command_that_prints_keys_lets_one_control_a_terminal() {
    let desk = Desk::new();
    desk.with_client(async |client| {
        let bucket: BucketName = LocalOss::BUCKET.parse().unwrap();
        let put = PutObject::new(bucket, HOSTILE_KEY.parse().unwrap(), Bytes::from("x"));
        client.put_object(&put).await.unwrap();
    });
    let mut shown = 0;
    for words in [
        "ls -r oss://bkt",
        "ls oss://bkt/d/",
        "du oss://bkt",
        "cp -r -n oss://bkt/d down",
        "cp -r oss://bkt/d oss://bkt/e",
        "rm -r -n oss://bkt/d",
        "rm -r oss://bkt/e --force",
        "ls -r oss://bkt --json",
        "cp -r oss://bkt/d down --progress plain -v",
    ] {
        let screen = desk.ossum.start_on_terminal(200, words.split(' ')).exit(0);
        for control in ["\u{1b}[2J", "\u{1b}]0", "\u{9b}", "\u{7}"] {
            assert!(!screen.contains(control), "{words}: {control:?}");
        }
        shown += usize::from(screen.contains("[2J"));
    }
    assert!(shown >= 4, "the key was shown {shown} times");
}
