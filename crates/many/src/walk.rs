//! The files below a directory, in the order of the keys that they become.

use std::ffi::OsString;
use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::error::Error;
use crate::filter::Filter;
use crate::item::Item;
use crate::names::PROBE;
use crate::request::Links;
use crate::sorted::{Sorted, Sorter};
use crate::told::Skipped;

/// What a walk comes across.
#[derive(Debug)]
pub enum Walked {
    /// A file.
    Item(Item),
    /// What is no file, with the name that it would have.
    Skipped(PathBuf, String, Skipped),
    /// What could not be looked at.
    Failed(PathBuf, Error),
}

/// A walk through a directory and those in it. Holds the names in the directories on the way to where
/// it is, those of a large directory in a temporary file, and nothing else.
#[derive(Debug)]
pub struct Walk<'a> {
    filter: &'a Filter,
    links: Links,
    /// The devices and inodes of directories that are not entered.
    avoid: Vec<(u64, u64)>,
    /// Where temporary files are made.
    spill: Option<PathBuf>,
    way: Vec<Open>,
}

/// A directory on the way.
#[derive(Debug)]
struct Open {
    /// What the names in it begin with: empty, or ending with `/`.
    prefix: String,
    path: PathBuf,
    id: (u64, u64),
    entries: Sorted,
}

#[derive(Debug)]
struct Entry {
    name: OsString,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Directory,
    File,
    Other(Skipped),
    /// What it is could not be found out; looking again will tell why.
    Unknown,
}

impl<'a> Walk<'a> {
    /// Begins at `root`; a symbolic link to a directory is followed there. Those of `avoid` are
    /// not entered. Names that are too many for memory go to a nameless file in `spill`, if there is
    /// such a place.
    ///
    /// # Errors
    /// [`Error::NotADirectory`], or [`Error::Local`] if it cannot be read.
    pub fn begin(
        root: &Path,
        filter: &'a Filter,
        links: Links,
        avoid: &[PathBuf],
        spill: Option<&Path>,
    ) -> Result<Self, Error> {
        let found = fs::metadata(root).map_err(Error::local("look at", root))?;
        if !found.is_dir() {
            return Err(Error::NotADirectory(root.to_owned()));
        }
        // One that is not there cannot be entered.
        let avoid = avoid.iter().filter_map(|path| fs::metadata(path).ok());
        let mut walk = Self {
            filter,
            links,
            avoid: avoid.map(|found| id(&found)).collect(),
            spill: spill.map(Path::to_owned),
            way: Vec::new(),
        };
        walk.enter(root.to_owned(), String::new(), id(&found))
            .map_err(Error::local("read directory", root))?;
        Ok(walk)
    }

    fn enter(&mut self, path: PathBuf, prefix: String, id: (u64, u64)) -> io::Result<()> {
        let mut entries = Sorter::new(NAMES_IN_MEMORY, self.spill.as_deref());
        for entry in fs::read_dir(&path)? {
            let entry = entry?;
            entries.put(self.kind(&entry).record(entry.file_name()))?;
        }
        self.way.push(Open {
            prefix,
            path,
            id,
            entries: entries.sorted()?,
        });
        Ok(())
    }

    fn kind(&self, entry: &fs::DirEntry) -> Kind {
        let Ok(kind) = entry.file_type() else {
            return Kind::Unknown;
        };
        if !kind.is_symlink() {
            return Kind::of(kind);
        }
        match self.links {
            Links::Skip => Kind::Other(Skipped::Link),
            Links::Follow => fs::metadata(entry.path())
                .map_or(Kind::Unknown, |found| Kind::of(found.file_type())),
        }
    }

    /// One step; `None` where there is nothing to tell of it.
    fn step(&mut self, entry: &Entry) -> Option<Walked> {
        let open = self
            .way
            .last()
            .expect("an entry is of a directory on the way");
        let path = open.path.join(&entry.name);
        let Some(name) = entry.name.to_str() else {
            return Some(Walked::Failed(path, Error::NotText));
        };
        let name = format!("{}{name}", open.prefix);
        match entry.kind {
            Kind::Directory if self.filter.takes_nothing_in(&name) => None,
            Kind::Directory => self.step_into(path, &name),
            _ if !self.filter.takes(&name) => None,
            Kind::Other(why) => Some(Walked::Skipped(path, name, why)),
            Kind::File | Kind::Unknown => Some(file(path, name)),
        }
    }

    fn step_into(&mut self, path: PathBuf, name: &str) -> Option<Walked> {
        let found = match fs::metadata(&path) {
            Ok(found) => found,
            Err(error) => return Some(unreadable(path, error)),
        };
        let id = id(&found);
        if self.avoid.contains(&id) {
            return None;
        }
        if self.way.iter().any(|open| open.id == id) {
            return Some(Walked::Failed(path, Error::Loop));
        }
        match self.enter(path.clone(), format!("{name}/"), id) {
            Ok(()) => None,
            Err(error) => Some(unreadable(path, error)),
        }
    }
}

