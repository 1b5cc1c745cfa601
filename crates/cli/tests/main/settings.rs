use ossum_testkit::Workspace;

use crate::desk::{Desk, fails, ossum};

const NOWHERE: &str = "http://127.0.0.1:1";

#[test]
fn without_credentials_it_says_what_to_set() {
    let workspace = Workspace::new();
    let program = ossum(&workspace).env("OSS_REGION", "cn-hangzhou");
    fails(
        &program,
        "stat oss://bkt/k",
        4,
        "credentials",
        "no credentials",
    );
    program
        .run(["stat", "oss://bkt/k"])
        .says("OSS_ACCESS_KEY_ID")
        .says("--anonymous");
}

#[test]
fn half_credentials_are_refused_with_the_half_that_is_missing() {
    let workspace = Workspace::new();
    let program = ossum(&workspace)
        .env("OSS_REGION", "cn-hangzhou")
        .env("OSS_ACCESS_KEY_ID", "id")
        .env("OSS_ACCESS_KEY_SECRET", "");
    fails(
        &program,
        "stat oss://bkt/k",
        4,
        "credentials",
        "OSS_ACCESS_KEY_SECRET",
    );
}

#[test]
fn without_region_and_endpoint_it_says_what_to_set() {
    let workspace = Workspace::new();
    let program = ossum(&workspace)
        .env("OSS_ACCESS_KEY_ID", "id")
        .env("OSS_ACCESS_KEY_SECRET", "secret");
    fails(&program, "stat oss://bkt/k", 2, "settings", "region");
    let elsewhere = program.env("OSS_ENDPOINT", "https://files.example.com");
    fails(
        &elsewhere,
        "stat oss://bkt/k",
        2,
        "settings",
        "files.example.com",
    );
}

/// Cases: 102.
#[test]
fn signed_requests_do_not_travel_in_the_clear_to_other_machines() {
    let desk = Desk::new();
    let words = "stat oss://bkt/k --endpoint http://oss-cn-hangzhou.aliyuncs.com";
    fails(&desk.ossum, words, 2, "settings", "in the clear");
    desk.run(words).says("--allow-http");
}

#[test]
fn an_option_that_makes_no_sense_is_named() {
    let desk = Desk::new();
    fails(
        &desk.ossum,
        "ls oss://bkt --region X",
        2,
        "settings",
        "--region",
    );
    fails(
        &desk.ossum,
        "ls oss://bkt --ca /nowhere.pem",
        2,
        "settings",
        "/nowhere.pem",
    );
}

/// Cases: 97.
#[test]
fn a_password_in_an_option_is_refused_and_not_repeated() {
    let desk = Desk::new();
    let words = "ls oss://bkt -vv --proxy http://user:hunter2@127.0.0.1:1";
    fails(&desk.ossum, words, 2, "settings", "--proxy");
    desk.run(words).never_shows("hunter2");
}

#[test]
fn an_option_counts_before_the_environment() {
    let desk = Desk::new();
    let program = desk.ossum.clone().env("OSS_ENDPOINT", NOWHERE);
    let endpoint = desk.oss.endpoint();
    program
        .run(["ls", "oss://bkt", "--endpoint", endpoint])
        .exit(0);
}

/// Cases: 103.
#[test]
fn insecure_is_loud() {
    let desk = Desk::new();
    desk.run("ls oss://bkt --insecure")
        .exit(0)
        .says("warning: --insecure");
}
