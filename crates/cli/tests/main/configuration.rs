//! Settings from files, and `config`.

mod kept;

use ossum_testkit::{LocalOss, Program, Workspace};

use crate::desk::{Desk, fails, ossum};

const OURS: &str = ".config/ossum/config.toml";

/// A desk where nothing but files says who asks and where.
fn bare() -> (Desk, Program) {
    let desk = Desk::new();
    std::fs::create_dir_all(desk.workspace.path(".config/ossum")).unwrap();
    std::fs::create_dir_all(desk.workspace.path(".aliyun")).unwrap();
    let program = ossum(&desk.workspace).env("XDG_STATE_HOME", desk.state.root());
    desk.workspace.write("file", b"bytes");
    (desk, program)
}

fn private(workspace: &Workspace, name: &str, text: &str) {
    workspace.write(name, text);
    workspace.set_mode(name, 0o600);
}

fn ours(oss: &LocalOss) -> String {
    format!(
        "endpoint = \"{}\"\nregion = \"cn-hangzhou\"\naccess_key_id = \"{}\"\naccess_key_secret = \"{}\"\n",
        oss.endpoint(),
        LocalOss::ACCESS_KEY_ID,
        LocalOss::ACCESS_KEY_SECRET
    )
}

fn ossutil(oss: &LocalOss) -> String {
    ours(oss)
        .replace('"', "")
        .replace("access_key_id", "accessKeyID")
}

#[test]
fn each_file_alone_is_enough() {
    let (desk, program) = bare();
    let [one, two] = ["Credentials", "default"].map(|section| {
        let text = ossutil(&desk.oss);
        (".ossutilconfig", format!("[{section}]\n{text}"))
    });
    for (name, text) in [(OURS, ours(&desk.oss)), one, two] {
        private(&desk.workspace, name, &text);
        program.run(["cp", "file", "oss://bkt/k"]).exit(0);
        let shown = program.run(["config", "show"]);
        shown
            .exit(0)
            .prints(name)
            .never_shows(LocalOss::ACCESS_KEY_SECRET);
        std::fs::remove_file(desk.workspace.path(name)).unwrap();
    }
    let aliyun = format!(
        r#"{{"current":"d","profiles":[{{"name":"d","mode":"AK","access_key_id":"{}","access_key_secret":"{}","region_id":"cn-hangzhou"}}]}}"#,
        LocalOss::ACCESS_KEY_ID,
        LocalOss::ACCESS_KEY_SECRET
    );
    private(&desk.workspace, ".aliyun/config.json", &aliyun);
    let endpoint = desk.oss.endpoint();
    program
        .run(["cp", "file", "oss://bkt/k", "--endpoint", endpoint])
        .exit(0);
}

#[test]
fn a_profile_and_a_file_can_be_chosen() {
    let (desk, program) = bare();
    let text = ours(&desk.oss);
    private(&desk.workspace, OURS, &format!("[profile.work]\n{text}"));
    program.run(["ls", "oss://bkt"]).exit(2);
    program
        .run(["ls", "oss://bkt", "--profile", "work"])
        .exit(0);
    let chosen = program.clone().env("OSS_PROFILE", "work");
    chosen.run(["ls", "oss://bkt"]).exit(0);
    private(&desk.workspace, "elsewhere.toml", &text);
    program
        .run(["ls", "oss://bkt", "--config", "elsewhere.toml"])
        .exit(0);
    fails(
        &program,
        "ls oss://bkt --profile none",
        2,
        "settings",
        "none",
    );
    fails(
        &program,
        "ls oss://bkt --config none",
        2,
        "settings",
        "none",
    );
}

