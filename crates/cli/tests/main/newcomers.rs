//! Who types what another tool would understand is told what to type here.

use std::os::unix::fs::symlink;

use ossum_testkit::Workspace;

use crate::desk::{Desk, ossum};

#[test]
fn what_has_another_name_here_says_which() {
    let workspace = Workspace::new();
    for (words, instead) in [
        ("mv a oss://bkt/b", "ossum cp"),
        ("mb oss://bkt --acl private", "ossum serve --bucket"),
        ("rb oss://bkt", "ossum rm -r"),
        ("mkdir oss://bkt/d/", "ossum cp FILE oss://"),
        ("mirror a oss://bkt/d/", "ossum sync"),
        ("cp -f a oss://bkt/b", "--if-exists"),
        ("cp a oss://bkt/b --jobs 4", "--concurrency"),
        ("cp a b c oss://bkt/", "one source"),
        ("ls -lh oss://bkt", "leave it out"),
        (
            "cp a oss://bkt/ --checkpoint-dir=~/x",
            "--checkpoint-dir ~/x",
        ),
        ("config set region=x", "config set NAME VALUE"),
    ] {
        let outcome = ossum(&workspace).run(words.split(' '));
        outcome.exit(2).says(instead).says("hint: ");
    }
}

#[test]
fn scripts_are_told_the_same() {
    let workspace = Workspace::new();
    let error = ossum(&workspace)
        .run(["cp", "--json", "-f", "a", "oss://bkt/b"])
        .exit(2)
        .last_json();
    assert_eq!(
        (&error["kind"], &error["code"]),
        (&"usage".into(), &2.into())
    );
    let hint = error["hint"].as_str().unwrap();
    assert!(hint.contains("--if-exists"), "{hint}");
}

#[test]
fn a_secret_on_the_command_line_is_refused_and_not_repeated() {
    let workspace = Workspace::new();
    for option in ["-k", "--access-key-secret", "--sts-token"] {
        let outcome = ossum(&workspace).run(["ls", "oss://bkt", option, "s3cr3t"]);
        outcome
            .exit(2)
            .says("OSS_ACCESS_KEY_SECRET")
            .never_shows("s3cr3t");
    }
}

#[test]
fn help_and_version_are_words_as_well() {
    let workspace = Workspace::new();
    let help = ossum(&workspace).run(["help", "cp"]);
    help.exit(0).prints("Usage: ossum cp");
    ossum(&workspace)
        .run(["help"])
        .exit(0)
        .prints("Usage: ossum ");
    ossum(&workspace).run(["version"]).exit(0).prints("ossum ");
}

#[test]
fn a_wildcard_is_said_to_be_none() {
    let desk = Desk::new();
    desk.put("oss://bkt/a.log", b"kept");
    for words in ["rm oss://bkt/*.log", "ls oss://bkt/*.log"] {
        desk.run(words).exit(0).says("no wildcards");
    }
    desk.run("stat oss://bkt/a.log").exit(0);
}

#[test]
fn a_prefix_that_is_copied_without_r_leads_to_r() {
    let desk = Desk::new();
    desk.put("oss://bkt/d/a", b"a");
    desk.run("cp oss://bkt/d/ .").exit(2).says("-r copies");
}

#[test]
fn a_key_in_the_writing_of_the_web_is_taken_as_it_stands() {
    let desk = Desk::new();
    desk.run("cat oss://bkt/a%20b")
        .exit(3)
        .says("% is taken as it stands");
    desk.run("cat oss://bkt/100%")
        .exit(3)
        .never_shows("taken as it stands");
}

#[test]
fn the_timeout_of_another_tool_is_not_the_validity_of_a_url() {
    let desk = Desk::new();
    desk.run("sign oss://bkt/k --timeout 600")
        .exit(0)
        .says("--expires");
}

#[test]
fn a_range_without_its_end_says_how_it_is_written() {
    let desk = Desk::new();
    desk.put("oss://bkt/k", b"0123456789");
    for range in ["5-", "-5", "bytes=0-4"] {
        desk.ossum
            .run(["cat", "oss://bkt/k", "--range", range])
            .exit(2)
            .says("FIRST-LAST");
    }
    desk.run("cat oss://bkt/k --range 5-999")
        .exit(0)
        .prints("56789");
}

#[test]
fn a_link_to_nothing_says_how_to_leave_it_out() {
    let desk = Desk::new();
    desk.workspace.write("d/a", b"a");
    symlink("nothing", desk.workspace.path("d/broken")).unwrap();
    desk.run("cp -r d oss://bkt/d")
        .exit(1)
        .says("broken: it is a link that leads nowhere (--no-follow-symlinks");
    desk.run("cp -r d oss://bkt/d --no-follow-symlinks").exit(0);
}

#[test]
fn no_bar_runs_through_what_is_written_to_a_terminal() {
    let desk = Desk::new();
    desk.put("oss://bkt/k", b"text");
    desk.faults("[[rule]]\noperation = \"GetObject\"\nthen = { stall = { after_bytes = 2, lasting = \"400ms\" } }\n");
    let xterm = desk.ossum.clone().env("TERM", "xterm");
    let screen = xterm.start_on_terminal(80, ["cat", "oss://bkt/k"]).exit(0);
    assert_eq!(screen, "text");
}
