use std::fmt;
use std::io::{self, Read};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use ossum_client::auth::{BoxFuture, Credentials, CredentialsError, CredentialsProvider};
use rustix::process::{Pid, Signal, kill_process_group};
use tokio::sync::oneshot;

use super::document;
use super::web::failure;

/// A command that prints credentials as JSON. A shell runs it, as it is written; nothing is put
/// into it.
pub(super) struct CredentialProcess {
    command: String,
    patience: Duration,
}

/// So long it may take.
const PATIENCE: Duration = Duration::from_secs(15);
/// So much it may print.
const MAX_BYTES: u64 = 64 * 1024;
/// So often its end is looked for.
const LOOK_AGAIN: Duration = Duration::from_millis(5);
const WHOM: &str = "the credential process";

impl CredentialProcess {
    pub(super) fn new(command: String) -> Self {
        Self {
            command,
            patience: PATIENCE,
        }
    }

    /// Runs it on a thread of its own, which ends by itself if nobody waits any more.
    async fn fetch(&self) -> Result<Arc<Credentials>, CredentialsError> {
        let (tell, told) = oneshot::channel();
        let (command, patience) = (self.command.clone(), self.patience);
        let run = move || {
            // Nobody may be there to hear it.
            let _ = tell.send(run(&command, patience));
        };
        let thread = thread::Builder::new().name("credentials".to_owned());
        thread
            .spawn(run)
            .map_err(|error| failed("be run").with_source(error))?;
        let printed = told.await.map_err(|_| failed("be run"))??;
        document::read(WHOM, &document::json(WHOM, &printed)?)
    }
}

fn run(command: &str, patience: Duration) -> Result<Vec<u8>, CredentialsError> {
    let until = Instant::now() + patience;
    let spawned = Command::new("/bin/sh")
        .args(["-c", command])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        // What it says there may hold anything; who runs it by hand can read it.
        .stderr(Stdio::null())
        .process_group(0)
        .spawn();
    let mut child = spawned.map_err(|error| failed("be run").with_source(error))?;
    let printed = output_of(&mut child, until);
    if printed.is_err() {
        kill(&child);
    }
    let status = end_of(&mut child, until);
    let printed = printed?;
    match status {
        Ok(status) if status.success() => Ok(printed),
        Ok(status) => Err(failure(format!("{WHOM} failed: {status}"))),
        Err(error) => Err(failed("be waited for").with_source(error)),
    }
}

/// What it prints until it closes its output, which is to be before `until`.
fn output_of(child: &mut Child, until: Instant) -> Result<Vec<u8>, CredentialsError> {
    let Some(output) = child.stdout.take() else {
        return Err(failed("be read"));
    };
    let (tell, told) = mpsc::channel();
    let read = move || {
        let mut printed = Vec::new();
        let read = output.take(MAX_BYTES).read_to_end(&mut printed);
        let _ = tell.send(read.map(|_| printed));
    };
    let thread = thread::Builder::new().name("credentials".to_owned());
    thread
        .spawn(read)
        .map_err(|error| failed("be read").with_source(error))?;
    let left = until.saturating_duration_since(Instant::now());
    match told.recv_timeout(left) {
        Ok(read) => read.map_err(|error| failed("be read").with_source(error)),
        Err(RecvTimeoutError::Timeout) => Err(failure(format!("{WHOM} takes too long"))),
        Err(RecvTimeoutError::Disconnected) => Err(failed("be read")),
    }
}

/// How it ends, which is to be before `until`: it may go on after it has closed its output.
fn end_of(child: &mut Child, until: Instant) -> io::Result<ExitStatus> {
    while Instant::now() < until {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        thread::sleep(LOOK_AGAIN);
    }
    kill(child);
    child.wait()
}

/// Ends it with all that it has started.
fn kill(child: &Child) {
    let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    if let Some(pid) = pid {
        // It may have ended by itself.
        let _ = kill_process_group(pid, Signal::KILL);
    }
}

fn failed(what: &str) -> CredentialsError {
    failure(format!("{WHOM} cannot {what}"))
}

impl CredentialsProvider for CredentialProcess {
    fn provide(&self) -> BoxFuture<'_, Result<Arc<Credentials>, CredentialsError>> {
        Box::pin(self.fetch())
    }
}

impl fmt::Debug for CredentialProcess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The command may have a password in it.
        f.write_str("CredentialProcess")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn fetch(
        command: &str,
        patience: Duration,
    ) -> Result<Arc<Credentials>, CredentialsError> {
        let process = CredentialProcess {
            command: command.to_owned(),
            patience,
        };
        process.provide().await
    }

    #[tokio::test]
    async fn what_it_prints_is_read() {
        let print = r#"echo '{"AccessKeyId": "i", "AccessKeySecret": "s"}'"#;
        let read = fetch(print, PATIENCE).await.unwrap();
        assert_eq!((read.access_key_id(), read.expires_at()), ("i", None));
    }

    /// Cases: 112.
    #[tokio::test]
    async fn a_failure_is_told_without_what_it_printed() {
        for command in ["echo hunter2; exit 3", "echo hunter2", "hunter2"] {
            let error = fetch(command, PATIENCE).await.unwrap_err();
            assert!(!format!("{error} {error:?}").contains("hunter2"));
        }
        let error = fetch("exit 3", PATIENCE).await.unwrap_err();
        assert!(error.to_string().contains("exit status: 3"), "{error}");
    }

    /// Cases: 112.
    #[tokio::test]
    async fn one_that_hangs_is_ended_with_its_children() {
        let error = fetch("sleep 1000 & sleep 1000", Duration::ZERO)
            .await
            .unwrap_err();
        assert!(error.to_string().contains("takes too long"), "{error}");
    }
}
