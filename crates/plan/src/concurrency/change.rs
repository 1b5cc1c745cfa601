use std::fmt;

use ossum_types::ByteSize;

/// That another number of requests is to be under way, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// How many were.
    pub before: usize,
    /// How many are to be.
    pub requests: usize,
    /// Why.
    pub reason: Reason,
}

/// Why another number of requests is to be under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// A connection moves so few bytes a second that more of them should move more.
    Slow {
        /// How many.
        each: u64,
    },
    /// To see whether it is better.
    Trial,
    /// More requests moved no more.
    NoGain,
    /// Fewer requests moved less.
    Loss,
    /// The service refused requests for being too many.
    Refused {
        /// How many since the last look.
        refused: usize,
    },
    /// Nothing moved on a connection for too long.
    TimedOut,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            before,
            requests,
            reason,
        } = self;
        write!(
            f,
            "{requests} requests at a time in place of {before}: {reason}"
        )
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Slow { each } => {
                write!(f, "a connection moves {} a second", ByteSize::new(*each))
            }
            Self::Trial => f.write_str("to see whether it is better"),
            Self::NoGain => f.write_str("more moved no more"),
            Self::Loss => f.write_str("fewer moved less"),
            Self::Refused { refused: 1 } => f.write_str("the service refused one"),
            Self::Refused { refused } => write!(f, "the service refused {refused}"),
            Self::TimedOut => f.write_str("nothing moved on a connection"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(reason: Reason) -> String {
        let change = Change {
            before: 8,
            requests: 12,
            reason,
        };
        change.to_string()
    }

    #[test]
    fn a_change_is_told_with_its_reason() {
        assert_eq!(
            told(Reason::Slow { each: 1 << 20 }),
            "12 requests at a time in place of 8: a connection moves 1 MiB a second"
        );
        for (reason, words) in [
            (Reason::Trial, ": to see whether it is better"),
            (Reason::NoGain, ": more moved no more"),
            (Reason::Loss, ": fewer moved less"),
            (Reason::Refused { refused: 1 }, ": the service refused one"),
            (Reason::Refused { refused: 2 }, ": the service refused 2"),
            (Reason::TimedOut, ": nothing moved on a connection"),
        ] {
            assert!(told(reason).ends_with(words), "{}", told(reason));
        }
    }
}
