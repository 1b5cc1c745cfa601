//! Two listings side by side.

use std::cmp::Ordering;
use std::iter::Peekable;

use crate::error::Error;
use crate::item::Item;

/// What the source has of a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Listed {
    Item(Item),
    /// Something that is left out, though it is there.
    LeftOut(String),
}

/// What the two sides have of a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Pair {
    Source(Listed),
    Destination(Item),
    Both(Listed, Item),
}

/// What has a name to be sorted by.
pub(super) trait Named {
    fn name(&self) -> &str;
}

impl Named for Item {
    fn name(&self) -> &str {
        &self.name
    }
}

impl Named for Listed {
    fn name(&self) -> &str {
        match self {
            Self::Item(item) => &item.name,
            Self::LeftOut(name) => name,
        }
    }
}

/// Pairs up two listings, of which it holds one item each.
///
/// A name that does not come after the one before it is an error: what is out of order would be
/// taken for missing, and deleted.
pub(super) struct Merge<S, D>
where
    S: Iterator<Item = Result<Listed, Error>>,
    D: Iterator<Item = Result<Item, Error>>,
{
    source: Peekable<Ascending<S>>,
    destination: Peekable<Ascending<D>>,
}

impl<S, D> Merge<S, D>
where
    S: Iterator<Item = Result<Listed, Error>>,
    D: Iterator<Item = Result<Item, Error>>,
{
    pub(super) fn of(source: S, destination: D) -> Self {
        Self {
            source: Ascending::new(source).peekable(),
            destination: Ascending::new(destination).peekable(),
        }
    }

    fn order(&mut self) -> Option<Ordering> {
        match (self.source.peek(), self.destination.peek()) {
            (None, None) => None,
            // Errors come first.
            (Some(Err(_)), _) | (Some(_), None) => Some(Ordering::Less),
            (_, Some(Err(_))) | (None, Some(_)) => Some(Ordering::Greater),
            (Some(Ok(source)), Some(Ok(there))) => Some(source.name().cmp(there.name())),
        }
    }
}

impl<S, D> Iterator for Merge<S, D>
where
    S: Iterator<Item = Result<Listed, Error>>,
    D: Iterator<Item = Result<Item, Error>>,
{
    type Item = Result<Pair, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.order()? {
            Ordering::Less => Some(self.source.next()?.map(Pair::Source)),
            Ordering::Greater => Some(self.destination.next()?.map(Pair::Destination)),
            Ordering::Equal => match (self.source.next()?, self.destination.next()?) {
                (Ok(source), Ok(there)) => Some(Ok(Pair::Both(source, there))),
                (Err(error), _) | (_, Err(error)) => Some(Err(error)),
            },
        }
    }
}

/// A listing whose names have to ascend.
struct Ascending<I> {
    listing: I,
    last: Option<String>,
}

impl<I> Ascending<I> {
    fn new(listing: I) -> Self {
        Self {
            listing,
            last: None,
        }
    }
}

impl<T: Named, I: Iterator<Item = Result<T, Error>>> Iterator for Ascending<I> {
    type Item = Result<T, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let item = match self.listing.next()? {
            Ok(item) => item,
            error => return Some(error),
        };
        let name = item.name();
        match &mut self.last {
            Some(last) if name <= last.as_str() => Some(Err(Error::OutOfOrder(name.to_owned()))),
            Some(last) => {
                last.clear();
                last.push_str(name);
                Some(Ok(item))
            }
            None => {
                self.last = Some(name.to_owned());
                Some(Ok(item))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;

    use super::*;

    fn item(name: &str, size: u64) -> Item {
        Item {
            name: name.to_owned(),
            size,
            version: size.to_string(),
            modified: None,
            changed: None,
        }
    }

    type Side = BTreeMap<String, u64>;

    fn items(side: &Side) -> impl Iterator<Item = Item> {
        side.iter().map(|(name, size)| item(name, *size))
    }

    fn merged(source: &Side, there: &Side) -> Vec<Pair> {
        let source = items(source).map(|item| Ok(Listed::Item(item)));
        let pairs = Merge::of(source, items(there).map(Ok));
        pairs.collect::<Result<_, _>>().unwrap()
    }

    /// The same, by looking up each name that there is.
    fn looked_up(source: &Side, there: &Side) -> Vec<Pair> {
        let names: BTreeSet<&String> = source.keys().chain(there.keys()).collect();
        let pair = |name: &String| {
            let of = |side: &Side| side.get(name).map(|size| item(name, *size));
            match (of(source), of(there)) {
                (Some(source), Some(there)) => Pair::Both(Listed::Item(source), there),
                (Some(source), None) => Pair::Source(Listed::Item(source)),
                (None, there) => Pair::Destination(there.unwrap()),
            }
        };
        names.into_iter().map(pair).collect()
    }

    fn side() -> impl Strategy<Value = Side> {
        proptest::collection::btree_map("[a/.0-]{1,4}", 0_u64..3, 0..20)
    }

    proptest! {
        #[test]
        fn every_name_is_told_once_with_all_that_is_known_of_it(source in side(), there in side()) {
            prop_assert_eq!(merged(&source, &there), looked_up(&source, &there));
        }

        #[test]
        fn a_listing_that_is_not_in_order_never_comes_to_its_end(
            mut names in proptest::collection::vec("[a/.-]{1,3}", 2..10),
            there in side(),
        ) {
            let is_sorted = names.windows(2).all(|two| two[0] < two[1]);
            if is_sorted {
                names.reverse();
            }
            let source = names.iter().map(|name| Ok(Listed::Item(item(name, 1))));
            let mut pairs = Merge::of(source, items(&there).map(Ok));
            let out_of_order = |pair: Result<Pair, Error>| matches!(pair, Err(Error::OutOfOrder(_)));
            prop_assert!(pairs.any(out_of_order));
        }
    }

    #[test]
    fn a_listing_that_breaks_is_told_before_what_only_the_other_side_has() {
        let broken = || std::iter::once(Err(Error::Died));
        let there = [Ok(item("a", 1))];
        let mut pairs = Merge::of(broken(), there.into_iter());
        assert!(pairs.next().unwrap().is_err());
        let source = [Ok(Listed::Item(item("a", 1)))];
        let destination = std::iter::once(Err(Error::Died));
        let mut pairs = Merge::of(source.into_iter(), destination);
        assert!(matches!(pairs.next(), Some(Err(Error::Died))));
    }
}
