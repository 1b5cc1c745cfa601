//! `ossum stat`.

use serde_json::Value;

use crate::desk::fails;
use crate::held;
use crate::listing::shelf;

#[test]
fn an_object_and_a_bucket_can_be_looked_at() {
    let desk = shelf();
    desk.run("stat oss://bkt/a.txt")
        .exit(0)
        .prints("size          5 (5 B)")
        .prints("CRC-64")
        .prints("text/plain");
    let object = desk.run("stat oss://bkt/a.txt --json").exit(0).last_json();
    assert_eq!(
        (&object["event"], &object["size"]),
        (&"object".into(), &5.into())
    );
    let bucket = desk.run("stat oss://bkt --json").exit(0).last_json();
    assert_eq!(
        (&bucket["event"], &bucket["region"]),
        (&"bucket".into(), &"cn-hangzhou".into())
    );
}

#[test]
fn an_objects_acl_is_shown_and_one_that_must_not_be_read_spoils_nothing() {
    let desk = held::desk();
    desk.put("oss://bkt/k", b"12345");
    let words = "stat oss://bkt/k --json";
    assert_eq!(desk.run(words).exit(0).last_json()["acl"], "default");
    desk.deny("GetObjectAcl", 1);
    let denied = desk.run(words).exit(0).last_json();
    assert_eq!((&denied["acl"], &denied["size"]), (&Value::Null, &5.into()));
    desk.run("stat oss://bkt/k")
        .exit(0)
        .prints("ACL           not allowed to read");
    // That it could not be asked is something else.
    desk.faults(
        "[[rule]]\noperation = 'GetObjectAcl'\nthen = { answer = { status = 400, code = 'Odd' } }\n",
    );
    desk.run("stat oss://bkt/k").exit(1).says("Odd");
}

#[test]
fn several_can_be_looked_at_and_one_that_is_missing_is_told() {
    let desk = shelf();
    let outcome = desk.run("stat oss://bkt/a.txt oss://bkt/none oss://bkt");
    outcome
        .exit(1)
        .prints("oss://bkt/a.txt")
        .prints("cn-hangzhou")
        .says("oss://bkt/none")
        .says("1 of 3 failed");
    fails(
        &desk.ossum,
        "stat oss://bkt/a oss://bkt/b --version-id x",
        2,
        "usage",
        "one object",
    );
}
