//! The kinds of fault, as docs/reliability.toml has them.

use std::collections::BTreeSet;

use anyhow::{Result, ensure};
use serde::Deserialize;

use super::marks::Marks;

/// How many kinds there are: they are numbered from 1 without a gap.
pub(super) const FAMILIES: u16 = 118;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Catalogue {
    pub(super) group: Vec<Group>,
}

/// Kinds that have their place in common: the disk, the network.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Group {
    pub(super) letter: char,
    pub(super) name: String,
    pub(super) family: Vec<Family>,
}

/// One kind of fault.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Family {
    pub(super) number: u16,
    /// What goes wrong.
    pub(super) fault: String,
    /// What happens then.
    pub(super) outcome: String,
    /// Why no test holds all of it.
    pub(super) without: Option<String>,
}

impl Catalogue {
    pub(super) fn families(&self) -> impl Iterator<Item = &Family> {
        self.group.iter().flat_map(|group| &group.family)
    }

    /// # Errors
    /// If the kinds are not numbered from 1 to the last, or a test names one that is not there.
    pub(super) fn accepts(&self, marks: &Marks) -> Result<()> {
        let numbers: Vec<u16> = self.families().map(|family| family.number).collect();
        let expected: Vec<u16> = (1..=FAMILIES).collect();
        ensure!(numbers == expected, "the families are not 1 to {FAMILIES}");
        let known: BTreeSet<u16> = numbers.into_iter().collect();
        for (number, tests) in marks {
            let named = tests.first().map(ToString::to_string).unwrap_or_default();
            ensure!(known.contains(number), "{named}: there is no case {number}");
        }
        Ok(())
    }

    /// Those that no test holds, and that give no reason for it.
    pub(super) fn open(&self, marks: &Marks) -> Vec<u16> {
        let open = self
            .families()
            .filter(|family| family.without.is_none() && !marks.contains_key(&family.number));
        open.map(|family| family.number).collect()
    }
}
