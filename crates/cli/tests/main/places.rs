//! An error says of which local file it is, and of which part.

use serde_json::{Value, json};

use crate::desk::Desk;
use crate::held::{SIZE, desk};
use crate::runs::events;

const ONE_BY_ONE: &str = "--part-size 100K --concurrency 1";

/// File and part of the error that ends `words`.
#[track_caller]
fn place(desk: &Desk, words: &str, code: i32) -> (Value, Value) {
    let error = desk.run(&format!("{words} --json")).exit(code).last_json();
    assert_eq!(error["event"], "error");
    (error["file"].clone(), error["part"].clone())
}

#[test]
fn a_part_that_is_not_sent_is_named_with_its_file() {
    let desk = desk();
    desk.workspace.write_seeded("file", 1, SIZE);
    desk.deny("UploadPart", 3);
    let words = format!("cp file oss://bkt/k {ONE_BY_ONE}");
    let outcome = desk.run(&words);
    outcome
        .exit(4)
        .says("upload part 3 of")
        .says("  at: file file\n");
    desk.deny("UploadPart", 1);
    assert_eq!(place(&desk, &words, 4), (json!("file"), json!(3)));
}

#[test]
fn a_part_that_is_not_fetched_is_named_with_its_file() {
    let desk = desk();
    desk.put("oss://bkt/k", &vec![1; SIZE]);
    desk.deny("GetObject", 3);
    let words = format!("cp oss://bkt/k file {ONE_BY_ONE}");
    desk.run(&words).exit(4).says("  at: file file, part 3\n");
    desk.deny("GetObject", 1);
    assert_eq!(place(&desk, &words, 4), (json!("file"), json!(3)));
}

#[test]
fn what_has_no_parts_or_no_file_names_none() {
    let desk = desk();
    desk.workspace.write("small", "1");
    desk.deny("PutObject", 1);
    assert_eq!(
        place(&desk, "cp small oss://bkt/k", 4),
        (json!("small"), Value::Null)
    );
    // The message has named it.
    desk.run("cp missing oss://bkt/k")
        .exit(3)
        .never_shows("at: ");
    assert_eq!(
        place(&desk, "stat oss://bkt/k", 3),
        (Value::Null, Value::Null)
    );
}

#[test]
fn an_item_of_a_run_is_told_with_file_and_part_and_what_happened_to_it() {
    let desk = desk();
    desk.workspace.write("d/1", "1");
    desk.workspace.write_seeded("d/2", 1, SIZE);
    desk.workspace.write_seeded("d/3", 1, SIZE);
    desk.faults(
        "[[rule]]\noperation = 'UploadPart'\nkey = 'x/2'\nfrom = 3\n\
         then = { answer = { status = 403, code = 'AccessDenied' } }\n\
         [[rule]]\noperation = 'UploadPart'\nkey = 'x/3'\nnth = 2\n\
         then = { answer = { status = 503, code = 'ServiceUnavailable' } }\n",
    );
    let words = format!("cp -r d oss://bkt/x {ONE_BY_ONE}");
    let outcome = desk.run(&format!("{words} --json"));
    outcome.exit(1);
    let error = events(&outcome, "error").remove(0);
    assert!(error["file"].as_str().unwrap().ends_with("d/2"), "{error}");
    assert_eq!(error["part"], 3);

    let of = |name, destination: &str| {
        let mut found = events(&outcome, name);
        found.retain(|line| line["destination"] == destination);
        found
    };
    assert_eq!(of("part", "oss://bkt/x/1").len(), 1);
    assert_eq!(of("part", "oss://bkt/x/2").len(), 2);
    let parts = of("part", "oss://bkt/x/3");
    let numbers: Vec<_> = parts.iter().map(|part| part["number"].as_u64()).collect();
    assert_eq!(numbers, (1..=11).map(Some).collect::<Vec<_>>());
    let retries = of("retry", "oss://bkt/x/3");
    assert_eq!(retries.len(), 1);
    assert_eq!(retries[0]["operation"], "UploadPart", "{outcome}");
    // All of an item is told before its end.
    let lines = outcome.stdout_json();
    let mut of_third = lines
        .iter()
        .filter(|line| line["destination"] == "oss://bkt/x/3");
    assert_eq!(of_third.next_back().unwrap()["event"], "done", "{outcome}");

    desk.run(&words)
        .exit(1)
        .says("upload part 3 of")
        .says("(file d/2)");
    desk.run("jobs ls --json").exit(0);
    let again = desk.run(&format!("{words} --json"));
    assert_eq!(events(&again, "resumed").len(), 1, "{again}");
}
