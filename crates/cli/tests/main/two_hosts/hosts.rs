//! Hosts: each with a name, a network and a state directory of its own, joined by wires to one more on
//! which `ossum serve` runs. They share the disk, as over a network file system that has locks.
//!
//! They are namespaces of the kernel. Where it does not let us make any, that is said.

use std::io::{self, Write as _};
use std::path::Path;

use ossum_testkit::{LocalOss, Outcome, Program, Running, Workspace};

use crate::schema;

const OSSUM: &str = env!("CARGO_BIN_EXE_ossum");

/// All three; they are gone when this is dropped.
pub(crate) struct Hosts {
    /// What both work in.
    pub(crate) shared: Workspace,
    pub(crate) first: Host,
    pub(crate) second: Host,
    server: Host,
    _serving: Running,
}

/// One of them.
pub(crate) struct Host {
    /// Keeps it there.
    holder: Running,
    state: Workspace,
    program: Program,
}

/// What makes a host of its own: for the first one with rights of its own to do so.
const SERVER: &str = "--user --map-root-user --net --uts";
const CLIENT: &str = "--net --uts";

/// Where the server is.
const ADDRESS: &str = "10.77.0.1";

/// What `serve` is told that goes wrong.
const RULES: &str = "rules.toml";

impl Hosts {
    /// Hosts whose server does what `rules` say; `None`, and why on standard error, where the
    /// system does not allow them.
    pub(crate) fn with_rules(rules: &str) -> Option<Self> {
        let shared = Workspace::new();
        shared.write(RULES, rules);
        shared.write("secret", LocalOss::ACCESS_KEY_SECRET);
        let server = Host::begin(&shared, "server", SERVER, None)?;
        let first = Host::begin(&shared, "host-a", CLIENT, Some(&server))?;
        let second = Host::begin(&shared, "host-b", CLIENT, Some(&server))?;
        // The same for both: a transfer is also known by it.
        server.set_up(&format!("ip addr add {ADDRESS}/32 dev lo"))?;
        let first = server.joined_with(first, 1)?;
        let second = server.joined_with(second, 2)?;
        let serve = format!(
            "serve --listen 0.0.0.0:9000 --memory --bucket {} --access-key-id {} \
            --access-key-secret-file secret --faults {RULES}",
            LocalOss::BUCKET,
            LocalOss::ACCESS_KEY_ID,
        );
        let mut serving = server.start(&serve);
        serving.wait_for_output();
        for made in [RULES, "secret"] {
            std::fs::remove_file(shared.path(made)).unwrap();
        }
        Some(Self {
            shared,
            first,
            second,
            server,
            _serving: serving,
        })
    }

    /// Answers everything again that comes from now on.
    pub(crate) fn release(&self) {
        let ask = "exec 3<>/dev/tcp/127.0.0.1/9000
            printf 'DELETE /-/ossum/faults HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n' >&3
            read -r answer <&3 && echo \"$answer\"";
        let asked = self.server.inside(["/bin/bash", "-c", ask]).wait();
        asked.exit(0).prints("204");
    }

    /// Cuts the wire of the first host.
    pub(crate) fn cut_first(&self) {
        self.server.shell("ip link set wire1 down").exit(0);
    }

    /// The uploads that are neither completed nor aborted, as whoever looks for them sees them.
    pub(crate) fn open_uploads(&self) -> usize {
        let listed = self.second.run("parts ls oss://bkt --json");
        let listed = listed.exit(0).stdout_json();
        let is_upload = |line: &&serde_json::Value| line["upload_id"].is_string();
        listed.iter().filter(is_upload).count()
    }
}

