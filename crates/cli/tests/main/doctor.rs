//! `ossum doctor`: what is wrong, where it goes wrong, and what to do.

mod bucket;

use std::net::TcpListener;
use std::time::{Duration, SystemTime};

use ossum_devserver::{Clock, Listening};
use ossum_testkit::{LocalOss, Outcome, Program};
use serde_json::Value;

use crate::desk::{Desk, ossum};
use crate::held::{OPTIONS, SIZE, desk};

const PROBE: &str = "--probe-size 100K";

/// The finding of a check.
#[track_caller]
fn found(outcome: &Outcome, check: &str) -> Value {
    let lines = outcome.stdout_json();
    let mut findings = lines.into_iter().filter(|line| line["check"] == check);
    let finding = findings
        .next()
        .unwrap_or_else(|| panic!("no {check}: {outcome}"));
    assert!(findings.next().is_none(), "{check} twice: {outcome}");
    assert_eq!(finding["event"], "finding");
    let is_ok = finding["state"] == "ok";
    assert!(
        is_ok || finding["next"].is_string(),
        "no next step: {outcome}"
    );
    finding
}

/// Expects the finding of a check to have `text` in the member `name`.
#[track_caller]
fn says(outcome: &Outcome, check: &str, name: &str, text: &str) {
    let finding = found(outcome, check);
    let member = finding[name].as_str();
    assert!(member.is_some_and(|said| said.contains(text)), "{finding}");
}

/// All checks of this state.
fn checks(outcome: &Outcome, state: &str) -> Vec<String> {
    let lines = outcome.stdout_json();
    let found = lines.iter().filter(|line| line["state"] == state);
    found
        .map(|line| line["check"].as_str().unwrap().to_owned())
        .collect()
}

/// The program of `desk` without these variables.
fn without(desk: &Desk, names: [&str; 2]) -> Program {
    let without = |program: Program, name| program.without_env(name);
    names.into_iter().fold(desk.ossum.clone(), without)
}

const ACCESS_KEY: [&str; 2] = ["OSS_ACCESS_KEY_ID", "OSS_ACCESS_KEY_SECRET"];

/// Expects the verdict, and after it the failure that the exit code stands for.
#[track_caller]
fn fails(outcome: &Outcome, code: i32, check: &str) {
    let lines = outcome.exit(code).stdout_json();
    let [.., verdict, error] = &lines[..] else {
        panic!("{outcome}");
    };
    assert_eq!(
        (&verdict["event"], &verdict["code"]),
        (&"verdict".into(), &code.into())
    );
    assert_eq!(
        (&error["event"], &error["code"]),
        (&"error".into(), &code.into())
    );
    assert!(
        error["message"].as_str().unwrap().contains(check),
        "{outcome}"
    );
    assert_eq!(found(outcome, check)["state"], "fail", "{outcome}");
    assert_eq!(found(outcome, check)["code"], code, "{outcome}");
}

fn nothing_is_left(desk: &Desk) {
    assert_eq!(desk.run("ls -r oss://bkt").exit(0).stdout(), "");
    assert_eq!(desk.run("parts ls oss://bkt").exit(0).stdout(), "");
}

#[test]
fn where_all_is_well_nothing_fails_and_nothing_is_left() {
    let desk = Desk::new();
    let outcome = desk.run(&format!("doctor oss://bkt --json {PROBE}"));
    let verdict = outcome.exit(0).last_json();
    assert_eq!(verdict["event"], "verdict", "{outcome}");
    assert_eq!(
        (&verdict["fail"], &verdict["warn"]),
        (&0.into(), &0.into()),
        "{outcome}"
    );
    let all = [
        "configuration",
        "credentials",
        "state",
        "jobs",
        "open files",
        "proxy",
        "dns",
        "tcp",
        "tls",
        "clock",
        "list",
        "stale uploads",
        "put",
        "get",
        "multipart",
        "abort",
        "delete",
    ];
    for check in all {
        assert_eq!(found(&outcome, check)["state"], "ok", "{check}");
    }
    says(&outcome, "configuration", "found", "OSS_ENDPOINT");
    outcome.never_shows(LocalOss::ACCESS_KEY_SECRET);
    outcome.never_shows(LocalOss::ACCESS_KEY_ID);
    nothing_is_left(&desk);

    // Without a bucket it asks for what needs none.
    let outcome = desk.run("doctor --json");
    outcome.exit(0);
    assert_eq!(found(&outcome, "oss")["state"], "ok");
    assert!(!checks(&outcome, "ok").contains(&"put".to_owned()));
    desk.run("doctor")
        .exit(0)
        .prints("ok   configuration")
        .prints("0 failed");
}

#[test]
fn a_wrong_secret_is_found_where_oss_refuses_it() {
    let desk = Desk::new();
    let program = desk.ossum.clone().env("OSS_ACCESS_KEY_SECRET", "wrong");
    for (words, check) in [
        ("doctor --json", "oss"),
        ("doctor oss://bkt --json", "list"),
    ] {
        let outcome = program.run(words.split_whitespace());
        fails(&outcome, 4, check);
        says(&outcome, check, "found", "SignatureDoesNotMatch");
        assert_eq!(checks(&outcome, "fail"), [check]);
    }
    program
        .run(["doctor", "oss://bkt"])
        .exit(4)
        .prints("FAIL list")
        .prints("next: ")
        .says("list: 1 of the checks failed");
}