impl Iterator for Walk<'_> {
    type Item = Walked;

    fn next(&mut self) -> Option<Walked> {
        loop {
            let open = self.way.last_mut()?;
            match open.entries.next() {
                None => drop(self.way.pop()),
                Some(Ok(record)) => {
                    if let Some(walked) = self.step(&Entry::of(record)) {
                        return Some(walked);
                    }
                }
                // What else is in it is not known.
                Some(Err(error)) => {
                    let path = open.path.clone();
                    self.way.pop();
                    return Some(unreadable(path, error));
                }
            }
        }
    }
}

impl Entry {
    /// What [`Kind::record`] has made.
    fn of(mut record: Vec<u8>) -> Self {
        let kind = Kind::of_letter(record.pop());
        if kind == Kind::Directory {
            record.pop();
        }
        // What ends a name in a record.
        record.pop();
        Self {
            name: OsString::from_vec(record),
            kind,
        }
    }
}

impl Kind {
    /// The name, and behind it what it is. These sort as the keys do: those in a directory have a
    /// slash behind its name.
    fn record(self, name: OsString) -> Vec<u8> {
        let mut record = name.into_vec();
        if self == Self::Directory {
            record.push(b'/');
        }
        // No name has it, so that no longer name comes between.
        record.push(0);
        record.push(self.letter());
        record
    }

    fn letter(self) -> u8 {
        let of = |(_, letter): &(Self, u8)| *letter;
        let found = LETTERS.iter().find(|(kind, _)| *kind == self);
        found.map_or(UNKNOWN, of)
    }

    fn of_letter(letter: Option<u8>) -> Self {
        let found = LETTERS.iter().find(|(_, its)| Some(*its) == letter);
        found.map_or(Self::Unknown, |(kind, _)| *kind)
    }

    fn of(kind: fs::FileType) -> Self {
        if kind.is_dir() {
            Self::Directory
        } else if kind.is_file() {
            Self::File
        } else if kind.is_fifo() {
            Self::Other(Skipped::Pipe)
        } else if kind.is_socket() {
            Self::Other(Skipped::Socket)
        } else {
            Self::Other(Skipped::Device)
        }
    }
}

/// So many names of one directory are sorted in memory: some megabytes.
const NAMES_IN_MEMORY: usize = 1 << 16;

/// What stands for a kind behind a name.
const LETTERS: [(Kind, u8); 6] = [
    (Kind::Directory, b'd'),
    (Kind::File, b'f'),
    (Kind::Other(Skipped::Link), b'l'),
    (Kind::Other(Skipped::Pipe), b'p'),
    (Kind::Other(Skipped::Socket), b's'),
    (Kind::Other(Skipped::Device), b'v'),
];

const UNKNOWN: u8 = b'?';

fn file(path: PathBuf, name: String) -> Walked {
    match is_own(&path) {
        Ok(false) => {}
        Ok(true) => return Walked::Skipped(path, name, Skipped::OwnFile),
        Err(error) => return unreadable(path, error),
    }
    match fs::metadata(&path) {
        Ok(found) => Walked::Item(file_item(name, &found)),
        Err(_) if fs::symlink_metadata(&path).is_ok_and(|found| found.is_symlink()) => {
            Walked::Failed(path, Error::LeadsNowhere)
        }
        Err(error) => unreadable(path, error),
    }
}

/// A file as it was found.
pub(crate) fn file_item(name: String, found: &Metadata) -> Item {
    Item {
        name,
        size: found.len(),
        version: file_version(found),
        modified: found.modified().ok(),
        changed: changed(found),
    }
}

fn unreadable(path: PathBuf, error: io::Error) -> Walked {
    let error = Error::local("read", &path)(error);
    Walked::Failed(path, error)
}

/// Whether it is what ossum keeps of an unfinished transfer.
fn is_own(path: &Path) -> io::Result<bool> {
    let name = path.file_name().unwrap_or_default().as_bytes();
    if name.ends_with(b".ossum-part") || name.starts_with(PROBE.as_bytes()) {
        return Ok(true);
    }
    if !name.ends_with(b".cp") {
        return Ok(false);
    }
    let mut beginning = Vec::new();
    let beginning_bytes = 64;
    File::open(path)?
        .take(beginning_bytes)
        .read_to_end(&mut beginning)?;
    Ok(ossum_checkpoint::is_checkpoint(&beginning))
}

/// Which bytes a file has that is uploaded, as far as that can be told without reading them.
pub(crate) fn file_version(found: &Metadata) -> String {
    let (seconds, nanos) = (found.mtime(), found.mtime_nsec());
    format!("{} {seconds}.{nanos:09} {}", found.len(), found.ino())
}

/// When the file's bytes, or anything else about it, were last changed.
fn changed(found: &Metadata) -> Option<SystemTime> {
    let seconds = u64::try_from(found.ctime()).ok()?;
    let nanos = u32::try_from(found.ctime_nsec()).ok()?;
    SystemTime::UNIX_EPOCH.checked_add(Duration::new(seconds, nanos))
}

fn id(found: &Metadata) -> (u64, u64) {
    (found.dev(), found.ino())
}

#[cfg(test)]
mod tests;
