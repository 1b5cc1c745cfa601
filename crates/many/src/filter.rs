//! Which names are copied: globs on the path below the source.

use globset::{GlobBuilder, GlobMatcher};
use ossum_types::Invalid;

/// A rule about names.
#[derive(Debug, Clone)]
pub enum Rule {
    /// What matches is copied.
    Include(Pattern),
    /// What matches is left out.
    Exclude(Pattern),
}

/// A glob on a path below the source; it also matches all that is in a directory it matches.
#[derive(Debug, Clone)]
pub struct Pattern {
    glob: GlobMatcher,
    /// Whether it is held against a name alone, at any depth.
    is_name: bool,
}

/// Rules, of which the last that matches decides.
#[derive(Debug, Clone, Default)]
pub struct Filter(Vec<Rule>);

impl Rule {
    /// What matches `glob` is copied.
    ///
    /// # Errors
    /// [`Invalid`] if it is no glob.
    pub fn include(glob: &str) -> Result<Self, Invalid> {
        Pattern::parse(glob).map(Self::Include)
    }

    /// What matches `glob` is left out.
    ///
    /// # Errors
    /// [`Invalid`] if it is no glob.
    pub fn exclude(glob: &str) -> Result<Self, Invalid> {
        Pattern::parse(glob).map(Self::Exclude)
    }

    fn pattern(&self) -> &Pattern {
        match self {
            Self::Include(pattern) | Self::Exclude(pattern) => pattern,
        }
    }

    fn includes(&self) -> bool {
        matches!(self, Self::Include(_))
    }
}

impl Pattern {
    /// Reads a glob. One without `/` is held against names at any depth, another one against the
    /// whole path; `*` and `?` stop at `/`, `**` does not.
    fn parse(text: &str) -> Result<Self, Invalid> {
        let path = text.trim_start_matches('/').trim_end_matches('/');
        let is_name = !text.trim_end_matches('/').contains('/');
        let glob = GlobBuilder::new(path)
            .literal_separator(true)
            .backslash_escape(true)
            .build();
        match glob {
            Ok(glob) if !path.is_empty() => Ok(Self {
                glob: glob.compile_matcher(),
                is_name,
            }),
            Ok(_) => Err(Invalid::new("pattern", text, "it is empty")),
            Err(_) => Err(Invalid::new(
                "pattern",
                text,
                "write it like *.jpg or cache/**; \\ takes the meaning from *, ?, [ and {",
            )),
        }
    }

    /// Whether it matches `path` itself or a directory that `path` is in.
    fn matches(&self, path: &str) -> bool {
        let ends = path.match_indices('/').map(|(at, _)| at);
        ends.chain([path.len()])
            .map(|end| &path[..end])
            .any(|path| self.matches_itself(path))
    }

    fn matches_itself(&self, path: &str) -> bool {
        if self.is_name {
            let name = path.rsplit('/').next().unwrap_or(path);
            return self.glob.is_match(name);
        }
        self.glob.is_match(path)
    }
}

impl Filter {
    /// Rules in the order in which they were given.
    pub fn new(rules: Vec<Rule>) -> Self {
        Self(rules)
    }

    /// Whether the file or object of that name is copied. The last rule that matches decides; where
    /// none does, it is copied unless the first rule is to include something.
    pub fn takes(&self, path: &str) -> bool {
        match self.last_match(path) {
            Some(at) => self.0[at].includes(),
            None => !self.0.first().is_some_and(Rule::includes),
        }
    }

    /// Whether nothing in the directory of that name is copied, so that it need not be looked at.
    pub(crate) fn takes_nothing_in(&self, directory: &str) -> bool {
        let Some(at) = self.last_match(directory) else {
            return false;
        };
        // What is in it matches at least the rules that it matches itself.
        !self.0[at..].iter().any(Rule::includes)
    }

    fn last_match(&self, path: &str) -> Option<usize> {
        self.0.iter().rposition(|rule| rule.pattern().matches(path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `+` includes and `-` excludes.
    fn filter(rules: &[&str]) -> Filter {
        let rule = |rule: &&str| match rule.split_at(1) {
            ("+", glob) => Rule::include(glob).unwrap(),
            (_, glob) => Rule::exclude(glob).unwrap(),
        };
        Filter::new(rules.iter().map(rule).collect())
    }

    fn taken<'a>(rules: &[&str], paths: &[&'a str]) -> Vec<&'a str> {
        let filter = filter(rules);
        let taken = paths.iter().filter(|path| filter.takes(path));
        taken.copied().collect()
    }

    const PATHS: &[&str] = &["a.jpg", "b.txt", "d/a.jpg", "d/e/b.txt", "cache/x"];

    #[test]
    fn without_rules_all_is_taken() {
        assert_eq!(taken(&[], PATHS), PATHS);
    }

    #[test]
    fn the_last_rule_that_matches_decides() {
        assert_eq!(taken(&["-*", "+*.jpg"], PATHS), ["a.jpg", "d/a.jpg"]);
        assert_eq!(taken(&["+*.jpg", "-d"], PATHS), ["a.jpg"]);
        assert_eq!(taken(&["-d", "+*.jpg"], &["d/a.jpg", "d/b"]), ["d/a.jpg"]);
    }

    #[test]
    fn a_first_rule_that_includes_leaves_out_the_rest() {
        assert_eq!(taken(&["+*.jpg"], PATHS), ["a.jpg", "d/a.jpg"]);
        assert_eq!(taken(&["-*.jpg"], PATHS), ["b.txt", "d/e/b.txt", "cache/x"]);
    }

    #[test]
    fn a_pattern_without_a_slash_is_a_name_at_any_depth_and_one_with_is_a_path() {
        assert_eq!(taken(&["+/*.jpg"], PATHS), ["a.jpg"]);
        assert_eq!(taken(&["+d/*"], PATHS), ["d/a.jpg", "d/e/b.txt"]);
        assert_eq!(taken(&["+d/*.txt"], PATHS), [""; 0]);
        assert_eq!(taken(&["+**/*.txt"], PATHS), ["b.txt", "d/e/b.txt"]);
        assert_eq!(taken(&["-cache/"], &["cache/x", "d/cache/x", "c"]), ["c"]);
        assert_eq!(
            taken(&["-/cache"], &["cache/x", "d/cache/x"]),
            ["d/cache/x"]
        );
    }

    #[test]
    fn a_directory_is_left_alone_only_if_nothing_in_it_can_be_taken() {
        let pruned = |rules: &[&str]| filter(rules).takes_nothing_in("d");
        assert!(pruned(&["-d"]));
        assert!(pruned(&["+x", "-d"]));
        assert!(!pruned(&["-d", "+*.jpg"]));
        assert!(!pruned(&["-*.jpg"]));
        assert!(
            !pruned(&["+*.jpg"]),
            "what no rule matches may have it inside"
        );
        assert!(!pruned(&["-d/*"]));
    }

    #[test]
    fn what_is_no_glob_is_told() {
        for glob in ["[", "{a", "", "/"] {
            assert!(Rule::include(glob).is_err(), "{glob}");
        }
    }
}
