use bytes::Bytes;
use ossum_client::op::PutObject;
use ossum_testkit::LocalOss;
use serde_json::Value;

use crate::desk::{Desk, fails};
use crate::held;

fn keys_left(desk: &Desk) -> usize {
    let total = desk.run("ls -r oss://bkt -q --json").exit(0).last_json();
    usize::try_from(total["objects"].as_u64().unwrap()).unwrap()
}

fn put_all(desk: &Desk, keys: &[String]) {
    desk.with_client(async |client| {
        for key in keys {
            let key = key.parse().unwrap();
            let bytes = Bytes::from_static(b"x");
            let request = PutObject::new(LocalOss::BUCKET.parse().unwrap(), key, bytes);
            client.put_object(&request).await.unwrap();
        }
    });
}

#[test]
fn several_objects_are_deleted_by_name() {
    let desk = Desk::new();
    put_all(&desk, &["a".to_owned(), "b".to_owned(), "c".to_owned()]);
    let outcome = desk.run("rm oss://bkt/a oss://bkt/b");
    outcome
        .exit(0)
        .prints("deleted oss://bkt/a\ndeleted oss://bkt/b\n");
    assert_eq!(keys_left(&desk), 1);
}

#[test]
fn quiet_says_nothing_of_what_was_deleted() {
    let desk = Desk::new();
    put_all(&desk, &["a", "b", "many/c", "many/d"].map(str::to_owned));
    for command in ["rm -q oss://bkt/a oss://bkt/b", "rm -rf -q oss://bkt/many/"] {
        let outcome = desk.run(command);
        outcome.exit(0);
        assert_eq!((outcome.stdout(), outcome.stderr()), ("", ""));
    }
    assert_eq!(keys_left(&desk), 0);
}

#[test]
fn one_that_fails_is_told_and_the_others_are_deleted() {
    let desk = Desk::new();
    put_all(&desk, &["a".to_owned()]);
    let outcome = desk.run("rm oss://none/x oss://bkt/a");
    outcome.exit(1).says("oss://none").says("1 failed");
    assert_eq!(keys_left(&desk), 0);
    let lines = desk
        .run("rm oss://none/x oss://bkt/a --json")
        .exit(1)
        .stdout_json();
    let events: Vec<&Value> = lines.iter().map(|line| &line["event"]).collect();
    assert_eq!(events, ["error", "deleted", "total", "error"]);
}

#[test]
fn a_thousand_are_deleted_by_one_request() {
    let desk = Desk::new();
    let keys: Vec<String> = (0..1001).map(|n| format!("many/{n}")).collect();
    put_all(&desk, &keys);
    let before = desk.oss.answered();
    desk.run("rm -rf oss://bkt/many/ -q").exit(0);
    // Two pages of a listing, and two deletions.
    assert_eq!(desk.oss.answered() - before, 4);
    assert_eq!(keys_left(&desk), 0);
}

#[test]
fn keys_that_xml_cannot_carry_are_deleted_too() {
    let desk = Desk::new();
    let keys = ["odd/\u{1}", "odd/a\nb", "odd/\u{fffe}", "odd/plain"];
    put_all(&desk, &keys.map(str::to_owned));
    desk.run("rm -rf oss://bkt/odd/")
        .exit(0)
        .says("deleted 4 objects");
    assert_eq!(keys_left(&desk), 0);
}

#[test]
fn what_a_batch_is_denied_is_tried_key_by_key() {
    let desk = held::desk();
    put_all(&desk, &["a".to_owned(), "b".to_owned()]);
    desk.faults(
        "[[rule]]\noperation = 'DeleteMultipleObjects'\n\
         then = { answer = { status = 403, code = 'FileImmutable' } }\n\
         [[rule]]\noperation = 'DeleteObject'\ncount = 1\n\
         then = { answer = { status = 403, code = 'FileImmutable' } }\n",
    );
    let outcome = desk.run("rm -rf oss://bkt");
    outcome
        .exit(1)
        .says("FileImmutable")
        .says("deleted 1 object, 1 B; 1 failed");
    desk.release();
    assert_eq!(keys_left(&desk), 1);
}

