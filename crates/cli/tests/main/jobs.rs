//! `ossum jobs`: what is unfinished, and what can be done about it.

mod giving_up;
mod of_runs;
mod resuming;

use ossum_testkit::Signal;
use serde_json::Value;

use crate::desk::{Desk, fails};
use crate::held::{HELD_AT, OPTIONS, PART, SIZE, desk};

/// The jobs that are listed, without the total.
fn listed(desk: &Desk) -> Vec<Value> {
    let outcome = desk.run("jobs ls --json");
    let mut lines = outcome.exit(0).stdout_json();
    let total = lines.pop().unwrap();
    assert_eq!(total["event"], "total", "{outcome}");
    assert_eq!(total["jobs"], lines.len(), "{outcome}");
    lines
}

/// The only one.
#[track_caller]
fn only(desk: &Desk) -> Value {
    let mut jobs = listed(desk);
    let job = jobs.pop().unwrap();
    assert!(jobs.is_empty(), "{jobs:?}");
    job
}

fn id(job: &Value) -> String {
    job["id"].as_str().unwrap()[..8].to_owned()
}

#[test]
fn without_unfinished_transfers_there_are_no_jobs() {
    let desk = Desk::new();
    desk.run("jobs ls").exit(0).says("no unfinished transfers");
    assert_eq!(listed(&desk).len(), 0);
    desk.run("jobs rm --all").exit(0);
    desk.run("jobs resume --all").exit(0);
}

#[test]
fn a_killed_upload_is_listed_and_shown_with_all_there_is_to_know() {
    let desk = desk();
    desk.workspace.write_seeded("file", 1, SIZE);
    desk.kill_recorded(&format!("cp file oss://bkt/k {OPTIONS}"));
    let files: Vec<_> = desk
        .all_files()
        .iter()
        .map(std::fs::read)
        .map(Result::unwrap)
        .collect();

    let job = only(&desk);
    assert_eq!(job["event"], "job");
    assert_eq!(job["state"], "stopped");
    assert_eq!(job["direction"], "upload");
    assert_eq!(job["destination"], "oss://bkt/k");
    assert_eq!(job["bytes_total"], SIZE);
    assert_eq!(job["bytes_done"], HELD_AT * PART);
    assert_eq!(job["percent"], 49);
    assert!(job["process"].is_null(), "{job}");

    let id = id(&job);
    let shown = desk
        .run(&format!("jobs show {} --json", &id[..5]))
        .exit(0)
        .last_json();
    assert_eq!(shown["parts_total"], 11);
    assert_eq!(shown["parts_done"], HELD_AT);
    // Which parts are there depends on who was quicker; each is in one of the two.
    let (done, missing) = (parts_of(&shown["done"]), parts_of(&shown["missing"]));
    assert_eq!(done.len(), HELD_AT, "{shown}");
    let mut all = [done, missing].concat();
    all.sort_unstable();
    assert_eq!(all, (1..=11).collect::<Vec<_>>(), "{shown}");
    assert_eq!(shown["command"][1], "cp");
    assert!(
        shown["upload_id"].is_string() && shown["end"].is_null(),
        "{shown}"
    );
    desk.run(&format!("jobs show {id}"))
        .exit(0)
        .prints("file.cp")
        .prints("no end recorded: killed or power loss")
        .prints(&format!("ossum jobs resume {id}"))
        .prints("ossum cp file oss://bkt/k");
    desk.run("jobs ls")
        .prints(&id)
        .prints("stopped")
        .says("1 unfinished transfer");

    let after: Vec<_> = desk
        .all_files()
        .iter()
        .map(std::fs::read)
        .map(Result::unwrap)
        .collect();
    assert!(after == files, "looking changes nothing");
}

