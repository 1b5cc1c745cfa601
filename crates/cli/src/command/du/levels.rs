use super::tally::{Counted, Tally};

/// Adds up keys that come in their order by the directories they are in.
///
/// Only the directories above the last key are kept: one is complete when a key comes that is not
/// in it.
pub(super) struct Levels {
    root_len: usize,
    depth: usize,
    open: Vec<(String, Tally)>,
    total: Tally,
}

impl Levels {
    /// For keys that begin with `root`, by at most `depth` levels after it.
    pub(super) fn new(root: &str, depth: usize) -> Self {
        Self {
            root_len: root.len(),
            depth,
            open: Vec::new(),
            total: Tally::default(),
        }
    }

    /// Adds what `key` has, and returns the directories that are complete with it: a directory
    /// after those in it. What has no key that can be told counts for the total alone.
    pub(super) fn add(&mut self, key: Option<&str>, counted: &Counted<'_>) -> Vec<(String, Tally)> {
        let Some(key) = key else {
            self.total.add(counted);
            return Vec::new();
        };
        let mut closed = Vec::new();
        while let Some((directory, _)) = self.open.last() {
            if key.starts_with(directory.as_str()) {
                break;
            }
            closed.extend(self.close());
        }
        for directory in self.directories_of(key).skip(self.open.len()) {
            self.open.push((directory.to_owned(), Tally::default()));
        }
        self.innermost().add(counted);
        closed
    }

    /// What is still open, and the total.
    pub(super) fn finish(mut self) -> (Vec<(String, Tally)>, Tally) {
        let mut closed = Vec::new();
        while let Some(directory) = self.close() {
            closed.push(directory);
        }
        (closed, self.total)
    }

    fn close(&mut self) -> Option<(String, Tally)> {
        let (directory, tally) = self.open.pop()?;
        self.innermost().merge(&tally);
        Some((directory, tally))
    }

    fn innermost(&mut self) -> &mut Tally {
        match self.open.last_mut() {
            Some((_, tally)) => tally,
            None => &mut self.total,
        }
    }

    /// The directories that a key is in, from the outermost.
    fn directories_of<'k>(&self, key: &'k str) -> impl Iterator<Item = &'k str> + use<'k> {
        let root_len = self.root_len;
        let slashes = key.match_indices('/').map(|(at, _)| at);
        let ends = slashes.filter(move |at| *at >= root_len).take(self.depth);
        ends.map(|at| &key[..=at])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is shown of keys of one byte each: names and numbers of objects.
    fn shown(root: &str, depth: usize, keys: &[&str]) -> Vec<(String, u64)> {
        let mut levels = Levels::new(root, depth);
        let one = Counted::Object {
            bytes: 1,
            class: None,
        };
        let mut shown = Vec::new();
        for key in keys {
            shown.extend(levels.add(Some(key), &one));
        }
        let (rest, total) = levels.finish();
        shown.extend(rest);
        shown.push(("total".to_owned(), total));
        let numbers = shown.into_iter();
        numbers
            .map(|(name, tally)| (name, tally.objects.bytes))
            .collect()
    }

    fn numbers(of: &[(&str, u64)]) -> Vec<(String, u64)> {
        of.iter()
            .map(|(name, n)| ((*name).to_owned(), *n))
            .collect()
    }

    const KEYS: [&str; 6] = ["a", "b/1", "b/c/1", "b/c/d/1", "b/e", "f/1"];

    #[test]
    fn a_level_holds_all_below_it() {
        let expected = numbers(&[("b/", 4), ("f/", 1), ("total", 6)]);
        assert_eq!(shown("", 1, &KEYS), expected);
    }

    #[test]
    fn a_directory_comes_after_those_in_it() {
        let expected = numbers(&[("b/c/", 2), ("b/", 4), ("f/", 1), ("total", 6)]);
        assert_eq!(shown("", 2, &KEYS), expected);
        assert_eq!(shown("", 0, &KEYS), numbers(&[("total", 6)]));
    }

    #[test]
    fn levels_are_counted_from_what_was_asked_for() {
        let keys = ["b/1", "b/c/1", "b/c/d/1"];
        assert_eq!(shown("b/", 1, &keys), numbers(&[("b/c/", 2), ("total", 3)]));
        assert_eq!(shown("b", 1, &keys), numbers(&[("b/", 3), ("total", 3)]));
    }

    #[test]
    fn what_has_no_key_counts_for_the_total() {
        let mut levels = Levels::new("", 1);
        levels.add(None, &Counted::DeleteMarker);
        assert_eq!(levels.finish().1.delete_markers, 1);
    }
}
