//! A plan that is written, read by somebody, and carried out later.

use serde_json::Value;

use super::did;
use crate::desk::Desk;
use crate::runs::events;

impl Desk {
    fn plan(&self) -> Vec<Value> {
        let text = String::from_utf8(self.workspace.read("plan")).unwrap();
        let lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
        lines.collect()
    }
}

/// Something to copy, something to replace, something to delete and something to keep.
fn desk() -> Desk {
    let desk = Desk::new();
    desk.file_of_age("d/new", b"new", 100);
    desk.file_of_age("d/other", b"longer", 100);
    desk.file_of_age("d/same", b"same", 100);
    desk.put("oss://bkt/x/other", b"short");
    desk.put("oss://bkt/x/old", b"old!");
    desk.run("cp d/same oss://bkt/x/same").exit(0);
    desk
}

const PLAN: &str = "sync --delete --plan plan d oss://bkt/x";

#[test]
fn a_plan_has_the_sums_first_and_then_a_line_for_each_difference() {
    let desk = desk();
    let keys = desk.keys("");
    desk.run(PLAN)
        .exit(0)
        .prints("would copy 2 files (9 B), 1 to be deleted, 1 the same");
    assert_eq!(desk.keys(""), keys, "nothing is done");
    let plan = desk.plan();
    assert_eq!(plan.len(), 4);
    let sums = ["copy", "copy_bytes", "delete", "delete_bytes", "keep"];
    let sums = sums.map(|sum| plan[0][sum].as_u64().unwrap());
    assert_eq!(sums, [2, 9, 1, 4, 1]);
    let told: Vec<_> = plan[1..]
        .iter()
        .map(|line| {
            let of = |name: &str| line[name].as_str().unwrap().to_owned();
            (
                of("action"),
                of("key"),
                line["size"].as_u64().unwrap(),
                of("why"),
            )
        })
        .collect();
    let line = |action: &str, key: &str, size, why: &str| {
        (action.to_owned(), key.to_owned(), size, why.to_owned())
    };
    assert_eq!(
        told,
        [
            line("copy", "new", 3, "missing"),
            line("delete", "old", 4, "not_in_source"),
            line("copy", "other", 6, "size"),
        ]
    );
    assert_eq!(plan[3]["destination_size"], 5);
    assert_eq!(desk.runs_left(), 0);
}

#[test]
fn a_plan_is_carried_out_as_it_was_written() {
    let desk = desk();
    desk.run(PLAN).exit(0);
    let did_it = desk.sync("--apply plan d oss://bkt/x", 0);
    assert_eq!(did_it, did(2, 1, 0));
    assert_eq!(desk.keys("x/"), ["x/new", "x/other", "x/same"]);
    assert_eq!(desk.sync("--delete d oss://bkt/x", 0), did(0, 0, 3));
}

#[test]
fn what_has_drifted_since_is_refused_and_the_rest_is_done_but_for_deletions() {
    for (drift, failing) in [
        ("source", "d/other"),
        ("source gone", "d/other"),
        ("destination", "oss://bkt/x/other"),
        ("destination gone", "oss://bkt/x/other"),
        ("appeared", "oss://bkt/x/new"),
    ] {
        let desk = desk();
        desk.run(PLAN).exit(0);
        match drift {
            "source" => desk.file_of_age("d/other", b"LONGER", 50),
            "source gone" => std::fs::remove_file(desk.workspace.path("d/other")).unwrap(),
            "destination" => desk.put("oss://bkt/x/other", b"SHORT"),
            "destination gone" => drop(desk.run("rm oss://bkt/x/other")),
            _ => desk.put("oss://bkt/x/new", b"NEW"),
        }
        let some = desk.run("sync --json --apply plan d oss://bkt/x");
        let errors = events(some.exit(1), "error");
        assert_eq!(errors.len(), 1, "{drift}: {some}");
        assert_eq!(errors[0]["code"], 7, "{drift}");
        let message = errors[0]["message"].as_str().unwrap();
        assert!(message.contains(failing), "{drift}: {message}");
        let last = some.last_json();
        assert_eq!(
            (&last["files"], &last["deleted"]),
            (&1.into(), &0.into()),
            "{drift}"
        );
        assert!(desk.keys("x/").contains(&"x/old".to_owned()), "{drift}");
    }
}

