use std::borrow::Cow;
use std::str::FromStr;

use ossum_types::limits::MAX_PAGE;

use crate::refusal::Refusal;
use crate::request::{Query, encode};
use crate::xml::Document;

/// How names are written in an answer: `encoding-type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    Plain,
    Url,
}

impl Encoding {
    pub(super) fn of(query: &Query) -> Result<Self, Refusal> {
        match query.non_empty("encoding-type") {
            None => Ok(Self::Plain),
            Some("url") => Ok(Self::Url),
            Some(other) => {
                let message = "The only encoding type is url.";
                Err(Refusal::argument("encoding-type", other, message))
            }
        }
    }

    /// `name` as it is written.
    pub(super) fn apply(self, name: &str) -> Cow<'_, str> {
        match self {
            Self::Plain => Cow::Borrowed(name),
            Self::Url => Cow::Owned(encode(name)),
        }
    }

    /// Says in an answer how its names are written.
    pub(super) fn declare(self, document: &mut Document) {
        if self == Self::Url {
            document.text("EncodingType", "url");
        }
    }

    /// Writes `name`.
    pub(super) fn write(self, document: &mut Document, element: &'static str, name: &str) {
        document.text(element, &self.apply(name));
    }
}

/// The size of a page, 1 to 1000.
pub(super) fn page_size(query: &Query, name: &'static str, default: u32) -> Result<usize, Refusal> {
    let size = number(query, name, default)?;
    if !(1..=MAX_PAGE).contains(&size) {
        let message = "The size of a page is not between 1 and 1000.";
        return Err(Refusal::argument(name, &size.to_string(), message));
    }
    Ok(size as usize)
}

/// A numeric parameter.
pub(super) fn number<T: FromStr>(
    query: &Query,
    name: &'static str,
    default: T,
) -> Result<T, Refusal> {
    match query.non_empty(name) {
        None => Ok(default),
        Some(text) => text.parse().map_err(|_| {
            let message = "The parameter is no number, or too large.";
            Refusal::argument(name, text, message)
        }),
    }
}

/// What a listing of names by prefix and delimiter asks for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Filter<'q> {
    pub(super) prefix: &'q str,
    /// Empty for none.
    pub(super) delimiter: &'q str,
    /// How many entries a page takes, common prefixes included.
    pub(super) limit: usize,
}

/// A page of a listing.
#[derive(Debug)]
pub(super) struct Page<'l, T> {
    pub(super) entries: Vec<T>,
    pub(super) common_prefixes: Vec<&'l str>,
    /// Whether more follows.
    pub(super) truncated: bool,
}

impl<'q> Filter<'q> {
    pub(super) fn of(query: &'q Query, limit: usize) -> Self {
        Self {
            prefix: query.get("prefix").unwrap_or(""),
            delimiter: query.get("delimiter").unwrap_or(""),
            limit,
        }
    }

    /// Takes a page from `names`, which ascend and begin after `marker`.
    ///
    /// A common prefix that was the marker was on the page before; its names are passed over.
    pub(super) fn page<'l, T>(
        &self,
        names: impl Iterator<Item = (&'l str, T)>,
        marker: &str,
    ) -> Page<'l, T> {
        let mut page = Page {
            entries: Vec::new(),
            common_prefixes: Vec::<&str>::new(),
            truncated: false,
        };
        let matching = names.take_while(|(name, _)| name.starts_with(self.prefix));
        for (name, entry) in matching {
            let common = self.common_prefix(name);
            if common.is_some_and(|c| c <= marker || page.common_prefixes.last() == Some(&c)) {
                continue;
            }
            if page.entries.len() + page.common_prefixes.len() == self.limit {
                page.truncated = true;
                break;
            }
            match common {
                Some(common) => page.common_prefixes.push(common),
                None => page.entries.push(entry),
            }
        }
        page
    }

    /// `name` up to the first delimiter after the prefix.
    fn common_prefix<'n>(&self, name: &'n str) -> Option<&'n str> {
        if self.delimiter.is_empty() {
            return None;
        }
        let at = name[self.prefix.len()..].find(self.delimiter)?;
        Some(&name[..self.prefix.len() + at + self.delimiter.len()])
    }
}

/// Where the next page begins: after the greater of the last name and the last common prefix.
pub(super) fn next_marker<'l>(last_name: Option<&'l str>, common: &[&'l str]) -> &'l str {
    last_name.max(common.last().copied()).unwrap_or("")
}

/// Writes common prefixes, each in an element of its own.
pub(super) fn write_common_prefixes(document: &mut Document, encoding: Encoding, all: &[&str]) {
    for prefix in all {
        document.nest("CommonPrefixes", |common| {
            encoding.write(common, "Prefix", prefix);
        });
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::btree_set;
    use proptest::prelude::*;

    use super::*;

    /// Lists all `names` page by page.
    fn walk(names: &[String], filter: Filter<'_>) -> (Vec<String>, Vec<String>) {
        let (mut entries, mut prefixes, mut marker) = (Vec::new(), Vec::new(), String::new());
        loop {
            let after = names
                .iter()
                .filter(|name| name.as_str() > marker.as_str() && name.as_str() >= filter.prefix);
            let page = filter.page(after.map(|name| (name.as_str(), name.as_str())), &marker);
            entries.extend(page.entries.iter().map(ToString::to_string));
            prefixes.extend(page.common_prefixes.iter().map(ToString::to_string));
            if !page.truncated {
                return (entries, prefixes);
            }
            let next = next_marker(page.entries.last().copied(), &page.common_prefixes);
            marker = next.to_owned();
        }
    }

    proptest! {
        #[test]
        fn pages_of_any_size_add_up_to_the_whole(
            names in btree_set("[ab/]{1,5}", 0..40),
            prefix in "[ab/]{0,2}",
            delimiter in "(/|a)?",
            limit in 1_usize..5,
        ) {
            let names: Vec<String> = names.into_iter().collect();
            let filter = |limit| Filter { prefix: &prefix, delimiter: &delimiter, limit };
            prop_assert_eq!(walk(&names, filter(limit)), walk(&names, filter(usize::MAX)));
        }
    }
}
