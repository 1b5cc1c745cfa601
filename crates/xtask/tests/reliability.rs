//! docs/reliability.md says what the tests say.

use std::process::Command;

#[test]
fn the_page_of_cases_is_what_the_tests_say() {
    let check = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["reliability", "--check"])
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&check.stderr);
    assert!(check.status.success(), "{errors}");
}