#[test]
fn what_was_to_be_deleted_and_has_changed_stays() {
    let desk = desk();
    desk.put("oss://bkt/x/older", b"1");
    desk.run(PLAN).exit(0);
    desk.put("oss://bkt/x/old", b"OLD!");
    let some = desk.run("sync --json --apply plan d oss://bkt/x");
    let last = some.exit(1).last_json();
    assert_eq!(
        (&last["deleted"], &last["failed"]),
        (&1.into(), &1.into()),
        "{some}"
    );
    assert_eq!(desk.keys("x/old"), ["x/old"]);
    // Files are looked at whenever they are deleted.
    desk.sync("d oss://bkt/y", 0);
    desk.file_of_age("down/old", b"old", 100);
    desk.run("sync --delete --plan plan oss://bkt/y down")
        .exit(0);
    desk.file_of_age("down/old", b"new", 50);
    desk.sync("--apply plan oss://bkt/y down", 1);
    assert_eq!(desk.workspace.read("down/old"), b"new");
}

#[test]
fn a_plan_of_other_places_or_a_damaged_one_is_refused() {
    let desk = desk();
    desk.run(PLAN).exit(0);
    let keys = desk.keys("");
    desk.run("sync --apply plan d oss://bkt/y")
        .exit(2)
        .says("hint: ");
    desk.run("sync --apply plan oss://bkt/x d").exit(2);
    desk.run("sync --apply absent d oss://bkt/x").exit(3);
    let whole = desk.workspace.read("plan");
    for damaged in [&whole[..whole.len() - 2], b"{}\n", b""] {
        desk.workspace.write("plan", damaged);
        desk.run("sync --apply plan d oss://bkt/x")
            .exit(2)
            .says("plan");
    }
    assert_eq!(desk.keys(""), keys);
}

#[test]
fn a_plan_that_deletes_too_much_is_written_and_refused_when_it_is_carried_out() {
    let desk = desk();
    desk.run(&format!("{PLAN} --max-delete 0")).exit(0);
    let refused = desk.run("sync --apply plan --max-delete 0 d oss://bkt/x");
    refused.exit(8).says("--max-delete");
    assert_eq!(desk.keys("x/").len(), 3);
    desk.run("sync -n --apply plan d oss://bkt/x")
        .exit(0)
        .prints("would delete oss://bkt/x/old");
    assert_eq!(desk.keys("x/").len(), 3);
    desk.sync("--apply plan d oss://bkt/x", 0);
}

/// Cases: 96.
#[test]
fn a_plan_that_somebody_has_edited_leads_nowhere_else() {
    let desk = desk();
    desk.workspace.write("secret", b"12345678");
    desk.workspace.write("down/mine", b"1");
    desk.sync("d oss://bkt/y", 0);
    for (plan, apply, from, to) in [
        (
            PLAN,
            "d oss://bkt/x",
            "\"key\":\"new\"",
            "\"key\":\"../secret\"",
        ),
        (
            "sync --delete --plan plan oss://bkt/y down",
            "oss://bkt/y down",
            "\"key\":\"mine\"",
            "\"key\":\"../secret\"",
        ),
    ] {
        desk.run(plan).exit(0);
        let text = String::from_utf8(desk.workspace.read("plan")).unwrap();
        assert!(text.contains(from), "{text}");
        desk.workspace
            .write("plan", text.replace(from, to).as_bytes());
        desk.run(&format!("sync --apply plan {apply}")).exit(1);
        assert_eq!(desk.workspace.read("secret"), b"12345678");
    }
    let keys = desk.keys("");
    assert!(!keys.iter().any(|key| key.contains("secret")), "{keys:?}");
}
