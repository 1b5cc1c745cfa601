//! What `restore` has to say.

use ossum_types::ObjectUrl;
use serde::Serialize;

use super::Event;
use super::listed::counted;

/// An object that is asked to be readable, and how far that is.
#[derive(Debug, Serialize)]
pub(crate) struct Restored {
    object: String,
    storage_class: String,
    #[serde(flatten)]
    state: RestoredState,
}

/// How far it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub(crate) enum RestoredState {
    /// Restoring begins.
    Begun {
        /// How long it takes as a rule.
        takes: &'static str,
    },
    /// It had begun before.
    UnderWay,
    /// It can be read, until then.
    Restored { until: Option<String> },
    /// It could be read, and can for so many days from now on.
    Extended { days: u32 },
    /// It can always be read.
    NotArchived,
}

impl Restored {
    pub(crate) fn new(url: &ObjectUrl, storage_class: &str, state: RestoredState) -> Self {
        Self {
            object: url.to_string(),
            storage_class: storage_class.to_owned(),
            state,
        }
    }

    /// The same, further on.
    pub(crate) fn now(self, state: RestoredState) -> Self {
        Self { state, ..self }
    }

    pub(crate) fn is_readable(&self) -> bool {
        !matches!(
            self.state,
            RestoredState::Begun { .. } | RestoredState::UnderWay
        )
    }
}

impl Event for Restored {
    const NAME: &'static str = "restored";

    fn for_people(&self) -> Vec<String> {
        let (object, class) = (&self.object, &self.storage_class);
        vec![match &self.state {
            RestoredState::Begun { takes } => {
                format!("restoring {object}: it takes {takes} ({class})")
            }
            RestoredState::UnderWay => format!("restoring {object}: already under way ({class})"),
            RestoredState::Restored { until: Some(until) } => {
                format!("{object} can be read until {until}")
            }
            RestoredState::Restored { until: None } => format!("{object} can be read"),
            RestoredState::Extended { days } => {
                format!(
                    "{object} can be read for {} from now",
                    counted(u64::from(*days), "day")
                )
            }
            RestoredState::NotArchived => {
                format!("{object} needs no restoring: its class is {class}")
            }
        }]
    }
}

/// The end of restoring many.
#[derive(Debug, Default, Serialize)]
pub(crate) struct RestoredTotal {
    begun: u64,
    under_way: u64,
    readable: u64,
    pub(crate) not_archived: u64,
    pub(crate) failed: u64,
}

impl RestoredTotal {
    pub(crate) fn add(&mut self, restored: &Restored) {
        match restored.state {
            RestoredState::Begun { .. } => self.begun += 1,
            RestoredState::UnderWay => self.under_way += 1,
            RestoredState::Restored { .. } | RestoredState::Extended { .. } => self.readable += 1,
            RestoredState::NotArchived => self.not_archived += 1,
        }
    }

    /// How many are archived and did not fail.
    pub(crate) fn archived(&self) -> u64 {
        self.begun + self.under_way + self.readable
    }
}

impl Event for RestoredTotal {
    const NAME: &'static str = "total";

    fn for_people(&self) -> Vec<String> {
        let failed = match self.failed {
            0 => String::new(),
            failed => format!("; {failed} failed"),
        };
        let text = format!(
            "{} begun, {} under way already, {} readable, {} not archived{failed}",
            self.begun, self.under_way, self.readable, self.not_archived
        );
        vec![text]
    }
}