#[test]
fn why_a_transfer_stopped_is_remembered_until_it_goes_on() {
    let desk = desk();
    desk.workspace.write_seeded("file", 1, SIZE);
    desk.deny("UploadPart", 6);
    let words = "cp file oss://bkt/k --part-size 100K --concurrency 1";
    desk.run(words).exit(4);
    let id = id(&only(&desk));
    let end = |desk: &Desk| {
        let shown = desk.run(&format!("jobs show {id} --json"));
        shown.exit(0).last_json()["end"].clone()
    };
    let denied = end(&desk);
    assert_eq!(denied["kind"], "denied", "{denied}");
    let message = denied["message"].as_str().unwrap();
    assert!(message.contains("upload part 6 of oss://bkt/k"), "{denied}");
    assert!(message.contains("403 AccessDenied"), "{denied}");
    assert!(
        denied["hint"].as_str().unwrap().contains("policy"),
        "{denied}"
    );

    // Another end takes its place.
    desk.hold("UploadPart", 2);
    let mut running = desk
        .ossum
        .start(format!("{words} --json").split_whitespace());
    while !running.line().contains(r#""reused":false"#) {}
    let goes_on = desk.run(&format!("jobs show {id} --json"));
    assert!(goes_on.last_json()["end"].is_null(), "{goes_on}");
    running.signal(Signal::INT);
    running.wait().exit(130);
    assert_eq!(end(&desk)["kind"], "interrupted");

    // And none, that of a run that could not say any.
    desk.kill_held("UploadPart", &format!("cp file oss://bkt/l {OPTIONS}"));
    desk.release();
    desk.run(&format!("jobs resume {id}")).exit(0);
    assert!(only(&desk)["end"].is_null());
}

#[test]
fn a_transfer_that_runs_is_shown_as_running_and_not_given_up() {
    let desk = desk();
    desk.workspace.write_seeded("file", 1, SIZE);
    desk.hold("UploadPart", HELD_AT);
    let running = desk.start_and_wait(&format!("cp file oss://bkt/k {OPTIONS}"));
    let job = only(&desk);
    assert_eq!(job["state"], "running");
    let process = job["process"].as_u64().unwrap();
    let id = id(&job);
    let names = format!("process {process}");
    fails(&desk.ossum, &format!("jobs rm {id}"), 9, "in_use", &names);
    desk.run("jobs rm --all")
        .exit(0)
        .says("1 running, left alone");
    desk.run("jobs resume --all").exit(0);
    assert_eq!(desk.open_uploads(), 1);

    running.signal(Signal::KILL);
    running.wait();
    assert_eq!(only(&desk)["state"], "stopped");
}

#[test]
fn an_id_that_is_unknown_ambiguous_or_none_is_refused() {
    let desk = desk();
    desk.workspace.write_seeded("file", 1, SIZE);
    let mut firsts = std::collections::BTreeMap::new();
    // Of 17 IDs two begin with the same digit.
    let twin = (0..17).find_map(|number| {
        let known = listed(&desk);
        desk.kill_held(
            "UploadPart",
            &format!("cp file oss://bkt/{number} {OPTIONS}"),
        );
        let new = listed(&desk)
            .into_iter()
            .find(|job| !known.contains(job))
            .unwrap();
        let first = id(&new)[..1].to_owned();
        firsts.insert(first.clone(), number).map(|_| first)
    });
    let twin = twin.unwrap();
    fails(
        &desk.ossum,
        &format!("jobs show {twin}"),
        2,
        "usage",
        "2 unfinished jobs",
    );
    let unknown = "0123456789abcdef";
    fails(
        &desk.ossum,
        &format!("jobs rm {unknown}"),
        3,
        "no_such_job",
        unknown,
    );
    fails(&desk.ossum, "jobs resume file", 2, "usage", "not the ID");
    desk.run("jobs rm").exit(2);
}

/// The numbers that `1-3,5` stands for.
fn parts_of(told: &Value) -> Vec<usize> {
    let ranges = told.as_str().expect("a text").split(',');
    ranges
        .flat_map(|range| {
            let (first, last) = range.trim().split_once('-').unwrap_or((range, range));
            let number = |text: &str| text.trim().parse::<usize>().expect("a number");
            number(first)..=number(last)
        })
        .collect()
}
