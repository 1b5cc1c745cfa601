//! Temporary credentials of each kind, from `ossum serve --fake-credentials` in a process of its own.

use ossum_testkit::{Program, Running, Signal, Workspace};
use serde_json::Value;

use crate::desk::{fails, ossum};

const SECRET: &str = "TheSecretThatNobodyMayEverSee";

/// A server that hands out credentials, and a program that knows where it is but not who asks.
struct Desk {
    workspace: Workspace,
    server: Option<Running>,
    serving: Value,
    program: Program,
}

impl Desk {
    fn new() -> Self {
        let workspace = Workspace::new();
        workspace.write("secret", SECRET);
        let words = "serve --bucket bkt --listen 127.0.0.1:0 --json --access-key-id id --access-key-secret-file secret --fake-credentials 1h";
        let mut server = ossum(&workspace).start(words.split(' '));
        let serving: Value = serde_json::from_str(&server.line()).unwrap();
        workspace.write_seeded("file", 1, 1 << 20);
        std::fs::create_dir_all(workspace.path(".aliyun")).unwrap();
        let program = ossum(&workspace)
            .env("OSS_ENDPOINT", serving["endpoint"].as_str().unwrap())
            .env("OSS_REGION", serving["region"].as_str().unwrap());
        Self {
            workspace,
            server: Some(server),
            serving,
            program,
        }
    }

    fn endpoint(&self) -> &str {
        self.serving["endpoint"].as_str().unwrap()
    }

    fn fake(&self, name: &str) -> &str {
        self.serving["fake_credentials"][name].as_str().unwrap()
    }

    /// A file that only its owner can read; in its text `{name}` stands for what the server says.
    fn file(&self, name: &str, text: &str) {
        let mut text = text
            .replace("{endpoint}", self.endpoint())
            .replace("{secret}", SECRET);
        for known in ["role_arn", "credentials_uri", "oidc_provider_arn"] {
            text = text.replace(&format!("{{{known}}}"), self.fake(known));
        }
        self.workspace.write(name, &text);
        self.workspace.set_mode(name, 0o600);
    }

    #[track_caller]
    fn copies(program: &Program, kind: &str, more: &[&str]) {
        let words = ["cp", "file", "oss://bkt/k", "--part-size", "100K", "-vv"];
        let copied = program.run(words.iter().chain(more));
        copied.exit(0).never_shows(SECRET).never_shows("CAIS");
        let shown = program.run(["config", "show", "--json"].iter().chain(more));
        assert_eq!(
            shown.exit(0).never_shows(SECRET).last_json()["credentials"],
            kind
        );
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        if let Some(server) = self.server.take() {
            server.signal(Signal::TERM);
            server.wait();
        }
    }
}

#[test]
fn an_address_from_the_environment_gives_credentials() {
    let desk = Desk::new();
    let uri = desk.fake("credentials_uri");
    let program = desk
        .program
        .clone()
        .env("ALIBABA_CLOUD_CREDENTIALS_URI", uri);
    Desk::copies(&program, "uri", &[]);
}

#[test]
fn an_instance_gives_its_role() {
    let desk = Desk::new();
    let program = desk
        .program
        .clone()
        .env("ALIBABA_CLOUD_ECS_METADATA", desk.fake("ecs_role"))
        .env(
            "ALIBABA_CLOUD_ECS_METADATA_SERVICE_ENDPOINT",
            desk.endpoint(),
        );
    Desk::copies(&program, "ecs_role", &[]);
}

#[test]
fn an_oidc_token_opens_a_role() {
    let desk = Desk::new();
    desk.workspace.write("token", desk.fake("oidc_token"));
    let program = desk
        .program
        .clone()
        .env("ALIBABA_CLOUD_ROLE_ARN", desk.fake("role_arn"))
        .env(
            "ALIBABA_CLOUD_OIDC_PROVIDER_ARN",
            desk.fake("oidc_provider_arn"),
        )
        .env(
            "ALIBABA_CLOUD_OIDC_TOKEN_FILE",
            desk.workspace.path("token"),
        )
        .env("ALIBABA_CLOUD_STS_ENDPOINT", desk.endpoint());
    Desk::copies(&program, "oidc", &[]);
}

#[test]
fn a_role_is_assumed_as_each_file_says() {
    let desk = Desk::new();
    let sts = desk
        .program
        .clone()
        .env("ALIBABA_CLOUD_STS_ENDPOINT", desk.endpoint());
    desk.file(
        "ours.toml",
        "access_key_id = \"id\"\naccess_key_secret = \"{secret}\"\nrole_arn = \"{role_arn}\"\nrole_duration = 900\n",
    );
    Desk::copies(&sts, "role", &["--config", "ours.toml"]);
    desk.file(
        "ossutil",
        "[Credentials]\nmode=RamRoleArn\naccessKeyID=id\naccessKeySecret={secret}\nramRoleArn={role_arn}\ntokenTimeout=900\n",
    );
    Desk::copies(&sts, "role", &["--config", "ossutil"]);
    desk.file(
        ".aliyun/config.json",
        r#"{"current":"p","profiles":[
            {"name":"k","mode":"AK","access_key_id":"id","access_key_secret":"{secret}"},
            {"name":"p","mode":"ChainableRamRoleArn","source_profile":"k","ram_role_arn":"{role_arn}","ram_session_name":"me","expired_seconds":900}]}"#,
    );
    Desk::copies(&sts, "chained_role", &[]);
}

#[test]
fn a_command_prints_credentials() {
    let desk = Desk::new();
    desk.file(
        "key.json",
        r#"{"AccessKeyId": "id", "AccessKeySecret": "{secret}"}"#,
    );
    desk.file("ours.toml", "credential_process = \"/bin/cat key.json\"\n");
    Desk::copies(&desk.program, "process", &["--config", "ours.toml"]);
}

#[test]
fn who_is_configured_and_fails_is_an_error_and_nobody_stands_in() {
    let desk = Desk::new();
    desk.file(
        "ours.toml",
        "access_key_id = \"id\"\naccess_key_secret = \"{secret}\"\nrole_arn = \"acs:ram::1:role/none\"\nsts_endpoint = \"{endpoint}\"\n",
    );
    let uri = desk.fake("credentials_uri");
    let program = desk
        .program
        .clone()
        .env("ALIBABA_CLOUD_CREDENTIALS_URI", uri);
    let words = "stat oss://bkt/k --config ours.toml";
    fails(&program, words, 4, "credentials", "acs:ram::1:role/none");
    let gone = format!("{}/none", desk.endpoint());
    let program = desk
        .program
        .clone()
        .env("ALIBABA_CLOUD_CREDENTIALS_URI", gone);
    fails(
        &program,
        "stat oss://bkt/k",
        4,
        "credentials",
        "credentials URI",
    );
    desk.file("ours.toml", "credential_process = \"exit 7\"\n");
    fails(&desk.program, words, 4, "credentials", "exit status: 7");
}
