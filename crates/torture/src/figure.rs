//! What a part of the torture counted.

use std::fmt;
use std::fs;
use std::path::Path;

use anyhow::Context;
use serde::{Deserialize, Serialize};

/// One thing that was counted, and what it must be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// Its row on the score sheet: 1 to 13.
    pub row: u8,
    /// What was counted: `kill points that ended wrong`.
    pub what: String,
    /// How many it were.
    pub counted: u64,
    /// Out of how many, where that means something.
    pub of: Option<u64>,
    /// What `counted` must be.
    pub bound: Bound,
}

/// What a count must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    /// So many or fewer.
    AtMost(u64),
    /// So many or more.
    AtLeast(u64),
}

impl Figure {
    /// Whether it is as it must be.
    pub fn holds(&self) -> bool {
        match self.bound {
            Bound::AtMost(most) => self.counted <= most,
            Bound::AtLeast(least) => self.counted >= least,
        }
    }
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AtMost(most) => write!(f, "<= {most}"),
            Self::AtLeast(least) => write!(f, ">= {least}"),
        }
    }
}

/// The figures of one part, as they lie in `DIR/PART.json`.
#[derive(Debug, Serialize, Deserialize)]
pub struct Figures {
    /// The name of the part: `power-cuts`.
    pub part: String,
    /// Whether it was the long mode.
    pub long: bool,
    /// What it counted.
    pub counts: Vec<Figure>,
    /// What could not be tried on this machine, and why.
    pub skipped: Vec<String>,
}

impl Figures {
    /// Leaves them in `directory`, in place of those of an earlier run.
    ///
    /// # Errors
    /// If they cannot be written.
    pub fn leave(&self, directory: &Path) -> anyhow::Result<()> {
        fs::create_dir_all(directory)?;
        let path = directory.join(format!("{}.json", self.part));
        let text = serde_json::to_string_pretty(self)?;
        fs::write(&path, text + "\n").with_context(|| format!("write {}", path.display()))
    }

    /// Those of every part in `directory`, by name.
    ///
    /// # Errors
    /// If there are none, or something there is not what a part has left.
    pub fn all(directory: &Path) -> anyhow::Result<Vec<Self>> {
        let found = fs::read_dir(directory).with_context(|| {
            let shown = directory.display();
            format!("no figures in {shown}: run a part first")
        })?;
        let mut all = Vec::new();
        for entry in found {
            let path = entry?.path();
            if path
                .extension()
                .is_some_and(|extension| extension == "json")
            {
                let text = fs::read(&path)?;
                let read = serde_json::from_slice::<Self>(&text);
                all.push(read.with_context(|| format!("read {}", path.display()))?);
            }
        }
        all.sort_by(|one, other| one.part.cmp(&other.part));
        Ok(all)
    }

    /// Whether every one of them is as it must be.
    pub fn hold(&self) -> bool {
        self.counts.iter().all(Figure::holds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_is_held_at_the_bound_and_broken_beyond() {
        let figure = |counted, bound| Figure {
            row: 1,
            what: String::new(),
            counted,
            of: None,
            bound,
        };
        assert!(figure(2, Bound::AtMost(2)).holds());
        assert!(!figure(3, Bound::AtMost(2)).holds());
        assert!(figure(2, Bound::AtLeast(2)).holds());
        assert!(!figure(1, Bound::AtLeast(2)).holds());
    }
}
