use std::fmt::Write as _;

use serde::Serialize;

use crate::output::Event;
use crate::output::listed::counted;

/// The end of going on with all that is unfinished.
#[derive(Debug, Default, Serialize)]
pub(crate) struct ResumedTotal {
    /// Commands that were run again.
    pub(crate) jobs: u64,
    /// These were left alone.
    pub(crate) running: u64,
    pub(crate) failed: u64,
}

impl Event for ResumedTotal {
    const NAME: &'static str = "total";

    fn for_people(&self) -> Vec<String> {
        let mut text = match self.jobs {
            0 => "nothing to go on with".to_owned(),
            jobs => format!("went on with {}", counted(jobs, "job")),
        };
        if self.running > 0 {
            let _ = write!(text, "; {} running, left alone", self.running);
        }
        if self.failed > 0 {
            let _ = write!(text, "; {} failed", self.failed);
        }
        vec![text]
    }
}
