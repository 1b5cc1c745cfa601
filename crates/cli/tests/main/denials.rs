use std::time::{Duration, SystemTime};

use ossum_devserver::{Access, SecurityToken};
use ossum_testkit::LocalOss;

use crate::desk::{Desk, fails};
use crate::held;

#[test]
fn a_wrong_secret_is_denied() {
    let desk = Desk::new();
    let program = desk.ossum.clone().env("OSS_ACCESS_KEY_SECRET", "wrong");
    fails(
        &program,
        "ls oss://bkt",
        4,
        "denied",
        "SignatureDoesNotMatch",
    );
    program
        .run(["ls", "oss://bkt"])
        .says("OSS_ACCESS_KEY_SECRET");
}

#[test]
fn an_unknown_access_key_is_denied() {
    let desk = Desk::new();
    let program = desk.ossum.clone().env("OSS_ACCESS_KEY_ID", "unknown");
    fails(&program, "ls oss://bkt", 4, "denied", "InvalidAccessKeyId");
}

/// Cases: 77.
#[test]
fn a_wrong_region_is_denied() {
    let desk = Desk::new();
    let program = desk.ossum.clone().env("OSS_REGION", "cn-beijing");
    program.run(["ls", "oss://bkt"]).says("OSS_REGION");
    fails(&program, "ls oss://bkt", 4, "wrong_region", "region");
}

/// Cases: 75.
#[test]
fn an_expired_token_is_denied() {
    let token = SecurityToken {
        text: "TheTokenThatNobodyMayEverSee".to_owned(),
        expires: Some(SystemTime::now() - Duration::from_hours(1)),
    };
    let oss = LocalOss::start_with(|settings| {
        settings.access = Access::Keys(vec![LocalOss::access_key(Some(token.clone()))]);
    });
    let desk = Desk::at(oss);
    let program = desk.ossum.clone().env("OSS_SESSION_TOKEN", &token.text);
    fails(
        &program,
        "ls oss://bkt",
        4,
        "denied",
        "SecurityTokenExpired",
    );
    program
        .run(["ls", "oss://bkt", "-vv"])
        .never_shows(&token.text);
}

#[test]
fn an_anonymous_request_to_a_private_bucket_is_denied() {
    let desk = Desk::new();
    fails(
        &desk.ossum,
        "ls oss://bkt --anonymous",
        4,
        "denied",
        "AccessDenied",
    );
}

#[test]
fn a_missing_bucket_is_not_found() {
    let desk = Desk::new();
    desk.workspace.write("file", "x");
    for words in ["ls oss://none", "stat oss://none", "cp file oss://none/k"] {
        fails(&desk.ossum, words, 3, "no_such_bucket", "oss://none");
    }
}

#[test]
fn a_missing_key_is_not_found() {
    let desk = Desk::new();
    for words in [
        "stat oss://bkt/none",
        "cp oss://bkt/none .",
        "cp -n oss://bkt/none .",
    ] {
        fails(&desk.ossum, words, 3, "no_such_key", "oss://bkt/none");
    }
    assert!(desk.workspace.names().is_empty());
}

#[test]
fn the_request_id_is_told_to_scripts() {
    let desk = Desk::new();
    let error = desk.run("ls oss://none --json").last_json();
    assert!(error["request_id"].as_str().unwrap().len() > 8, "{error}");
}

/// A desk whose next look at an object is answered in another way.
fn answering(then: &str) -> Desk {
    let desk = held::desk();
    desk.put("oss://bkt/d/k", b"x");
    desk.faults(&format!(
        "[[rule]]\noperation = 'GetBucketInfo'\nthen = {{ answer = {{ {then} }} }}\n"
    ));
    desk
}

#[test]
fn the_codes_of_oss_are_told_to_scripts_and_people() {
    let desk =
        answering("status = 403, code = 'BucketNotBelongTo', details = { EC = '0003-00000001' }");
    let error = desk.run("stat oss://bkt --json").exit(4).last_json();
    assert_eq!(error["oss_code"], "BucketNotBelongTo");
    assert_eq!(error["ec"], "0003-00000001");
    desk.run("stat oss://bkt")
        .says("403 BucketNotBelongTo")
        .says("EC 0003-00000001")
        .says("request ID")
        .says("hint: the bucket belongs to another account");
}

#[test]
fn a_likely_mistake_is_told_with_what_to_do_about_it() {
    for (then, hint) in [
        ("status = 403, code = 'InDebt'", "paid up"),
        ("status = 403, code = 'NoSuchCname'", "--addressing cname"),
        (
            "status = 403, code = 'AccessDenied', message = 'This request is forbidden by kms'",
            "kms:Decrypt",
        ),
        (
            "status = 403, code = 'AccessDenied', details = { Endpoint = 'oss-cn-beijing.aliyuncs.com' }",
            "--endpoint oss-cn-beijing.aliyuncs.com",
        ),
        (
            "status = 403, code = 'AccessDenied'",
            "bucket of this account",
        ),
        (
            "status = 403, code = 'SecondLevelDomainForbidden'",
            "drop --addressing path",
        ),
    ] {
        let outcome = answering(then).run("stat oss://bkt");
        assert!(outcome.exit(4).stderr().contains(hint), "{hint}: {outcome}");
    }
}

#[test]
fn who_misses_an_object_is_told_where_to_look() {
    let desk = Desk::new();
    for (words, listing) in [
        ("stat oss://bkt/d/none", "`ossum ls oss://bkt/d/`"),
        ("cp oss://bkt/none .", "`ossum ls oss://bkt/`"),
    ] {
        desk.run(words).exit(3).says(listing);
    }
}

/// Cases: 65.
#[test]
fn who_reads_an_archived_object_is_told_how_to_restore_it() {
    let desk = Desk::new();
    desk.workspace.write("file", "x");
    desk.run("cp -q file oss://bkt/old --storage-class Archive")
        .exit(0);
    let words = "cp oss://bkt/old copy";
    fails(&desk.ossum, words, 4, "archived", "oss://bkt/old");
    desk.run(words).says("`ossum restore oss://bkt/old --wait`");
}
