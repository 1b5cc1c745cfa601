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
