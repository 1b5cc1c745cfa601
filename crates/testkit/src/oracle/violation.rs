use std::fmt;
use std::time::Duration;

use super::Content;

/// One thing about a run that is not as it must be.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Violation {
    /// It said that all is done, and the destination does not hold the source's bytes.
    WrongBytes {
        /// What it holds.
        found: Option<Content>,
    },
    /// It did not say that all is done, and the destination is neither as it was nor as it should be.
    HalfDone {
        /// What it holds.
        found: Option<Content>,
    },
    /// It said that all is done where nothing could be.
    FalseSuccess,
    /// It said that all is done, and a power loss took it away.
    NotDurable {
        /// What the destination holds then.
        found: Option<Content>,
    },
    /// It said that it failed, and all is done.
    FalseFailure,
    /// It failed where nothing was wrong, or nothing that it may not survive.
    Stuck,
    /// It ended in a way that no run may: this way.
    Died(String),
    /// The fault that was to be survived did not happen, so nothing was shown.
    NoFault,
    /// It took too long.
    TooLong {
        /// How long.
        took: Duration,
        /// How long it may.
        most: Duration,
    },
    /// It moved more bytes than had to move.
    MovedAgain {
        /// How many.
        moved: u64,
        /// How many may.
        most: u64,
    },
    /// It made more requests than its retries allow.
    TooManyRequests {
        /// How many.
        made: u64,
        /// How many it may.
        most: u64,
    },
    /// It is done, and so many uploads with parts are left open.
    OpenUploads(usize),
    /// So many uploads with parts are remembered nowhere.
    Orphans(usize),
    /// It is done, and these files are left.
    Left(Vec<String>),
    /// A secret is shown.
    Secret {
        /// Where.
        name: String,
    },
}

impl Violation {
    /// Its row on the score sheet: 1 to 13.
    pub fn row(&self) -> u8 {
        match self {
            Self::WrongBytes { .. } | Self::HalfDone { .. } => 1,
            Self::FalseSuccess | Self::NotDurable { .. } | Self::FalseFailure => 2,
            Self::Died(_) | Self::NoFault => 3,
            Self::MovedAgain { .. } => 8,
            Self::Stuck | Self::TooLong { .. } | Self::TooManyRequests { .. } => 9,
            Self::OpenUploads(_) | Self::Orphans(_) | Self::Left(_) => 10,
            Self::Secret { .. } => 11,
        }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |found: &Option<Content>| match found {
            Some(found) => found.to_string(),
            None => "nothing".to_owned(),
        };
        match self {
            Self::WrongBytes { found } => write!(f, "success, but there is {}", shown(found)),
            Self::HalfDone { found } => {
                write!(f, "neither the old nor the new: {}", shown(found))
            }
            Self::FalseSuccess => f.write_str("success where there can be none"),
            Self::NotDurable { found } => {
                write!(f, "success, but after a power loss {}", shown(found))
            }
            Self::FalseFailure => f.write_str("failure, but all is done"),
            Self::Stuck => f.write_str("failure where it must succeed"),
            Self::Died(how) => write!(f, "it died: {how}"),
            Self::NoFault => f.write_str("no fault fired"),
            Self::TooLong { took, most } => write!(f, "it took {took:?}, not {most:?}"),
            Self::MovedAgain { moved, most } => write!(f, "{moved} bytes moved, not {most}"),
            Self::TooManyRequests { made, most } => write!(f, "{made} requests, not {most}"),
            Self::OpenUploads(count) => write!(f, "{count} uploads left open"),
            Self::Orphans(count) => write!(f, "{count} uploads remembered nowhere"),
            Self::Left(names) => write!(f, "left behind: {}", names.join(", ")),
            Self::Secret { name } => write!(f, "a secret in {name}"),
        }
    }
}