#[test]
fn all_versions_go_only_when_that_is_asked() {
    let desk = Desk::new();
    desk.enable_versioning();
    desk.put("oss://bkt/k", b"1");
    desk.put("oss://bkt/k", b"2");
    let versions = |desk: &Desk| {
        let usage = desk.run("du oss://bkt --all-versions --json").last_json();
        let number = |value: &Value| value.as_u64().unwrap();
        number(&usage["objects"])
            + number(&usage["earlier_versions"]["objects"])
            + number(&usage["delete_markers"])
    };
    desk.run("rm -rf oss://bkt").exit(0);
    assert_eq!(versions(&desk), 3, "a delete marker is added");
    let shown = desk.run("rm -rn --all-versions oss://bkt --json");
    assert!(shown.exit(0).stdout_json()[0]["version_id"].is_string());
    assert_eq!(versions(&desk), 3);
    desk.run("rm -rf --all-versions oss://bkt")
        .exit(0)
        .says("deleted 3 objects");
    assert_eq!(versions(&desk), 0);
}

#[test]
fn what_would_delete_something_else_is_refused() {
    let desk = Desk::new();
    for (words, names) in [
        ("rm oss://bkt/a oss://bkt", "object key"),
        ("rm oss://bkt/a oss://bkt/b --version-id x", "one object"),
    ] {
        fails(&desk.ossum, words, 2, "usage", names);
    }
    desk.run("rm --all-versions oss://bkt/a").exit(2);
}

#[test]
fn patterns_choose_what_is_deleted_and_the_last_that_matches_decides() {
    let desk = Desk::new();
    let keys = ["d/a.gz", "d/a.txt", "d/keep/a.gz", "d/sub/b.gz", "d2/a.gz"];
    put_all(&desk, &keys.map(str::to_owned));
    let patterns = ["--include", "*.gz", "--exclude", "keep/**"];
    let rm = |options: &str| {
        let words = options.split_whitespace().chain(patterns);
        let outcome = desk.ossum.run(words.chain(["oss://bkt/d/"]));
        outcome.exit(0).stdout().to_owned()
    };
    assert_eq!(
        rm("rm -rn"),
        "would delete oss://bkt/d/a.gz\nwould delete oss://bkt/d/sub/b.gz\n"
    );
    assert_eq!(keys_left(&desk), 5);
    assert_eq!(
        rm("rm -rf"),
        "deleted oss://bkt/d/a.gz\ndeleted oss://bkt/d/sub/b.gz\n"
    );
    assert_eq!(keys_left(&desk), 3);
}

#[test]
fn patterns_choose_among_versions_too() {
    let desk = Desk::new();
    desk.enable_versioning();
    for key in ["a.gz", "a.txt"] {
        desk.put(&format!("oss://bkt/{key}"), b"1");
        desk.put(&format!("oss://bkt/{key}"), b"2");
    }
    let words = ["rm", "-rf", "--all-versions", "--exclude", "*.txt"];
    let outcome = desk.ossum.run(words.into_iter().chain(["oss://bkt"]));
    outcome.exit(0).says("deleted 2 objects");
    assert_eq!(keys_left(&desk), 1);
}

#[test]
fn patterns_without_a_path_to_be_held_against_delete_nothing() {
    let desk = Desk::new();
    for (words, names) in [
        ("rm -rf --exclude x oss://bkt/d", "oss://bkt/d/"),
        ("rm --exclude x oss://bkt/d", "--exclude belongs to"),
    ] {
        fails(&desk.ossum, words, 2, "usage", names.trim_end_matches('/'));
        desk.run(words).says(names);
    }
}

#[test]
fn a_listing_that_breaks_lets_what_is_under_way_end_and_tells_the_total() {
    let desk = held::desk();
    let keys: Vec<String> = (0..1500).map(|number| format!("x/{number:04}")).collect();
    put_all(&desk, &keys);
    // The second page is refused while the first 1,000 are being deleted.
    desk.faults(
        "[[rule]]\noperation = 'ListObjectsV2'\nnth = 2\n\
         then = { answer = { status = 403, code = 'AccessDenied' } }\n\
         [[rule]]\noperation = 'DeleteMultipleObjects'\nthen = { delay = '300ms' }\n",
    );
    let outcome = desk.run("rm -rf oss://bkt/x/ --json");
    let lines = outcome.exit(4).stdout_json();
    let [.., total, error] = &lines[..] else {
        panic!("{outcome}");
    };
    assert_eq!(
        (&total["event"], &total["objects"]),
        (&"total".into(), &1000.into())
    );
    assert_eq!(
        (&error["event"], &error["code"]),
        (&"error".into(), &4.into())
    );
    let told = lines.iter().filter(|line| line["event"] == "deleted");
    assert_eq!(told.count(), 1000);
    desk.release();
    assert_eq!(keys_left(&desk), 500);
}