#[test]
fn a_bucket_is_asked_where_ossutil_says_that_it_is() {
    let (desk, program) = bare();
    let text = ossutil(&desk.oss);
    let text = text.replace(desk.oss.endpoint(), "http://127.0.0.1:1");
    let text = format!(
        "[Credentials]\n{text}[Bucket-Endpoint]\nbkt={}\n",
        desk.oss.endpoint()
    );
    private(&desk.workspace, ".ossutilconfig", &text);
    for words in [
        "cp file oss://bkt/k",
        "stat oss://bkt/k",
        "ls oss://bkt",
        "hash oss://bkt/k",
        "cp oss://bkt/k again",
        "cp oss://bkt/k oss://bkt/copy",
        "rm oss://bkt/k",
        "rm -r --force oss://bkt/",
    ] {
        program.run(words.split(' ')).exit(0);
    }
    let shown = program.run(["config", "show", "--bucket", "bkt"]);
    shown.exit(0).prints(".ossutilconfig [Bucket-Endpoint]");
    let url = program.run(["sign", "oss://bkt/k"]);
    url.exit(0).prints(desk.oss.endpoint());
}

#[test]
fn a_misspelt_setting_in_our_file_is_named_with_the_one_that_is_meant() {
    let (desk, program) = bare();
    private(&desk.workspace, OURS, "regoin = \"cn-hangzhou\"\n");
    fails(&program, "ls oss://bkt", 2, "settings", "regoin");
    program
        .run(["ls", "oss://bkt"])
        .says("hint: region may be meant");
}

/// Cases: 112.
#[test]
fn a_secret_that_others_can_read_is_warned_of() {
    let (desk, program) = bare();
    private(&desk.workspace, OURS, &ours(&desk.oss));
    let quiet = program.run(["ls", "oss://bkt"]);
    assert!(!quiet.exit(0).stderr().contains("warning"), "{quiet}");
    desk.workspace.set_mode(OURS, 0o644);
    for words in ["ls oss://bkt", "config show"] {
        program
            .run(words.split(' '))
            .exit(0)
            .says("can be read by others")
            .says("chmod 600");
    }
}

#[test]
fn what_is_missing_is_shown_with_what_is_there() {
    let (_desk, program) = bare();
    let program = program
        .env("OSS_ACCESS_KEY_ID", "LTAI5tExampleKeyIdWXYZ")
        .env("OSS_REGION", "cn-beijing");
    let shown = program.run(["config", "show"]);
    shown
        .exit(0)
        .prints("OSS_REGION")
        .prints("LTAI***WXYZ")
        .prints("OSS_ACCESS_KEY_SECRET is not")
        .prints("hint: set OSS_ACCESS_KEY_SECRET")
        .never_shows("LTAI5tExampleKeyIdWXYZ");
}

#[test]
fn scripts_get_each_setting_and_each_file() {
    let (desk, program) = bare();
    private(&desk.workspace, OURS, &ours(&desk.oss));
    let shown = program.run(["config", "show", "--json", "--retries", "3"]);
    let lines = shown
        .exit(0)
        .never_shows(LocalOss::ACCESS_KEY_SECRET)
        .stdout_json();
    let find = |event: &str, name: &str, value: &str| {
        let found = lines
            .iter()
            .find(|line| line["event"] == event && line[name] == value);
        found.unwrap_or_else(|| panic!("no {value}: {shown}"))
    };
    let secret = find("setting", "name", "access_key_secret");
    assert_eq!(
        (&secret["value"], &secret["from"]),
        (&"***".into(), &"file".into())
    );
    let path = desk.workspace.path(OURS).display().to_string();
    assert_eq!(secret["origin"], path);
    let retries = find("setting", "name", "retries");
    assert_eq!(
        (&retries["value"], &retries["origin"]),
        (&"3".into(), &"--retries".into())
    );
    assert_eq!(find("file", "kind", "ossum")["state"], "read");
    assert_eq!(find("file", "kind", "ossutil")["state"], "missing");
    let last = shown.last_json();
    assert_eq!(
        (&last["event"], &last["credentials"]),
        (&"config".into(), &"access_key".into())
    );
    assert_eq!(
        (&last["complete"], &last["problems"]),
        (&true.into(), &serde_json::json!([]))
    );
}
