//! What `doctor` has to say.

use serde::Serialize;

use super::Event;

/// How something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Health {
    /// As it should be.
    Ok,
    /// It works; something may be done about it all the same.
    Warn,
    /// It does not work.
    Fail,
}

/// One thing that was looked into.
#[derive(Debug, Serialize)]
pub(crate) struct Finding {
    pub(crate) check: &'static str,
    pub(crate) state: Health,
    pub(crate) found: String,
    /// What to do about it.
    pub(crate) next: Option<String>,
    /// Of a failure, its kind and exit code.
    pub(crate) kind: Option<&'static str>,
    pub(crate) code: Option<u8>,
}

impl Event for Finding {
    const NAME: &'static str = "finding";

    fn for_people(&self) -> Vec<String> {
        let state = match self.state {
            Health::Ok => "ok",
            Health::Warn => "warn",
            Health::Fail => "FAIL",
        };
        let mut lines = vec![format!("{state:<5}{:<14}{}", self.check, self.found)];
        let next = self.next.iter().filter(|_| self.state != Health::Ok);
        lines.extend(next.map(|next| format!("{:<19}next: {next}", "")));
        lines
    }
}

/// All of it together.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Verdict {
    pub(crate) ok: u64,
    pub(crate) warn: u64,
    pub(crate) fail: u64,
    /// The exit code.
    pub(crate) code: u8,
}

impl Event for Verdict {
    const NAME: &'static str = "verdict";

    fn for_people(&self) -> Vec<String> {
        vec![format!(
            "{} ok, {} to look at, {} failed",
            self.ok, self.warn, self.fail
        )]
    }
}
