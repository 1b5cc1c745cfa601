//! Whatever any test has ossum say in JSON is held against the schema in docs/.

use std::sync::LazyLock;

use jsonschema::Validator;
use ossum_testkit::Outcome;
use serde_json::Value;

use crate::desk::Desk;

static SCHEMA: LazyLock<Validator> = LazyLock::new(|| {
    let schema = include_str!("../../../../docs/json.schema.json");
    let schema = serde_json::from_str(schema).expect("the schema is JSON");
    jsonschema::validator_for(&schema).expect("the schema is a schema")
});

/// Holds every event of `outcome` against the schema.
pub(crate) fn judge(outcome: &Outcome) {
    let lines = outcome.stdout().lines().chain(outcome.stderr().lines());
    // What a killed process left unfinished is no line.
    let whole = lines.filter(|line| line.starts_with(r#"{"v":"#) && line.ends_with('}'));
    for line in whole {
        let event: Value = serde_json::from_str(line)
            .unwrap_or_else(|error| panic!("{error} in {line}: {outcome}"));
        if let Err(error) = SCHEMA.validate(&event) {
            panic!("not as docs/json.schema.json has it: {error}\n{line}\n{outcome}");
        }
    }
}

#[test]
fn what_the_schema_does_not_know_is_refused() {
    let allows = |line: &str| SCHEMA.is_valid(&serde_json::from_str(line).unwrap());
    assert!(allows(
        r#"{"v":1,"event":"part","number":1,"bytes":5,"reused":false}"#
    ));
    for wrong in [
        r#"{"v":2,"event":"part","number":1,"bytes":5,"reused":false}"#,
        r#"{"v":1,"event":"party","number":1,"bytes":5,"reused":false}"#,
        r#"{"v":1,"event":"part","number":1,"bytes":"5","reused":false}"#,
        r#"{"v":1,"event":"part","number":1,"bytes":5}"#,
        r#"{"v":1,"event":"part","number":1,"bytes":5,"reused":false,"more":1}"#,
    ] {
        assert!(!allows(wrong), "{wrong}");
    }
}

#[test]
fn what_config_keeps_and_where_is_an_event_too() {
    let desk = Desk::new();
    desk.run("config path --json").exit(0).last_json();
    desk.run("config set region cn-beijing --json")
        .exit(0)
        .last_json();
}
