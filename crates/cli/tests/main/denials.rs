use std::time::{Duration, SystemTime};

use ossum_devserver::{Access, SecurityToken};
use ossum_testkit::LocalOss;

use crate::desk::{Desk, fails};

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

#[test]
fn a_wrong_region_is_denied() {
    let desk = Desk::new();
    let program = desk.ossum.clone().env("OSS_REGION", "cn-beijing");
    program.run(["ls", "oss://bkt"]).says("OSS_REGION");
    fails(&program, "ls oss://bkt", 4, "wrong_region", "region");
}

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
