use crate::desk::{Desk, fails};

#[test]
fn what_is_planned_and_not_run_is_told_by_status_and_audit() {
    let desk = Desk::new();
    std::fs::create_dir(desk.workspace.path("from")).unwrap();
    for name in ["a", "b"] {
        desk.workspace.write(&format!("from/{name}"), b"1234");
    }
    fails(
        &desk.ossum,
        "migrate status --work w",
        2,
        "usage",
        "has no whole plan",
    );
    desk.run("migrate plan from oss://bkt/to --work w").exit(0);
    let status = desk
        .run("migrate status --work w --json")
        .exit(0)
        .last_json();
    assert_eq!(
        (&status["rows"], &status["rows_done"]),
        (&2.into(), &0.into())
    );
    assert_eq!(status["left_seconds"], serde_json::Value::Null);
    let people = desk.run("migrate status --work w");
    assert!(
        people.exit(0).stdout().contains("0 of 1 shard done"),
        "{people}"
    );

    desk.put("oss://bkt/to/a", b"1234");
    let outcome = desk.run("migrate audit --work w --json");
    let lines = outcome.exit(1).stdout();
    for told in [
        r#""verdict":"unproven","key":"a","#,
        r#""verdict":"missing","key":"b","#,
        r#""event":"migration_audited""#,
        r#""kind":"findings""#,
    ] {
        assert!(lines.contains(told), "{told}: {outcome}");
    }
    let report = std::fs::read_to_string(desk.workspace.path("w/report.csv")).unwrap();
    assert!(report.contains("unproven,a,0,4,4,"), "{report}");
    let page = std::fs::read_to_string(desk.workspace.path("w/report.html")).unwrap();
    assert!(page.contains("3 findings"), "{page}");
}

#[test]
fn what_was_planned_and_run_is_clean() {
    let desk = Desk::new();
    for name in ["from/a", "from/d e/ü", "from/empty"] {
        let path = desk.workspace.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        desk.workspace.write(name, name.as_bytes());
    }
    desk.run("migrate plan from oss://bkt/to --work oss://bkt/work/m1")
        .exit(0);
    desk.run("migrate run --jobs 1 --work oss://bkt/work/m1")
        .exit(0);
    let audited = desk.run("migrate audit --all --work oss://bkt/work/m1 --json");
    let audited = audited.exit(0).last_json();
    assert_eq!(
        (&audited["sound"], &audited["findings"]),
        (&3.into(), &0.into())
    );
    let report = desk.run("cat oss://bkt/work/m1/report.csv");
    assert_eq!(
        report.exit(0).stdout().matches("\nsound,").count(),
        3,
        "{report}"
    );
    let status = desk.run("migrate status --work oss://bkt/work/m1 --json");
    let status = status.exit(0).last_json();
    assert_eq!(
        (&status["shards_done"], &status["left_seconds"]),
        (&1.into(), &0.into())
    );
}
