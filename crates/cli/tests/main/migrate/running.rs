use http::StatusCode;
use ossum_devserver::Operation;
use ossum_devserver::faults::{Answer, Effect, Moment, Rule};
use ossum_testkit::{LocalOss, Outcome};

use crate::desk::{Desk, fails};

/// What is to be migrated, planned in shards of two objects and ranges of 200 KiB.
struct Migration {
    old: Desk,
    new: Desk,
}

const LARGE: usize = 500 << 10;

fn large() -> Vec<u8> {
    (0..LARGE)
        .map(|at| u8::try_from(at / 7 % 251).unwrap())
        .collect()
}

impl Migration {
    fn planned() -> Self {
        let migration = Self {
            old: Desk::at(LocalOss::start()),
            new: Desk::new(),
        };
        for key in ["a", "b/ü", "b//c"] {
            migration.old.put(&format!("oss://bkt/from/{key}"), b"1234");
        }
        migration.old.put("oss://bkt/from/large", &large());
        let endpoint = migration.old.oss.endpoint();
        let plan = migration.run(&format!(
            "plan oss://bkt/from oss://bkt/to --source-endpoint {endpoint} --work oss://bkt/work \
             --shard-objects 2 --split 200K --part-size 100K"
        ));
        let planned = plan.exit(0);
        assert!(planned.stdout().contains("4 objects"), "{planned}");
        migration
    }

    fn run(&self, words: &str) -> Outcome {
        self.new.run(&format!("migrate {words}"))
    }

    fn faults(&self, rules: impl IntoIterator<Item = Rule>) {
        self.new.oss.inside().faults(rules);
    }

    fn has_all(&self) {
        let new = self.new.oss.inside();
        for key in ["a", "b/ü", "b//c"] {
            new.holds(&format!("to/{key}"), "1234");
        }
        new.holds("to/large", large()).no_open_uploads();
    }
}

#[test]
fn shards_are_carried_out_one_by_one_and_then_finished() {
    let migration = Migration::planned();
    fails(
        &migration.new.ossum,
        "migrate finish --work oss://bkt/work",
        1,
        "not_all_done",
        "4 shards are not done",
    );
    for shard in 0..4 {
        let run = migration.run(&format!("run-shard oss://bkt/work#{shard} --json"));
        let end = run.exit(0).last_json();
        assert_eq!(
            (&end["event"], &end["verdict"]),
            (&"shard".into(), &"done".into())
        );
        let again = migration.run(&format!("run-shard oss://bkt/work#{shard} --json"));
        assert_eq!(again.exit(0).last_json()["rows_done"], 0, "{again}");
    }
    let finished = migration.run("finish --work oss://bkt/work --json");
    let end = finished.exit(0).last_json();
    assert_eq!(
        (&end["event"], &end["huge_objects"], &end["failed"]),
        (&"migration_finished".into(), &1.into(), &0.into())
    );
    migration.has_all();
}

#[test]
fn one_command_does_all_that_is_left() {
    let migration = Migration::planned();
    migration.run("run-shard oss://bkt/work#1").exit(0);
    let words = "run --work oss://bkt/work --jobs 3 --finish --limit 100M --requests-per-second 1000 --workers 2 --json";
    let run = migration.run(words);
    let lines = run.exit(0).stdout_json();
    let run = lines.iter().find(|line| line["event"] == "migration_run");
    assert_eq!(run.unwrap()["shards_done"], 4);
    assert_eq!(lines.last().unwrap()["event"], "migration_finished");
    migration.has_all();
    let again = migration.run("run --work oss://bkt/work");
    let told = again.exit(0).stdout();
    assert!(told.contains("4 shards done"), "{again}");
    assert!(told.contains("ossum migrate finish"), "{again}");
}

#[test]
fn the_code_says_whether_to_try_again_is_of_use() {
    let migration = Migration::planned();
    let denied = Answer::new(StatusCode::FORBIDDEN).code("AccessDenied");
    let on_puts = |answer: Answer| {
        Rule::on(Operation::PutObject)
            .key("to/*")
            .then(Effect::Answer(answer))
    };
    migration.faults([on_puts(denied)]);
    let never = migration.run("run-shard oss://bkt/work#0 --json");
    let lines = never.exit(42).stdout_json();
    let failed = lines.iter().find(|line| line["event"] == "row_failed");
    assert_eq!(failed.unwrap()["kind"], "denied");
    assert_eq!(lines.last().unwrap()["code"], 42);

    let busy = Answer::new(StatusCode::SERVICE_UNAVAILABLE).code("ServiceUnavailable");
    migration.faults([on_puts(busy)]);
    let again = migration.run("run-shard oss://bkt/work#0 --retries 1");
    again.exit(75).says("2 of 2 failed").says("goes on");

    migration.faults([]);
    migration.run("run-shard oss://bkt/work#0").exit(0);
    migration.run("run-shard oss://bkt/work#9").exit(42);
    migration.run("run-shard oss://bkt/nowhere#0").exit(42);
    migration.run("run-shard oss://bkt/work").exit(2);
}

#[test]
fn a_work_place_that_cannot_be_reached_is_tried_again() {
    let migration = Migration::planned();
    migration.faults([Rule::any().then(Effect::Reset(Moment::BeforeAnswer))]);
    let run = migration.run("run-shard oss://bkt/work#0 --retries 1");
    run.exit(75);
}

#[test]
fn within_one_account_and_region_no_bytes_pass_through_here() {
    let desk = Desk::new();
    desk.put("oss://bkt/from/a", b"1234");
    desk.put("oss://bkt/from/large", &large());
    desk.put("oss://bkt/from/huge", &[large(), large()].concat());
    let plan = "migrate plan oss://bkt/from oss://bkt/to --work w --part-size 100K --split 600K";
    desk.run(plan).exit(0);
    let inside = desk.oss.inside();
    let read = inside.requests(Operation::GetObject);
    desk.run("migrate run --work w --part-size 100K --finish")
        .exit(0);
    inside.holds("to/a", "1234").holds("to/large", large());
    inside
        .holds("to/huge", [large(), large()].concat())
        .no_open_uploads();
    assert_eq!(inside.requests(Operation::GetObject), read);
    assert_eq!(inside.requests(Operation::UploadPart), 0);
}
