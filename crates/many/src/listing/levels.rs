//! Which directories of a tree are worth a listing of their own.
//!
//! Pure. Names are those below the prefix that is listed. All that begin with `a/` come in one piece
//! wherever `a/` has its place, so what a level has, in order, with all of each directory in the
//! directory's place, is all names in their order.

use super::Within;
use crate::item::Item;

/// What stands at one level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Entry {
    Object(Item),
    /// With its `/`.
    Directory(String),
}

impl Entry {
    fn name(&self) -> &str {
        match self {
            Self::Object(item) => &item.name,
            Self::Directory(name) => name,
        }
    }
}

/// What is listed by itself, or needs no listing any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    Below(Within),
    Object(Item),
}

/// The names that went by in a listing, at its first two levels.
#[derive(Debug, Default)]
pub(super) struct GoneBy {
    last: Option<String>,
    upper: Level,
    /// Below the directory of the upper level that the last name is in.
    lower: Level,
}

#[derive(Debug, Default)]
struct Level {
    /// What all its names begin with.
    prefix: String,
    objects: u64,
    directories: u64,
    /// The last directory that a name was in.
    last: Option<String>,
}

impl GoneBy {
    /// Takes note of a name, which comes after all names before.
    pub(super) fn add(&mut self, name: &str) {
        name.clone_into(self.last.get_or_insert_default());
        self.upper.add(name);
        let Some(directory) = directory_in("", name) else {
            self.lower = Level::default();
            return;
        };
        if self.lower.prefix != directory {
            self.lower = Level {
                prefix: directory.to_owned(),
                ..Level::default()
            };
        }
        self.lower.add(name);
    }

    /// Takes note of something whose name no request could carry: nothing can be asked for after it.
    pub(super) fn add_unnamed(&mut self) {
        self.last = None;
    }

    /// The last name, if what went by last has one.
    pub(super) fn last(&self) -> Option<&str> {
        self.last.as_deref()
    }

    /// Whether to look at the upper level may be worth it.
    pub(super) fn upper(&self, page_size: u32) -> bool {
        self.upper.has_large_directories(page_size)
    }

    /// The prefix of the lower level, if to look at it may be worth it.
    pub(super) fn lower(&self, page_size: u32) -> Option<&str> {
        let is_one = !self.lower.prefix.is_empty() && self.lower.has_large_directories(page_size);
        is_one.then_some(&self.lower.prefix)
    }
}

impl Level {
    fn add(&mut self, name: &str) {
        self.objects += 1;
        let Some(directory) = directory_in(&self.prefix, name) else {
            return;
        };
        if self.last.as_deref() != Some(directory) {
            self.directories += 1;
            self.last = Some(directory.to_owned());
        }
    }

    /// Whether directories have half a page, by those that went by: to list each of smaller ones costs
    /// more requests than it is worth.
    fn has_large_directories(&self, page_size: u32) -> bool {
        self.directories > 0 && self.objects >= self.directories * u64::from(page_size / 2)
    }
}

/// Which directory right below `prefix` a name is in, with its `/`.
fn directory_in<'n>(prefix: &str, name: &'n str) -> Option<&'n str> {
    let end = name.strip_prefix(prefix)?.find('/')?;
    name.get(..prefix.len() + end + 1)
}

/// Whether these are what a level has, in order, `last` or what it is in among them: whatever else a
/// server says is of no use.
pub(super) fn is_level(prefix: &str, entries: &[Entry], last: &str) -> bool {
    let is_around = |entry: &Entry| match entry {
        Entry::Object(item) => item.name == last,
        Entry::Directory(directory) => last.starts_with(directory),
    };
    let belongs = |entry: &Entry| match (entry, entry.name().strip_prefix(prefix)) {
        (Entry::Object(_), Some(rest)) => !rest.contains('/'),
        (Entry::Directory(_), Some(rest)) => rest.find('/').is_some_and(|at| at + 1 == rest.len()),
        (_, None) => false,
    };
    entries.iter().any(is_around)
        && entries.iter().all(belongs)
        && entries.is_sorted_by(|one, next| one.name() < next.name())
}

/// All that comes after `last`, in order: the rest of the directory that it is in, and what is left of
/// that level; and then of the one above, if both are known. `levels` have their prefix and entries, the
/// lower one first.
pub(super) fn pieces(levels: Vec<(String, Vec<Entry>)>, last: &str) -> Vec<Piece> {
    let lowest = levels.first();
    let rest = lowest.and_then(|(prefix, _)| directory_in(prefix, last));
    let rest = rest.map(|directory| {
        Piece::Below(Within {
            directory: directory.to_owned(),
            after: Some(last.to_owned()),
        })
    });
    let entries = levels.into_iter().flat_map(|(_, entries)| entries);
    // The directories that `last` is in come before it.
    let after = entries.filter(|entry| entry.name() > last);
    let after = after.map(|entry| match entry {
        Entry::Object(item) => Piece::Object(item),
        Entry::Directory(directory) => Piece::Below(Within {
            directory,
            after: None,
        }),
    });
    rest.into_iter().chain(after).collect()
}

