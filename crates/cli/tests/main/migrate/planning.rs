use ossum_devserver::Access;
use ossum_testkit::LocalOss;

use crate::desk::{Desk, fails};

#[test]
fn a_prefix_at_another_endpoint_is_planned_once() {
    let desk = Desk::new();
    let old = Desk::at(LocalOss::start());
    for key in ["a", "b/c", "b/d"] {
        old.put(&format!("oss://bkt/data/{key}"), b"1234");
    }
    let endpoint = old.oss.endpoint().to_string();
    let words = format!(
        "migrate plan oss://bkt/data oss://bkt/data --source-endpoint {endpoint} --work oss://bkt/w"
    );
    let outcome = desk.run(&format!("{words} --shard-objects 2 --json"));
    let planned = outcome.exit(0).last_json();
    assert_eq!(planned["event"], "migration_planned");
    assert_eq!(
        (&planned["objects"], &planned["bytes"]),
        (&3.into(), &12.into())
    );
    assert_eq!(
        (&planned["shards"], &planned["left_out"]),
        (&2.into(), &0.into())
    );
    fails(&desk.ossum, &words, 2, "usage", "has a plan already");
    let people = desk.run(&words.replace("bkt/w", "bkt/other"));
    let told = people.exit(0).stdout();
    assert!(
        told.starts_with(
            "planned 3 objects, 12 B, in 1 shard
"
        ),
        "{people}"
    );
}

#[test]
fn what_cannot_be_migrated_is_told_and_the_rest_is_planned() {
    let desk = Desk::new();
    let long = "x".repeat(200);
    let directory = desk.workspace.path("from");
    std::fs::create_dir_all(directory.join([long.as_str(); 5].join("/"))).unwrap();
    std::fs::write(
        directory.join([long.as_str(); 5].join("/")).join(&long),
        "1",
    )
    .unwrap();
    std::fs::write(directory.join("a"), "1").unwrap();
    let words = "migrate plan from oss://bkt/to --work work";
    let outcome = desk.run(&format!("{words} --json"));
    let planned = outcome.exit(1).stdout();
    let left_out = planned.lines().find(|line| line.contains("left_out"));
    assert!(
        left_out.unwrap().contains(r#""kind":"bad_name""#),
        "{outcome}"
    );
    assert!(planned.contains(r#""objects":1,"#), "{outcome}");
    assert!(desk.workspace.path("work/job.json").exists());
}

#[test]
fn what_makes_no_sense_is_told_before_anything_is_asked() {
    let desk = Desk::new();
    std::fs::create_dir(desk.workspace.path("d")).unwrap();
    for (words, names) in [
        (
            "d oss://bkt/to --work w --source-region x",
            "--source-region",
        ),
        (
            "oss://bkt/a oss://bkt/b --work w --no-follow-symlinks",
            "--no-follow-symlinks",
        ),
        ("d oss://bkt/to --work w --part-size 1K", "parts of 1 KiB"),
        (
            "oss://bkt/a oss://bkt/b --work oss://bkt/a/w",
            "part of the source",
        ),
        ("oss://bkt/a oss://bkt/a/b --work w", "overlap"),
    ] {
        let words = format!("migrate plan {words}");
        fails(&desk.ossum, &words, 2, "usage", names);
    }
    assert!(!desk.workspace.path("w").exists());
}

/// A server that speaks like S3, as far as a listing goes, and asks for no signature.
#[test]
fn keys_of_s3_are_planned_as_they_are() {
    let desk = Desk::new();
    let s3 = LocalOss::start_with(|settings| settings.access = Access::Open);
    let keys = ["a b", "a//b", "dir/", "q?x=1&y", "z%2F+"];
    for key in keys {
        s3.inside().put(&format!("data/{key}"), "12");
    }
    let endpoint = s3.endpoint().to_string();
    let words = format!(
        "migrate plan s3://bkt/data oss://bkt/to --source-endpoint {endpoint} --work w --json"
    );
    let ossum = desk.ossum.env("AWS_SKIP_SIGNATURE", "true");
    let planned = ossum.run(words.split_whitespace()).exit(0).last_json();
    assert_eq!(planned["objects"], 5);
    let shard = std::fs::read(desk.workspace.path("w/shards/000000.csv.gz")).unwrap();
    let rows = ossum_migrate::manifest::Rows::read(&shard[..]);
    let found: Vec<_> = rows.map(|row| row.unwrap().listed.key).collect();
    assert_eq!(found, keys);
}
