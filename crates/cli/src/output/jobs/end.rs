use ossum_checkpoint::End;
use serde::Serialize;

use crate::output::listed::utc;

/// Why the last attempt ended.
#[derive(Debug, Serialize)]
pub(super) struct JobEnd {
    time: Option<String>,
    kind: String,
    message: String,
    pub(super) hint: Option<String>,
}

impl JobEnd {
    pub(super) fn of(end: &End) -> Self {
        Self {
            time: utc(end.time),
            kind: end.kind.clone(),
            message: end.message.clone(),
            hint: end.hint.clone(),
        }
    }

    /// For people, of an end that was told or not.
    pub(super) fn why(end: Option<&Self>) -> String {
        let Some(end) = end else {
            return "no end recorded: killed or power loss".to_owned();
        };
        let time = end.time.as_deref().unwrap_or("some time");
        format!("{} (at {time})", end.message)
    }
}

/// Why a job does not go on, and what is to be done about it.
#[derive(Debug)]
pub(crate) struct Explanation {
    pub(crate) is_running: bool,
    pub(crate) why: String,
    pub(crate) next: String,
}

impl Explanation {
    pub(super) fn of(is_running: bool, why: String, end: Option<&JobEnd>, next: &str) -> Self {
        Self {
            is_running,
            why: if is_running {
                "it runs".to_owned()
            } else {
                why
            },
            next: match end.and_then(|end| end.hint.as_deref()) {
                Some(hint) => format!("{hint}; then {next}"),
                None => next.to_owned(),
            },
        }
    }
}