#[test]
fn without_credentials_the_way_is_looked_at_all_the_same() {
    let desk = Desk::new();
    let program = without(&desk, ACCESS_KEY);
    let outcome = program.run(["doctor", "--json"]);
    fails(&outcome, 4, "credentials");
    assert_eq!(found(&outcome, "tcp")["state"], "ok");
}

#[test]
fn a_provider_of_credentials_that_fails_is_found() {
    let desk = Desk::new();
    let program = without(&desk, ACCESS_KEY);
    desk.workspace
        .write("ossum.toml", "credential_process = \"exit 7\"\n");
    let outcome = program.run(["doctor", "--json", "--config", "ossum.toml"]);
    fails(&outcome, 4, "credentials");
}

#[test]
fn without_settings_it_says_what_to_set() {
    let desk = Desk::new();
    let program = without(&desk, ["OSS_ENDPOINT", "OSS_REGION"]);
    let outcome = program.run(["doctor", "--json"]);
    fails(&outcome, 2, "configuration");
    says(&outcome, "configuration", "next", "OSS_REGION");
    assert_eq!(found(&outcome, "state")["state"], "ok");
}

#[test]
fn a_clock_that_is_off_is_told_and_no_failure() {
    let desk = Desk::at(LocalOss::start_with(|settings| {
        settings.clock = Clock::new(|| SystemTime::now() + Duration::from_hours(1));
    }));
    let outcome = desk.run(&format!("doctor oss://bkt --json {PROBE}"));
    outcome.exit(0);
    says(&outcome, "clock", "found", "s behind of OSS");
    assert_eq!(checks(&outcome, "warn"), ["clock"]);
}

#[test]
fn a_host_that_nobody_finds_or_reaches_ends_the_way_there() {
    let desk = Desk::new();
    let outcome = desk.run("doctor --json --endpoint https://oss.invalid");
    fails(&outcome, 5, "dns");
    let closed = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = closed.local_addr().unwrap();
    drop(closed);
    let outcome = desk.run(&format!(
        "doctor oss://bkt --json --endpoint http://{address}"
    ));
    fails(&outcome, 5, "tcp");
    assert_eq!(found(&outcome, "dns")["state"], "ok");
    assert_eq!(checks(&outcome, "fail"), ["tcp"]);
}

#[test]
fn a_proxy_that_cannot_be_reached_is_named_without_its_password() {
    let desk = Desk::new();
    let program = desk
        .ossum
        .clone()
        .env("http_proxy", "http://u:hunter2@127.0.0.1:1");
    let outcome = program.run(["doctor", "--json"]);
    fails(&outcome, 5, "tcp");
    says(&outcome, "proxy", "found", "http://127.0.0.1:1");
    outcome.never_shows("hunter2");
}

#[test]
fn a_certificate_that_is_not_trusted_is_found_as_that() {
    let listening = Listening {
        tls: true,
        ..Listening::default()
    };
    let desk = Desk::at(LocalOss::start_listening(|_| {}, &listening));
    let outcome = desk.run("doctor oss://bkt --json");
    fails(&outcome, 5, "tls");
    desk.workspace.write("ca.pem", desk.oss.ca_pem().unwrap());
    let outcome = desk.run(&format!("doctor oss://bkt --json --ca ca.pem {PROBE}"));
    outcome.exit(0);
    assert_eq!(found(&outcome, "tls")["state"], "ok");
}

#[test]
fn why_a_transfer_stopped_is_explained() {
    let desk = desk();
    desk.workspace.write_seeded("file", 1, SIZE);
    desk.deny("UploadPart", 3);
    desk.run(&format!("cp file oss://bkt/k {OPTIONS}")).exit(4);
    desk.release();
    let job = desk.run("jobs ls --json").stdout_json().remove(0);
    let id = &job["id"].as_str().unwrap()[..8];
    let outcome = desk.run(&format!("doctor {id} --json"));
    let told = found(outcome.exit(0), "job");
    assert!(
        told["found"].as_str().unwrap().contains("403 AccessDenied"),
        "{told}"
    );
    let next = told["next"].as_str().unwrap();
    assert!(next.contains(&format!("ossum jobs resume {id}")), "{told}");
    assert_eq!(outcome.stdout_json().len(), 2, "nothing else is looked at");

    desk.kill_held("UploadPart", &format!("cp file oss://bkt/l {OPTIONS}"));
    let jobs = desk.run("jobs ls --json").stdout_json();
    let killed = jobs
        .iter()
        .find(|job| job["destination"] == "oss://bkt/l")
        .unwrap();
    let id = killed["id"].as_str().unwrap();
    desk.run(&format!("doctor {id}"))
        .exit(0)
        .prints("no end recorded: killed or power loss");
    let outcome = desk.run("doctor --json");
    assert_eq!(found(outcome.exit(0), "jobs")["state"], "warn");
    desk.run("doctor 0123456789abcdef").exit(3);
}

#[test]
fn a_state_directory_that_cannot_be_written_is_found() {
    let desk = Desk::new();
    // Nobody, root included, makes a file there.
    let program = desk.ossum.clone().env("XDG_STATE_HOME", "/proc/self");
    let outcome = program.run(["doctor", "--json"]);
    fails(&outcome, 10, "state");
    let workspace = ossum_testkit::Workspace::new();
    let homeless = ossum(&workspace).using(&desk.oss).without_env("HOME");
    let outcome = homeless.run(["doctor", "--json"]);
    assert_eq!(found(outcome.exit(0), "state")["state"], "warn");
}
