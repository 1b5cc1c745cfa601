use std::fmt;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::time::Duration;

use rustix::process::Signal;
use serde_json::Value;

/// How a program ended, and what it said.
#[derive(Debug, Clone)]
pub struct Outcome {
    shown: String,
    status: ExitStatus,
    stdout: String,
    stderr: String,
    took: Duration,
}

impl Outcome {
    pub(crate) fn new(
        shown: String,
        status: ExitStatus,
        took: Duration,
        stdout: String,
        stderr: String,
    ) -> Self {
        Self {
            shown,
            status,
            stdout,
            stderr,
            took,
        }
    }

    /// Its exit code; `None` if a signal ended it.
    pub fn code(&self) -> Option<i32> {
        self.status.code()
    }

    /// How it ended, in words.
    pub fn ended(&self) -> String {
        self.status.to_string()
    }

    /// How long it ran, until it had been waited for.
    pub fn took(&self) -> Duration {
        self.took
    }

    /// Expects this exit code.
    #[track_caller]
    pub fn exit(&self, code: i32) -> &Self {
        assert_eq!(self.status.code(), Some(code), "{self}");
        self
    }

    /// Expects `text` on standard error.
    #[track_caller]
    pub fn says(&self, text: &str) -> &Self {
        assert!(self.stderr.contains(text), "no {text:?}: {self}");
        self
    }

    /// Expects `text` on standard output.
    #[track_caller]
    pub fn prints(&self, text: &str) -> &Self {
        assert!(self.stdout.contains(text), "no {text:?}: {self}");
        self
    }

    /// Expects `text` nowhere.
    #[track_caller]
    pub fn never_shows(&self, text: &str) -> &Self {
        let shows = self.stdout.contains(text) || self.stderr.contains(text);
        assert!(!shows, "{text:?} is shown: {self}");
        self
    }

    /// Expects that this signal ended it, and that the system did not write down its memory.
    #[track_caller]
    pub fn killed_without_core(&self, signal: Signal) -> &Self {
        assert_eq!(self.status.signal(), Some(signal.as_raw()), "{self}");
        assert!(!self.status.core_dumped(), "{self}");
        self
    }

    /// Standard output.
    pub fn stdout(&self) -> &str {
        &self.stdout
    }

    /// Standard error.
    pub fn stderr(&self) -> &str {
        &self.stderr
    }

    /// Standard output as JSON objects, one a line; all of them have a version and an event.
    #[track_caller]
    pub fn stdout_json(&self) -> Vec<Value> {
        let lines = self.stdout.lines().map(|line| {
            let value: Value = serde_json::from_str(line)
                .unwrap_or_else(|error| panic!("{error} in {line:?}: {self}"));
            assert_eq!(value["v"], 1, "{line}");
            assert!(value["event"].is_string(), "{line}");
            value
        });
        lines.collect()
    }

    /// The last line of standard output as a JSON object.
    #[track_caller]
    pub fn last_json(&self) -> Value {
        let last = self.stdout_json().pop();
        last.unwrap_or_else(|| panic!("nothing on standard output: {self}"))
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "$ {} -> {}", self.shown, self.status)?;
        writeln!(f, "--- stdout\n{}--- stderr\n{}", self.stdout, self.stderr)
    }
}
