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
    /// Whether its test is still to be written.
    #[serde(default)]
    pub(super) open: bool,
}

impl Catalogue {
    pub(super) fn families(&self) -> impl Iterator<Item = &Family> {
        self.group.iter().flat_map(|group| &group.family)
    }

    /// # Errors
    /// If the kinds are not numbered from 1 to the last, if a test names one that is not there, or if
    /// one has neither a test nor a reason and is not told to be open.
    pub(super) fn accepts(&self, marks: &Marks) -> Result<()> {
        let numbers: Vec<u16> = self.families().map(|family| family.number).collect();
        let expected: Vec<u16> = (1..=FAMILIES).collect();
        ensure!(numbers == expected, "the families are not 1 to {FAMILIES}");
        let known: BTreeSet<u16> = numbers.into_iter().collect();
        for (number, tests) in marks {
            let named = tests.first().map(ToString::to_string).unwrap_or_default();
            ensure!(known.contains(number), "{named}: there is no case {number}");
        }
        for family in self.families() {
            let number = family.number;
            let is_held = family.without.is_some() || marks.contains_key(&number);
            ensure!(
                is_held || family.open,
                "case {number} has neither a test nor a reason"
            );
            ensure!(
                !is_held || !family.open,
                "case {number} is held by now: it is not open"
            );
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::marks::Test;
    use super::*;

    fn catalogue(change: impl Fn(&mut Family)) -> Catalogue {
        let family = |number| {
            let mut family = Family {
                number,
                fault: String::new(),
                outcome: String::new(),
                without: Some("none can be".to_owned()),
                open: false,
            };
            change(&mut family);
            family
        };
        let group = Group {
            letter: 'P',
            name: String::new(),
            family: (1..=FAMILIES).map(family).collect(),
        };
        Catalogue { group: vec![group] }
    }

    fn marks(number: u16) -> Marks {
        let test = Test {
            file: "f".to_owned(),
            name: None,
        };
        Marks::from([(number, vec![test])])
    }

    #[test]
    fn a_kind_has_a_test_or_a_reason_or_is_open() {
        let lacking = |family: &mut Family| {
            if family.number == 7 {
                family.without = None;
            }
        };
        let open = |family: &mut Family| {
            lacking(family);
            family.open = family.number == 7;
        };
        assert!(catalogue(lacking).accepts(&Marks::new()).is_err());
        assert!(catalogue(lacking).accepts(&marks(7)).is_ok());
        assert!(catalogue(open).accepts(&Marks::new()).is_ok());
        assert!(catalogue(open).accepts(&marks(7)).is_err());
    }

    #[test]
    fn a_number_that_no_kind_has_is_an_error() {
        assert!(catalogue(|_| {}).accepts(&marks(FAMILIES)).is_ok());
        for number in [0, FAMILIES + 1] {
            assert!(catalogue(|_| {}).accepts(&marks(number)).is_err());
        }
    }
}
