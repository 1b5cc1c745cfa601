use ossum_testkit::Workspace;

use crate::desk::ossum;

#[test]
fn every_shell_gets_completions_that_name_commands_and_options() {
    let workspace = Workspace::new();
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let script = ossum(&workspace).run(["completions", shell]);
        script.exit(0).prints("serve").prints("if-exists");
    }
}

#[test]
fn bash_completes_a_command_and_an_option() {
    let workspace = Workspace::new();
    let script = ossum(&workspace).run(["completions", "bash"]);
    workspace.write("ossum.bash", script.exit(0).stdout().as_bytes());
    let complete = |before: &str, word: &str| {
        let line = format!(
            ". ./ossum.bash; COMP_WORDS=(ossum {before} {word}); \
            COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); \
            _ossum ossum {word:?} {before:?}; echo \"${{COMPREPLY[*]}}\""
        );
        let bash = ossum_testkit::Program::new("/bin/bash", &workspace);
        bash.run(["-c", &line]).exit(0).stdout().to_owned()
    };
    assert_eq!(complete("", "comp").trim(), "completions");
    assert_eq!(complete("cp", "--if-e").trim(), "--if-exists");
}

#[test]
fn the_manual_has_examples_first_and_every_option_explained() {
    let workspace = Workspace::new();
    ossum(&workspace)
        .run(["man"])
        .exit(0)
        .prints(".TH ossum 1")
        .prints(".SH EXAMPLES");
    ossum(&workspace).run(["man", "--directory", "."]).exit(0);
    let page = workspace.read("ossum-cp.1");
    let page = String::from_utf8(page).unwrap();
    let place = |text: &str| {
        page.find(text)
            .unwrap_or_else(|| panic!("no {text:?}: {page}"))
    };
    assert!(place(".SH EXAMPLES") < place(".SH DESCRIPTION"));
    assert!(place("\\-\\-proxy") < place("Proxy for everything"));
}

#[test]
fn a_manual_that_cannot_be_written_says_where() {
    let workspace = Workspace::new();
    let nowhere = ossum(&workspace).run(["man", "--directory", "none"]);
    nowhere.exit(3).says("none/ossum.1");
    workspace.write("file", b"");
    let file = ossum(&workspace).run(["man", "--directory", "file"]);
    file.exit(10).says("file/ossum.1").says("hint: ");
}
