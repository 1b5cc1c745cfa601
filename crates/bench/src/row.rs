use serde::Serialize;

/// One figure, and what it is held against.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Row {
    pub(crate) figure: String,
    pub(crate) value: f64,
    pub(crate) unit: Unit,
    /// The most that is acceptable.
    pub(crate) must: f64,
    /// What it should be.
    pub(crate) aim: Option<f64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Unit {
    /// Of one cost to another.
    Ratio,
    Mebibytes,
    /// 1,000,000 bytes.
    Megabytes,
    Requests,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    ReachesAim,
    Holds,
    Misses,
}

impl Row {
    pub(crate) fn verdict(&self) -> Verdict {
        if self.aim.is_some_and(|aim| self.value <= aim) {
            Verdict::ReachesAim
        } else if self.value <= self.must {
            Verdict::Holds
        } else {
            Verdict::Misses
        }
    }
}

impl Verdict {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::ReachesAim => "aim",
            Self::Holds => "holds",
            Self::Misses => "MISSES",
        }
    }
}

impl Unit {
    pub(crate) fn show(self, value: f64) -> String {
        match self {
            Self::Ratio => format!("{value:.2} x"),
            Self::Mebibytes => format!("{value:.1} MiB"),
            Self::Megabytes => format!("{value:.2} MB"),
            Self::Requests => format!("{value:.0}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_is_held_against_both_bounds() {
        let row = |value| Row {
            figure: String::new(),
            value,
            unit: Unit::Ratio,
            must: 1.05,
            aim: Some(0.95),
        };
        assert_eq!(row(0.95).verdict(), Verdict::ReachesAim);
        assert_eq!(row(1.05).verdict(), Verdict::Holds);
        assert_eq!(row(1.06).verdict(), Verdict::Misses);
    }
}
