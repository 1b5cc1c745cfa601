use ossum_devserver::faults::Rules;
use proptest::prelude::*;

/// Why `text` is refused.
#[track_caller]
fn refused(text: &str) -> String {
    text.parse::<Rules>().expect_err(text).to_string()
}

/// Asserts that a rule with these lines is refused as the first one, for the reason given.
#[track_caller]
fn impossible(lines: &str, reason: &str) {
    let why = refused(&format!("\n[[rule]]\n{lines}\n"));
    assert!(why.starts_with("rule 1 (line "), "{why}");
    assert!(why.contains(reason), "{why}");
}

#[test]
fn what_is_not_known_is_refused_by_name_and_place() {
    let sound = "[[rule]]\nthen = 'gzip'\n";
    let why = refused(&format!(
        "{sound}\n[[rule]]\nname = 'odd'\noperaton = 'GetObject'\n"
    ));
    assert!(why.starts_with("rule 2 (line "), "{why}");
    assert!(why.contains("unknown field `operaton`"), "{why}");
    impossible(
        "operation = 'UploadPrat'\nthen = 'gzip'",
        "unknown variant `UploadPrat`",
    );
    impossible("then = 'explode'", "unknown variant `explode`");
    impossible("then = { stall = { after = 1 } }", "unknown field `after`");
    assert!(refused("rules = []").contains("unknown field `rules`"));
    assert!(refused("[[rule]\n").starts_with("line 1: "));
}

#[test]
fn a_rule_without_an_effect_is_refused() {
    impossible("nth = 1", "missing field `then`");
    impossible("then = { delay = '1s', trickle = 1 }", "");
}

#[test]
fn what_could_never_happen_is_refused() {
    for (lines, reason) in [
        ("nth = 0\nthen = 'gzip'", "`nth` counts from 1"),
        ("count = 0\nthen = 'gzip'", "`count` counts from 1"),
        (
            "nth = 1\ncount = 2\nthen = 'gzip'",
            "leave out `from` and `count`",
        ),
        ("probability = 1.5\nthen = 'gzip'", "between 0 and 1"),
        ("probability = nan\nthen = 'gzip'", "between 0 and 1"),
        ("seed = 1\nthen = 'gzip'", "`seed` without `probability`"),
        ("part = 0\nthen = 'gzip'", "part number"),
        ("operation = []\nthen = 'gzip'", "empty"),
        (
            "operation = 'GetObject'\npart = 1\nthen = 'gzip'",
            "`part` means nothing to GetObject",
        ),
        (
            "operation = 'PutBucket'\nkey = 'k'\nthen = 'gzip'",
            "`key` means nothing to PutBucket",
        ),
        (
            "operation = 'ListBuckets'\nbucket = 'b'\nthen = 'gzip'",
            "`bucket` means nothing",
        ),
        (
            "operation = 'GetObject'\nthen = 'never_continue'",
            "means nothing to GetObject",
        ),
        (
            "operation = 'HeadObject'\nthen = { reset = { after_request_bytes = 1 } }",
            "`reset` means nothing to HeadObject",
        ),
        (
            "operation = 'PutObject'\nthen = { range = 'ignored' }",
            "means nothing to PutObject",
        ),
        (
            "operation = 'ListObjects'\nthen = { listing = { part_missing = 1 } }",
            "means nothing to ListObjects",
        ),
        (
            "operation = 'GetObject'\nthen = { listing = 'endless' }",
            "means nothing to GetObject",
        ),
        (
            "operation = 'PutObject'\nthen = { drop_upload = 'before' }",
            "nothing to PutObject",
        ),
        (
            "operation = 'ListObjects'\nthen = { delete_object = 'before' }",
            "nothing to ListObjects",
        ),
        (
            "operation = 'GetObject'\nthen = 'refuse_connection'",
            "comes before any request",
        ),
        ("then = { trickle = 0 }", "is a `stall`"),
        ("then = { answer = { status = 100 } }", "no final answer"),
        ("then = { answer = { status = 1000 } }", "1000 is no status"),
        (
            "then = { answer = { status = 500, early = true, carried_out = true } }",
            "both",
        ),
        (
            "then = { answer = { status = 500, message = 'm' } }",
            "`message` without `code`",
        ),
        (
            "then = { answer = { status = 500, code = 'c', details = { 'a b' = 'c' } } }",
            "no element",
        ),
        ("then = { redirect = { status = 200 } }", "no redirect"),
        (
            "then = { set_header = { name = 'a b', value = 'x' } }",
            "no name of a header",
        ),
        (
            "then = { set_header = { name = 'a', value = \"\\n\" } }",
            "no header can have",
        ),
        (
            "then = { set_header = { name = 'Content-Length', value = 'x' } }",
            "no length",
        ),
        ("then = { delay = 'soon' }", "duration"),
        ("then = { delay = -1 }", "out of bounds"),
    ] {
        impossible(lines, reason);
    }
}

#[test]
fn a_rule_is_named_where_it_has_a_name() {
    let why = refused("[[rule]]\nname = 'slow parts'\nnth = 0\nthen = 'gzip'\n");
    assert_eq!(why, "rule 1 \"slow parts\" (line 1): `nth` counts from 1");
}

#[test]
fn too_much_is_refused() {
    assert!(refused(&"#".repeat(1024 * 1024 + 1)).contains("mebibyte"));
    assert!(refused(&"[[rule]]\nthen = 'gzip'\n".repeat(1001)).contains("1000 rules"));
    let deep = format!("x = {}{}", "[".repeat(100_000), "]".repeat(100_000));
    refused(&deep);
}

proptest! {
    #[test]
    fn no_text_is_too_strange(text in "\\PC{0,200}") {
        let _ = text.parse::<Rules>();
    }

    #[test]
    fn no_rule_is_too_strange(
        field in "(nth|from|count|part|seed|probability|key|name|then|in_flight)",
        value in "(-?[0-9]{1,20}|'[a-z*]{0,5}'|\\{ [a-z_]{1,12} = [0-9]{1,19} \\}|1e400|nan|\\[\\])",
    ) {
        let _ = format!("[[rule]]\nthen = 'gzip'\n{field} = {value}\n").parse::<Rules>();
    }
}
