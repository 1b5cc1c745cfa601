//! Which keys can be files below a directory.

use std::collections::HashSet;
use std::collections::hash_map::RandomState;
use std::fs::{self, OpenOptions};
use std::hash::BuildHasher;
use std::path::Path;

use unicode_normalization::UnicodeNormalization;

/// Why no file can be made of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadName {
    /// A part of it is empty.
    #[error("a file cannot have its name: // or a / at its beginning")]
    EmptyPart,
    /// A part of it is `.` or `..`.
    #[error("a file cannot have its name: . or .. as a part of it leads elsewhere")]
    Dots,
    /// It has the character NUL.
    #[error("a file cannot have its name: it has the character NUL")]
    Nul,
    /// A part of it is longer than a name can be.
    #[error("a file cannot have its name: a part of it is longer than 255 bytes")]
    LongPart,
    /// The path would be longer than one can be.
    #[error("a file cannot have its name: the path is longer than 4095 bytes")]
    LongPath,
    /// It ends with `/`, and there are bytes in it.
    #[error("its key ends with /, so it would be a directory, and it has bytes")]
    DirectoryWithBytes,
    /// It is what the bytes of an unfinished download are called.
    #[error("a name that ends with .ossum-part is that of an unfinished download")]
    Reserved,
    /// An earlier object of the run is a file where this one needs a directory.
    #[error("another object of the run is a file where this one needs a directory")]
    BelowAFile,
    /// An earlier object of the run has the same name where upper and lower case, or ways to write
    /// an accent, are the same.
    #[error("another object of the run has the same name as this file system has names")]
    SameAsAnother,
}

/// What becomes of an object below a directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Becomes {
    File,
    /// An empty object whose key ends with `/` stands for a directory.
    Directory,
}

const MAX_PART_BYTES: usize = 255;
const MAX_PATH_BYTES: usize = 4095;

/// What an object of that name, below a directory whose path has so many bytes, becomes.
pub(crate) fn becomes(name: &str, size: u64, root_bytes: usize) -> Result<Becomes, BadName> {
    let (path, becomes) = match name.strip_suffix('/') {
        Some(_) if size > 0 => return Err(BadName::DirectoryWithBytes),
        Some(path) => (path, Becomes::Directory),
        // The source itself.
        None if name.is_empty() && size == 0 => return Ok(Becomes::Directory),
        None => (name, Becomes::File),
    };
    for part in path.split('/') {
        check_part(part)?;
    }
    if root_bytes + 1 + path.len() > MAX_PATH_BYTES {
        return Err(BadName::LongPath);
    }
    if path.to_ascii_lowercase().ends_with(".ossum-part") {
        return Err(BadName::Reserved);
    }
    Ok(becomes)
}

fn check_part(part: &str) -> Result<(), BadName> {
    match part {
        "" => Err(BadName::EmptyPart),
        "." | ".." => Err(BadName::Dots),
        _ if part.contains('\0') => Err(BadName::Nul),
        _ if part.len() > MAX_PART_BYTES => Err(BadName::LongPart),
        _ => Ok(()),
    }
}

/// The names of one run so far, as far as later ones can clash with them.
#[derive(Debug)]
pub(crate) struct Names {
    /// Files whose names are the beginning of the last one: what follows in order can be below none
    /// but these.
    above: Vec<String>,
    /// Hashes of all names, where the file system takes some for the same that are not.
    seen: Option<(RandomState, HashSet<u64>)>,
}

impl Names {
    pub(crate) fn new(sameness: Sameness) -> Self {
        let seen = (sameness == Sameness::Folded).then(Default::default);
        Self {
            above: Vec::new(),
            seen,
        }
    }

    /// Takes note of the file of that name; names come in the order of their bytes.
    pub(crate) fn add(&mut self, name: &str, becomes: Becomes) -> Result<(), BadName> {
        while self
            .above
            .last()
            .is_some_and(|above| !name.starts_with(above.as_str()))
        {
            self.above.pop();
        }
        let is_below = |file: &String| name[file.len()..].starts_with('/');
        if self.above.iter().any(is_below) {
            return Err(BadName::BelowAFile);
        }
        if becomes == Becomes::Directory {
            return Ok(());
        }
        self.above.push(name.to_owned());
        let is_new = match &mut self.seen {
            Some((hasher, seen)) => seen.insert(hasher.hash_one(folded(name))),
            None => true,
        };
        if is_new {
            Ok(())
        } else {
            Err(BadName::SameAsAnother)
        }
    }
}

/// The name without what such file systems overlook.
fn folded(name: &str) -> String {
    let lower: String = name.nfd().flat_map(char::to_lowercase).collect();
    lower.nfc().collect()
}

