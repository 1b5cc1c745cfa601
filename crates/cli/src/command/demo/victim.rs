//! A transfer in a process of its own, which is killed half-way.

use std::ffi::OsString;
use std::io::{self, BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::server::Embedded;
use crate::failure::Failure;
use crate::session::Session;

/// Half of the parts are there long before that, or something is wrong.
const PATIENCE: Duration = Duration::from_mins(1);

/// How often it is looked whether a signal came.
const TICK: Duration = Duration::from_millis(50);

/// A process that runs `cp`. Dropping it kills it.
struct Victim {
    process: Child,
    /// What it tells, a JSON object at a time.
    told: Receiver<Value>,
}

/// Copies `source` to `destination` until `parts` parts are there, and kills that with SIGKILL.
/// Returns how many parts it said are there.
pub(super) fn kill_half_way(
    session: &Session,
    server: &Embedded,
    [source, destination]: [OsString; 2],
    parts: u32,
) -> Result<u32, Failure> {
    // A signal kills it as well, below.
    session.interrupts.end_by(|| {});
    let words = ["cp".into(), "--json".into(), source, destination];
    let victim = Victim::start(server, &words).map_err(failed)?;
    let seen = victim.watch(session, parts)?;
    victim.kill().map_err(failed)?;
    Ok(seen)
}

impl Victim {
    fn start(server: &Embedded, words: &[OsString]) -> io::Result<Self> {
        // Its keys are not on its command line, which everybody on the machine can read.
        let mut process = Command::new(std::env::current_exe()?)
            .args(words)
            .env_clear()
            .envs(server.environment())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let stdout = process.stdout.take().expect("it was asked for");
        let (tell, told) = mpsc::channel();
        let listen = move || listen(stdout, &tell);
        let victim = Self { process, told };
        thread::Builder::new()
            .name("demo-listener".to_owned())
            .spawn(listen)?;
        Ok(victim)
    }

    /// Waits until so many parts are there.
    fn watch(&self, session: &Session, parts: u32) -> Result<u32, Failure> {
        let deadline = Instant::now() + PATIENCE;
        let mut seen = 0;
        let mut last = Value::Null;
        while seen < parts && Instant::now() < deadline {
            if let Some(interrupted) = session.interrupted() {
                return Err(interrupted);
            }
            match self.told.recv_timeout(TICK) {
                Ok(line) if line["event"] == "part" => seen += 1,
                Ok(line) => last = line,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Err(ended(session, &last)),
            }
        }
        Ok(seen)
    }

    fn kill(mut self) -> io::Result<()> {
        self.process.kill()?;
        self.process.wait().map(drop)
    }
}

impl Drop for Victim {
    fn drop(&mut self) {
        // Both fail if it has ended and been waited for, which is what they are for.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn listen(stdout: ChildStdout, tell: &mpsc::Sender<Value>) {
    for line in BufReader::new(stdout).lines() {
        // What is no JSON, or only half of it, is what was being written when it was killed.
        let Some(told) = line.ok().and_then(|line| serde_json::from_str(&line).ok()) else {
            continue;
        };
        if tell.send(told).is_err() {
            return;
        }
    }
}

/// It ended by itself: by a signal that came to both, or because something is wrong.
fn ended(session: &Session, last: &Value) -> Failure {
    let message = last["message"].as_str().unwrap_or("it ended too soon");
    let failure = failed(io::Error::other(message.to_owned()));
    session.interrupted().unwrap_or(failure)
}

fn failed(source: io::Error) -> Failure {
    Failure::System {
        action: "run `ossum cp` in a process of its own".to_owned(),
        source,
    }
}
