//! What most tests begin with.

use std::path::Path;

use ossum_client::Client;
use ossum_client::op::{PutBucketVersioning, Versioning};
use ossum_config::{Environment, Flags};
use ossum_testkit::{LocalOss, Outcome, Program, Workspace};

use crate::schema;

/// The program in `workspace`, with nothing configured.
pub(crate) fn ossum(workspace: &Workspace) -> Program {
    Program::new(env!("CARGO_BIN_EXE_ossum"), workspace).judged_by(schema::judge)
}

/// A workspace, a local OSS, and the program configured to use it.
pub(crate) struct Desk {
    pub(crate) workspace: Workspace,
    /// What `XDG_STATE_HOME` names, apart from where the test works.
    pub(crate) state: Workspace,
    pub(crate) oss: LocalOss,
    pub(crate) ossum: Program,
}

impl Desk {
    pub(crate) fn new() -> Self {
        Self::at(LocalOss::start())
    }

    pub(crate) fn at(oss: LocalOss) -> Self {
        let (workspace, state) = (Workspace::new(), Workspace::new());
        let ossum = ossum(&workspace).using(&oss);
        let ossum = ossum.env("XDG_STATE_HOME", state.root());
        Self {
            workspace,
            state,
            oss,
            ossum,
        }
    }

    /// Runs `ossum` with words separated by blanks.
    pub(crate) fn run(&self, words: &str) -> Outcome {
        self.ossum.run(words.split_whitespace())
    }

    /// Runs a line of shell in which `ossum` is the program.
    pub(crate) fn shell(&self, line: &str) -> Outcome {
        let ossum = Path::new(env!("CARGO_BIN_EXE_ossum"));
        let path = std::env::var("PATH").unwrap();
        let path = format!("{}:{path}", ossum.parent().unwrap().display());
        let shell = Program::new("/bin/sh", &self.workspace).using(&self.oss);
        shell.env("PATH", path).run(["-c", line])
    }

    /// Lets a client do what the command line cannot, or not quickly.
    pub(crate) fn with_client<T>(&self, work: impl AsyncFnOnce(&Client) -> T) -> T {
        let environment: Environment = self.oss.environment().into_iter().collect();
        let resolved = ossum_config::resolve(&Flags::default(), &environment).unwrap();
        let client = resolved.client().unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(work(&client))
    }

    /// Has the bucket keep versions from now on.
    pub(crate) fn enable_versioning(&self) {
        let request = PutBucketVersioning {
            bucket: LocalOss::BUCKET.parse().unwrap(),
            versioning: Versioning::Enabled,
        };
        self.with_client(async |client| client.put_bucket_versioning(&request).await.unwrap());
    }

    /// Stores `bytes` as an object, by way of a file that is gone afterwards.
    pub(crate) fn put(&self, url: &str, bytes: &[u8]) {
        let file = self.workspace.write("put.tmp", bytes);
        self.run(&format!("cp -q put.tmp {url}")).exit(0);
        std::fs::remove_file(file).unwrap();
    }
}

/// Expects a failure told as every failure is: on one screen, with the thing named, a hint and
/// nothing on standard output; and the same for scripts with `--json`.
#[track_caller]
pub(crate) fn fails(program: &Program, words: &str, code: i32, kind: &str, names: &str) {
    let people = program.run(words.split_whitespace());
    people.exit(code).says("error: ").says(names).says("hint: ");
    assert_eq!(people.stdout(), "", "{people}");
    assert!(people.stderr().lines().count() <= 6, "{people}");
    assert!(people.stderr().chars().count() <= 1200, "{people}");

    let scripts = program.run(words.split_whitespace().chain(["--json"]));
    let last = scripts.exit(code).last_json();
    assert_eq!(last["event"], "error", "{scripts}");
    assert_eq!(last["code"], code, "{scripts}");
    assert_eq!(last["kind"], kind, "{scripts}");
    assert!(last["hint"].is_string(), "{scripts}");
    assert_eq!(last["resumable"], false, "{scripts}");
    let message = format!("{} {}", last["message"], last["causes"]);
    assert!(message.contains(names), "no {names:?}: {scripts}");
}
