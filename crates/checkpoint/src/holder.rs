use std::fmt;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use crate::shown::Shown;

/// Who works on a transfer: for the message to whoever else wants to.
///
/// Says nothing about whether that process still runs; the lock on the checkpoint does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// The process ID.
    pub process: u32,
    /// What the host calls itself.
    pub host: String,
    /// Since when, in whole seconds.
    #[serde(with = "crate::unix_seconds")]
    pub since: SystemTime,
}

impl Holder {
    /// This process, which begins at `now`.
    pub fn this_process(now: SystemTime) -> Self {
        Self {
            process: std::process::id(),
            host: rustix::system::uname()
                .nodename()
                .to_string_lossy()
                .into_owned(),
            since: now,
        }
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "process {} on host {}", self.process, Shown(&self.host))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_holder_is_named_by_process_and_host() {
        let holder = Holder {
            process: 123,
            host: "a\u{1b}b".to_owned(),
            since: SystemTime::UNIX_EPOCH,
        };
        assert_eq!(holder.to_string(), "process 123 on host a\\u{1b}b");
        let own = Holder::this_process(SystemTime::UNIX_EPOCH);
        assert_eq!(own.process, std::process::id());
        assert!(!own.host.is_empty());
    }
}
