//! `ossum config set` and `path`: our own file.

use std::io::Write;
use std::process::{Command, Stdio};

use ossum_testkit::{LocalOss, Signal};

use super::{OURS, bare, ours};
use crate::desk::{Desk, fails};

/// Runs `ossum` with something on its standard input.
fn run_with_input(desk: &Desk, words: &str, input: &str) -> (i32, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_ossum"))
        .args(words.split(' '))
        .current_dir(desk.workspace.root())
        .env_clear()
        .env("HOME", desk.workspace.root())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(input.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    let told = [output.stdout, output.stderr].concat();
    let code = output.status.code().unwrap();
    (code, String::from_utf8(told).unwrap())
}

/// Cases: 112.
#[test]
fn what_is_set_is_kept_for_its_owner_only_and_counts() {
    let (desk, program) = bare();
    let endpoint = desk.oss.endpoint();
    let id = LocalOss::ACCESS_KEY_ID;
    for (name, value) in [
        ("endpoint", endpoint),
        ("region", "cn-hangzhou"),
        ("access-key-id", id),
    ] {
        program
            .run(["config", "set", name, value])
            .exit(0)
            .prints(OURS);
    }
    let secret = format!("{}\n", LocalOss::ACCESS_KEY_SECRET);
    let (code, told) = run_with_input(&desk, "config set access_key_secret", &secret);
    assert_eq!(code, 0, "{told}");
    assert!(!told.contains(LocalOss::ACCESS_KEY_SECRET), "{told}");
    assert_eq!(desk.workspace.mode(OURS), 0o600);
    assert_eq!(
        String::from_utf8(desk.workspace.read(OURS)).unwrap(),
        ours(&desk.oss)
    );
    program.run(["cp", "file", "oss://bkt/k"]).exit(0);
    program
        .run(["config", "set", "retries", "2", "--profile", "work"])
        .exit(0);
    let text = String::from_utf8(desk.workspace.read(OURS)).unwrap();
    assert!(
        text.ends_with("[profile.work]\nretries = \"2\"\n"),
        "{text}"
    );
}

#[test]
fn a_secret_is_asked_for_at_a_terminal_and_not_shown() {
    let (desk, program) = bare();
    let mut asking = program.start_at_keyboard(["config", "set", "access_key_secret"]);
    asking.wait_for("access_key_secret: ").type_in("hunter2\n");
    let seen = asking.exit(0);
    assert!(!seen.contains("hunter2"), "{seen}");
    let kept = String::from_utf8(desk.workspace.read(OURS)).unwrap();
    assert_eq!(kept, "access_key_secret = \"hunter2\"\n");
}

#[test]
fn an_interrupt_while_a_secret_is_asked_for_keeps_nothing() {
    let (desk, program) = bare();
    let mut asking = program.start_at_keyboard(["config", "set", "access_key_secret"]);
    asking.wait_for("access_key_secret: ").signal(Signal::INT);
    asking.exit(130);
    assert!(!desk.workspace.path(OURS).exists());
}

/// Cases: 97.
#[test]
fn a_secret_is_not_taken_from_the_command_line() {
    let (desk, program) = bare();
    let words = "config set access_key_secret hunter2";
    fails(&program, words, 2, "usage", "access_key_secret");
    program.run(words.split(' ')).never_shows("hunter2");
    assert!(!desk.workspace.path(OURS).exists());
    let (code, told) = run_with_input(&desk, "config set access_key_secret", "");
    assert_eq!(code, 2, "{told}");
}

#[test]
fn what_is_no_setting_or_no_value_of_it_is_refused() {
    let (desk, program) = bare();
    fails(&program, "config set regoin x", 2, "usage", "regoin");
    fails(&program, "config set region X", 2, "settings", "region");
    fails(&program, "config set region", 2, "usage", "region");
    assert!(!desk.workspace.path(OURS).exists());
}

#[test]
fn the_path_is_printed_whether_the_file_is_there_or_not() {
    let (desk, program) = bare();
    let path = format!("{}\n", desk.workspace.path(OURS).display());
    assert_eq!(program.run(["config", "path"]).exit(0).stdout(), path);
    let elsewhere = program.clone().env("XDG_CONFIG_HOME", "/x");
    let path = elsewhere.run(["config", "path"]);
    assert_eq!(path.exit(0).stdout(), "/x/ossum/config.toml\n");
    let named = program.run(["config", "path", "--config", "c.toml"]);
    assert_eq!(named.exit(0).stdout(), "c.toml\n");
    fails(
        &program.without_env("HOME"),
        "config path",
        2,
        "settings",
        "HOME",
    );
}