/// How many listings these are.
pub(super) fn listings(pieces: &[Piece]) -> usize {
    let is_listing = |piece: &&Piece| matches!(piece, Piece::Below(_));
    pieces.iter().filter(is_listing).count()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn item(name: &str) -> Item {
        Item {
            name: name.to_owned(),
            size: 1,
            version: String::new(),
            modified: None,
            changed: None,
        }
    }

    /// What a server says of a level.
    fn level(names: &BTreeSet<String>, prefix: &str) -> (String, Vec<Entry>) {
        let mut entries = Vec::new();
        for name in names.iter().filter(|name| name.starts_with(prefix)) {
            let entry = match directory_in(prefix, name) {
                Some(directory) => Entry::Directory(directory.to_owned()),
                None => Entry::Object(item(name)),
            };
            if entries.last() != Some(&entry) {
                entries.push(entry);
            }
        }
        (prefix.to_owned(), entries)
    }

    fn all_of(pieces: Vec<Piece>, names: &BTreeSet<String>) -> Vec<String> {
        let listed = pieces.into_iter().flat_map(|piece| match piece {
            Piece::Object(item) => vec![item.name],
            Piece::Below(Within { directory, after }) => {
                let is_in = |name: &&String| {
                    name.starts_with(&directory) && after.as_ref().is_none_or(|after| *name > after)
                };
                names.iter().filter(is_in).cloned().collect()
            }
        });
        listed.collect()
    }

    proptest! {
        #[test]
        fn the_pieces_are_all_that_is_left_once_and_in_order(
            names in proptest::collection::btree_set("[a/.0中]{1,6}", 1..40),
            at in any::<proptest::sample::Index>(),
        ) {
            let last = names.iter().nth(at.index(names.len())).unwrap();
            let left: Vec<String> = names.iter().filter(|name| *name > last).cloned().collect();
            let upper = level(&names, "");
            prop_assert!(is_level("", &upper.1, last));
            prop_assert_eq!(all_of(pieces(vec![upper.clone()], last), &names), left.clone());
            if let Some(directory) = directory_in("", last) {
                let lower = level(&names, directory);
                prop_assert!(is_level(directory, &lower.1, last));
                prop_assert_eq!(all_of(pieces(vec![lower, upper], last), &names), left);
            }
        }
    }

    #[test]
    fn what_is_no_level_is_of_no_use() {
        let directory = |name: &str| Entry::Directory(name.to_owned());
        let object = |name: &str| Entry::Object(item(name));
        let all = [object("a"), directory("a/"), object("a0")];
        assert!(
            ["a", "a/x", "a0"]
                .iter()
                .all(|last| is_level("", &all, last))
        );
        assert!(!is_level("", &all, "b/x"), "something is missing");
        let below = [object("a/"), directory("a//"), directory("a/b/")];
        assert!(is_level("a/", &below, "a/b/c"));
        for (prefix, wrong) in [
            ("", vec![object("b"), object("a")]),
            ("", vec![directory("a/"), directory("a/")]),
            // The server takes no notice of the delimiter.
            ("", vec![object("a/b")]),
            ("", vec![directory("a")]),
            ("", vec![directory("a/b/")]),
            ("a/", vec![object("b")]),
            ("a/", vec![directory("a/")]),
        ] {
            let last = wrong[0].name();
            assert!(!is_level(prefix, &wrong, last), "{prefix} {wrong:?}");
        }
    }

    #[test]
    fn large_directories_are_worth_a_look_and_many_small_ones_are_not() {
        let gone_by = |each: u64, count: u64| {
            let mut gone_by = GoneBy::default();
            for number in 0..count {
                gone_by.add(&format!("d/{:06}/{number:06}", number / each));
            }
            (gone_by.upper(1000), gone_by.lower(1000).map(str::to_owned))
        };
        assert_eq!(gone_by(500, 4000), (true, Some("d/".to_owned())));
        assert_eq!(gone_by(499, 4000), (true, None));
        let mut flat = GoneBy::default();
        flat.add("a");
        assert_eq!(flat.last(), Some("a"));
        flat.add_unnamed();
        assert_eq!(flat.last(), None);
        assert_eq!((flat.upper(1000), flat.lower(1000)), (false, None));
    }
}