impl Host {
    fn begin(
        shared: &Workspace,
        name: &str,
        namespaces: &str,
        beside: Option<&Host>,
    ) -> Option<Self> {
        let stay = format!("hostname {name} && ip link set lo up && echo there && exec sleep 600");
        let mut words = Vec::new();
        if let Some(server) = beside {
            words.extend(["--target", &server.process(), "--user"].map(str::to_owned));
            words.extend(["--preserve-credentials", "unshare"].map(str::to_owned));
        }
        words.extend(namespaces.split(' ').map(str::to_owned));
        words.extend(["/bin/sh", "-c", &stay].map(str::to_owned));
        let tool = beside.map_or("/usr/bin/unshare", |_| "/usr/bin/nsenter");
        if !Path::new(tool).exists() {
            skipped(&format!("there is no {tool}"));
            return None;
        }
        let mut holder = searching(Program::new(tool, shared)).start(&words);
        if holder.line() != "there" {
            skipped(&holder.wait().to_string());
            return None;
        }
        let state = Workspace::new();
        let program = searching(Program::new("/usr/bin/nsenter", shared)).judged_by(schema::judge);
        Some(Self {
            holder,
            program: program.env("XDG_STATE_HOME", state.root()),
            state,
        })
    }

    /// Lays a wire to `host`, which then knows where OSS is.
    fn joined_with(&self, host: Host, number: u8) -> Option<Host> {
        let (wire, net) = (format!("wire{number}"), format!("10.77.{number}"));
        self.set_up(&format!(
            "ip link add {wire} type veth peer name wire netns {} && \
            ip addr add {net}.1/24 dev {wire} && ip link set {wire} up",
            host.process()
        ))?;
        host.set_up(&format!(
            "ip addr add {net}.2/24 dev wire && ip link set wire up && \
            ip route add {ADDRESS} via {net}.1"
        ))?;
        let environment = [
            ("OSS_ENDPOINT", format!("http://{ADDRESS}:9000")),
            ("OSS_REGION", LocalOss::REGION.to_owned()),
            ("OSS_ACCESS_KEY_ID", LocalOss::ACCESS_KEY_ID.to_owned()),
            (
                "OSS_ACCESS_KEY_SECRET",
                LocalOss::ACCESS_KEY_SECRET.to_owned(),
            ),
        ];
        let set = |program: Program, (name, value)| program.env(name, value);
        Some(Host {
            program: environment.into_iter().fold(host.program, set),
            ..host
        })
    }

    /// Begins to run `ossum` there, with words separated by blanks.
    pub(crate) fn start(&self, words: &str) -> Running {
        self.inside([OSSUM].into_iter().chain(words.split(' ')))
    }

    /// Runs `ossum` there; it may send what is signed over the wire.
    pub(crate) fn run(&self, words: &str) -> Outcome {
        self.start(&format!("{words} --allow-http")).wait()
    }

    /// The files that it keeps for later.
    pub(crate) fn state(&self) -> &Workspace {
        &self.state
    }

    /// Does what it takes to be a host; `None` where that is not allowed.
    fn set_up(&self, line: &str) -> Option<()> {
        let done = self.shell(line);
        if done.code() != Some(0) {
            skipped(&done.to_string());
        }
        (done.code() == Some(0)).then_some(())
    }

    fn shell(&self, line: &str) -> Outcome {
        self.inside(["/bin/sh", "-c", line]).wait()
    }

    fn inside<'a>(&self, words: impl IntoIterator<Item = &'a str>) -> Running {
        let enter = ["--user", "--net", "--uts", "--preserve-credentials", "--"];
        let words = enter.into_iter().chain(words).map(str::to_owned);
        let target = format!("--target={}", self.process());
        self.program.start([target].into_iter().chain(words))
    }

    fn process(&self) -> String {
        let stat = String::from_utf8(self.holder.told_by_kernel("stat")).unwrap();
        stat.split(' ').next().unwrap().to_owned()
    }
}

/// Says why nothing is tried. Not by the macro: what that says is shown only where a test fails.
fn skipped(why: &str) {
    let _ = writeln!(io::stderr(), "SKIPPED, no hosts on this machine: {why}");
}

fn searching(program: Program) -> Program {
    program.env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
}
