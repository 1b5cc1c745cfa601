use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, ChildStdout, Command, Stdio};
use std::thread;
use std::time::Instant;

use rustix::process::{Pid, Signal, kill_process};

use crate::outcome::Outcome;
use crate::terminal::{Keyboard, OnTerminal};
use crate::{LocalOss, Workspace};

/// A program as a user runs it, in a directory and an environment of the test's own: no variable
/// of whoever runs the test gets in.
#[derive(Debug, Clone)]
pub struct Program {
    binary: PathBuf,
    directory: PathBuf,
    environment: BTreeMap<OsString, OsString>,
    judge: Option<fn(&Outcome)>,
}

impl Program {
    /// The program `binary`, to be run in `workspace`.
    ///
    /// Only the integration tests of a package know where cargo puts its binary, so they say it:
    /// `env!("CARGO_BIN_EXE_...")`.
    pub fn new(binary: impl Into<PathBuf>, workspace: &Workspace) -> Self {
        let root = workspace.root();
        let program = Self {
            binary: binary.into(),
            directory: root.to_owned(),
            environment: BTreeMap::new(),
            judge: None,
        };
        program.env("HOME", root).env("TMPDIR", root)
    }

    /// The same with somebody who looks at whatever it has said in the end, and panics if that is
    /// wrong.
    #[must_use]
    pub fn judged_by(self, judge: fn(&Outcome)) -> Self {
        let judge = Some(judge);
        Self { judge, ..self }
    }

    /// The same with a variable set.
    #[must_use]
    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.environment.insert(name.into(), value.as_ref().into());
        self
    }

    /// The same without a variable.
    #[must_use]
    pub fn without_env(mut self, name: &str) -> Self {
        self.environment.remove(OsStr::new(name));
        self
    }

    /// The same with everything set that it takes to use `oss`.
    #[must_use]
    pub fn using(self, oss: &LocalOss) -> Self {
        let set = |program: Self, (name, value)| program.env(name, value);
        oss.environment().into_iter().fold(self, set)
    }

    /// Runs it with `words` to its end.
    pub fn run<W: AsRef<OsStr>>(&self, words: impl IntoIterator<Item = W>) -> Outcome {
        self.start(words).wait()
    }

    /// Begins to run it with `words`.
    pub fn start<W: AsRef<OsStr>>(&self, words: impl IntoIterator<Item = W>) -> Running {
        let (mut command, shown) = self.command(words);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let began = Instant::now();
        let mut child = command
            .spawn()
            .unwrap_or_else(|error| panic!("{shown}: {error}"));
        let stdout = child.stdout.take().expect("it was asked for");
        let stderr = child.stderr.take().expect("it was asked for");
        Running {
            shown,
            began,
            child,
            stdout: BufReader::new(stdout),
            seen: String::new(),
            stderr: Some(stderr),
            judge: self.judge,
        }
    }

    /// Begins to run it with `words` on a terminal of `columns` columns: standard output and error
    /// are both there, and nobody types anything.
    pub fn start_on_terminal<W: AsRef<OsStr>>(
        &self,
        columns: u16,
        words: impl IntoIterator<Item = W>,
    ) -> OnTerminal {
        let (command, shown) = self.command(words);
        OnTerminal::start(command, shown, columns, Keyboard::Absent)
    }

    /// The same on a terminal of 80 columns at which somebody types.
    pub fn start_at_keyboard<W: AsRef<OsStr>>(
        &self,
        words: impl IntoIterator<Item = W>,
    ) -> OnTerminal {
        let (command, shown) = self.command(words);
        OnTerminal::start(command, shown, 80, Keyboard::Attached)
    }

    /// The program about to be run, and how that is shown.
    fn command<W: AsRef<OsStr>>(&self, words: impl IntoIterator<Item = W>) -> (Command, String) {
        let words: Vec<OsString> = words.into_iter().map(|word| word.as_ref().into()).collect();
        let mut command = Command::new(&self.binary);
        command
            .args(&words)
            .current_dir(&self.directory)
            .env_clear()
            .envs(&self.environment)
            .stdin(Stdio::null());
        (command, shown(&self.binary, &words))
    }
}

fn shown(binary: &Path, words: &[OsString]) -> String {
    let name = binary.file_name().unwrap_or_default();
    let words = std::iter::once(name).chain(words.iter().map(OsString::as_os_str));
    let words: Vec<_> = words.map(OsStr::to_string_lossy).collect();
    words.join(" ")
}

/// A program that runs. Dropping it kills it.
#[derive(Debug)]
pub struct Running {
    shown: String,
    began: Instant,
    child: Child,
    stdout: BufReader<ChildStdout>,
    seen: String,
    stderr: Option<ChildStderr>,
    judge: Option<fn(&Outcome)>,
}

impl Running {
    /// Waits for the next line on standard output, without its line break; empty at its end.
    pub fn line(&mut self) -> String {
        let mut line = String::new();
        let read = self.stdout.read_line(&mut line);
        read.unwrap_or_else(|error| panic!("{}: {error}", self.shown));
        self.seen.push_str(&line);
        line.trim_end_matches('\n').to_owned()
    }

    /// Waits for a line that begins with `beginning`, and returns what follows.
    pub fn line_after(&mut self, beginning: &str) -> String {
        loop {
            let line = self.line();
            if let Some(rest) = line.strip_prefix(beginning) {
                return rest.to_owned();
            }
            assert!(
                !line.is_empty(),
                "{}: no {beginning} in {}",
                self.shown,
                self.seen
            );
        }
    }

    /// Waits until there is something on standard output, and leaves it there.
    pub fn wait_for_output(&mut self) {
        let waited = self.stdout.fill_buf();
        waited.unwrap_or_else(|error| panic!("{}: {error}", self.shown));
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: Signal) {
        kill_process(self.pid(), signal).expect("it has not been waited for");
    }

    /// What it was started with, as everybody on the machine can read it.
    pub fn public_command_line(&self) -> Vec<u8> {
        self.told_by_kernel("cmdline")
    }

    /// A file below `/proc/PID`, such as `limits`.
    pub fn told_by_kernel(&self, name: &str) -> Vec<u8> {
        let path = format!("/proc/{}/{name}", self.child.id());
        std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Waits for its end.
    pub fn wait(mut self) -> Outcome {
        // Both at once: a program waits when either is full.
        let stderr = self.stderr.take().expect("only waiting takes it");
        let stderr = thread::spawn(move || text_of(stderr));
        let mut stdout = std::mem::take(&mut self.seen);
        stdout.push_str(&text_of(&mut self.stdout));
        let stderr = stderr.join().expect("reading does not panic");
        let status = self
            .child
            .wait()
            .unwrap_or_else(|error| panic!("{}: {error}", self.shown));
        let took = self.began.elapsed();
        let outcome = Outcome::new(self.shown.clone(), status, took, stdout, stderr);
        if let Some(judge) = self.judge {
            judge(&outcome);
        }
        outcome
    }

    fn pid(&self) -> Pid {
        let pid = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        pid.expect("a process has an ID")
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Both fail if it has ended and been waited for, which is what they are for.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn text_of(mut source: impl Read) -> String {
    let mut bytes = Vec::new();
    source.read_to_end(&mut bytes).expect("a pipe can be read");
    String::from_utf8_lossy(&bytes).into_owned()
}