/// What the name of a file begins with that was made to find out what names a file system has. One
/// lies where a process was killed within the microseconds that it is there.
pub(crate) const PROBE: &str = ".ossum-probe-";

/// Which names a file system takes for the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sameness {
    /// Those of the same bytes.
    Bytes,
    /// Others as well: without regard to case, or to how an accent is written.
    Folded,
}

impl Sameness {
    /// Finds out by making a file in `directory`, which is gone afterwards.
    ///
    /// Where none can be made, nothing will be downloaded either.
    pub(crate) fn of(directory: &Path) -> Self {
        let process = std::process::id();
        let name = format!("{PROBE}{process}-\u{e9}");
        let other = name.to_ascii_uppercase();
        let decomposed: String = name.nfd().collect();
        let path = directory.join(&name);
        if OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&path)
            .is_err()
        {
            return Self::Bytes;
        }
        let leads_there = |name: &str| fs::symlink_metadata(directory.join(name)).is_ok();
        let folded = leads_there(&other) || leads_there(&decomposed);
        // It was made a moment ago; if it cannot be removed, it is an empty file.
        let _ = fs::remove_file(path);
        if folded { Self::Folded } else { Self::Bytes }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Cases: 96.
    #[test]
    fn no_name_leads_out_of_the_directory() {
        for (name, bad) in [
            ("../x", BadName::Dots),
            ("a/../../x", BadName::Dots),
            ("..", BadName::Dots),
            ("a/./b", BadName::Dots),
            ("/etc/passwd", BadName::EmptyPart),
            ("a//b", BadName::EmptyPart),
            ("a\0b", BadName::Nul),
            ("/", BadName::EmptyPart),
            ("a//", BadName::EmptyPart),
            ("../", BadName::Dots),
            ("x.ossum-part", BadName::Reserved),
            ("a/x.OSSUM-part", BadName::Reserved),
        ] {
            assert_eq!(becomes(name, 0, 10), Err(bad), "{name:?}");
        }
        assert_eq!(becomes(&"a".repeat(256), 1, 10), Err(BadName::LongPart));
        let long = ["a"; 500].join("/");
        assert_eq!(becomes(&long, 1, 3200), Err(BadName::LongPath));
        assert_eq!(becomes(&long, 1, 10), Ok(Becomes::File));
    }

    #[test]
    fn what_only_looks_strange_is_a_file() {
        for name in [
            "a\\b", "C:\\x", "CON", "x.", "x ", "a\nb", "...", "x.cp", "-rf",
        ] {
            assert_eq!(becomes(name, 1, 10), Ok(Becomes::File), "{name:?}");
        }
    }

    #[test]
    fn an_empty_object_that_ends_with_a_slash_is_a_directory() {
        assert_eq!(becomes("a/", 0, 10), Ok(Becomes::Directory));
        assert_eq!(becomes("", 0, 10), Ok(Becomes::Directory));
        assert_eq!(becomes("a/", 1, 10), Err(BadName::DirectoryWithBytes));
        assert_eq!(becomes("", 1, 10), Err(BadName::EmptyPart));
    }

    fn clashes<'a>(sameness: Sameness, names: &[&'a str]) -> Vec<&'a str> {
        let mut before = Names::new(sameness);
        let mut clashing = |name: &&str| before.add(name, Becomes::File).is_err();
        names
            .iter()
            .copied()
            .filter(|name| clashing(name))
            .collect()
    }

    /// Cases: 96.
    #[test]
    fn what_needs_a_directory_where_a_file_is_clashes_though_others_lie_between() {
        let names = ["a", "a-b", "a.c", "a/b", "a/c/d", "a0", "ab/c", "b"];
        assert_eq!(clashes(Sameness::Bytes, &names), ["a/b", "a/c/d"]);
    }

    /// Cases: 96.
    #[test]
    fn names_that_a_file_system_takes_for_the_same_clash_there_alone() {
        let names = ["A", "A/x", "a", "e\u{301}", "\u{c9}", "\u{e9}"];
        assert_eq!(
            clashes(Sameness::Folded, &names),
            ["A/x", "a", "\u{c9}", "\u{e9}"]
        );
        assert_eq!(clashes(Sameness::Bytes, &names), ["A/x"]);
    }

    #[test]
    fn what_is_held_of_names_is_no_more_than_the_last_has_parts() {
        let mut names = Names::new(Sameness::Bytes);
        for number in 0..10_000 {
            names.add(&format!("{number:05}"), Becomes::File).unwrap();
            assert!(names.above.len() <= 5);
        }
    }

    #[test]
    fn a_probe_leaves_nothing() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(Sameness::of(dir.path()), Sameness::Bytes);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
        assert_eq!(Sameness::of(&dir.path().join("absent")), Sameness::Bytes);
    }
}
