//! Finds the tests that say which kinds of fault they hold.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

/// The tests of each kind, in the order of their files.
pub(super) type Marks = BTreeMap<u16, Vec<Test>>;

/// Where tests are.
const PLACES: [&str; 2] = ["crates", "tests"];

/// Directories of what was built or fetched.
const NOT_OURS: [&str; 3] = ["target", "node_modules", "__pycache__"];

/// How many lines may lie between a mark and its test: attributes.
const REACH: usize = 12;

/// A test, or a script or program that is one as a whole.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Test {
    /// From the root, with `/`.
    pub(super) file: String,
    pub(super) name: Option<String>,
}

impl fmt::Display for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => write!(f, "{}::{name}", self.file),
            None => f.write_str(&self.file),
        }
    }
}

/// All marks of the repository at `root`.
pub(super) fn below(root: &Path) -> Result<Marks> {
    let mut marks = Marks::new();
    for place in PLACES {
        collect(&root.join(place), place, &mut marks)?;
    }
    Ok(marks)
}

fn collect(directory: &Path, shown: &str, marks: &mut Marks) -> Result<()> {
    let mut entries = fs::read_dir(directory)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .with_context(|| shown.to_owned())?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name();
        let Some(name) = name.to_str() else { continue };
        let shown = format!("{shown}/{name}");
        let kind = entry.file_type().with_context(|| shown.clone())?;
        if kind.is_dir() && !NOT_OURS.contains(&name) && !name.starts_with('.') {
            collect(&entry.path(), &shown, marks)?;
        } else if kind.is_file()
            && let Some(language) = Language::of(name)
            // A file that is not text has no marks.
            && let Ok(text) = fs::read_to_string(entry.path())
        {
            add(&text, language, &shown, marks)?;
        }
    }
    Ok(())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Language {
    Rust,
    C,
    /// Python and shell.
    Script,
}

impl Language {
    fn of(file_name: &str) -> Option<Self> {
        match file_name.rsplit_once('.').map(|(_, extension)| extension) {
            Some("rs") => Some(Self::Rust),
            Some("c") => Some(Self::C),
            Some("py" | "sh") | None => Some(Self::Script),
            Some(_) => None,
        }
    }

    /// What a line says, if it is a mark.
    fn mark(self, line: &str) -> Option<&str> {
        let line = line.trim();
        let inside = match self {
            Self::Rust => line.strip_prefix("///"),
            Self::Script => line.strip_prefix('#'),
            Self::C => {
                let inside = line.strip_prefix("/*").or_else(|| line.strip_prefix('*'));
                inside.map(|inside| inside.trim_end_matches("*/"))
            }
        };
        inside?.trim().strip_prefix("Cases:")
    }

    /// The function that a line begins, if it does.
    fn function(self, line: &str) -> Option<&str> {
        let before_name = match self {
            Self::Rust => "fn ",
            Self::Script => "def ",
            Self::C => return None,
        };
        let (before, after) = line.split_once(before_name)?;
        let qualifiers = ["", "pub", "pub(crate)", "pub(super)", "async", "pub async"];
        if !qualifiers.contains(&before.trim()) {
            return None;
        }
        let end = after.find(|c: char| !c.is_alphanumeric() && c != '_')?;
        Some(&after[..end])
    }
}

fn add(text: &str, language: Language, file: &str, marks: &mut Marks) -> Result<()> {
    let lines: Vec<&str> = text.lines().collect();
    for (at, line) in lines.iter().enumerate() {
        let Some(said) = language.mark(line) else {
            continue;
        };
        let place = || format!("{file}:{}", at + 1);
        let numbers = numbers(said).with_context(place)?;
        let following = &lines[at + 1..lines.len().min(at + 1 + REACH)];
        let name = following.iter().find_map(|line| language.function(line));
        if name.is_none() && language == Language::Rust {
            bail!("{}: no test follows", place());
        }
        let test = Test {
            file: file.to_owned(),
            name: name.map(ToOwned::to_owned),
        };
        for number in numbers {
            let tests = marks.entry(number).or_default();
            if !tests.contains(&test) {
                tests.push(test.clone());
            }
        }
    }
    Ok(())
}

/// `47, 51.`: bare numbers, and a full stop.
fn numbers(said: &str) -> Result<Vec<u16>> {
    let list = said.trim().strip_suffix('.').context("no full stop")?;
    let number = |text: &str| {
        let text = text.trim();
        text.parse::<u16>()
            .with_context(|| format!("{text:?} is no number"))
    };
    list.split(',').map(number).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, language: Language) -> Result<Vec<(u16, String)>> {
        let mut marks = Marks::new();
        add(text, language, "f", &mut marks)?;
        let of = |(number, tests): (u16, Vec<Test>)| {
            let named = move |test: Test| (number, test.to_string());
            tests.into_iter().map(named).collect::<Vec<_>>()
        };
        Ok(marks.into_iter().flat_map(of).collect())
    }

    fn pairs<const N: usize>(expected: [(u16, &str); N]) -> Vec<(u16, String)> {
        let owned = expected.map(|(number, name)| (number, name.to_owned()));
        owned.into()
    }

    #[test]
    fn a_mark_belongs_to_the_function_below_it() {
        let text = "/// Holds.\n///\n/// Cases: 47, 51.\n#[test]\nfn one() {}\n\nfn other() {}\n";
        let expected = pairs([(47, "f::one"), (51, "f::one")]);
        assert_eq!(found(text, Language::Rust).unwrap(), expected);
        let python = "# Cases: 24.\ndef test_it(server):\n    pass\n";
        let expected = pairs([(24, "f::test_it")]);
        assert_eq!(found(python, Language::Script).unwrap(), expected);
    }

    #[test]
    fn a_script_or_a_program_is_a_test_as_a_whole() {
        let shell = "#!/bin/sh\n# Cases: 1.\nset -e\n";
        assert_eq!(found(shell, Language::Script).unwrap(), pairs([(1, "f")]));
        let c = "/* Cases: 101. */\nint main(void) { return 0; }\n";
        assert_eq!(found(c, Language::C).unwrap(), pairs([(101, "f")]));
    }

    #[test]
    fn a_mark_that_says_nothing_clear_is_an_error() {
        for text in [
            "/// Cases: 47\nfn one() {}",
            "/// Cases: .\nfn one() {}",
            "/// Cases: 47-51.\nfn one() {}",
            "/// Cases: 47.\nstruct NoTest;",
        ] {
            assert!(found(text, Language::Rust).is_err(), "{text}");
        }
    }
}
