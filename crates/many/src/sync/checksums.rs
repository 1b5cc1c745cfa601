//! The CRC-64 of files that were read before, for as long as nothing about them has changed.
//!
//! A file of JSON lines in the order of names, which is read along with the walk and written anew in
//! the same order, so that neither is held. It is a hint: what is not in it is read, and a line counts only
//! for a file of the same size, inode, and times of modification and change.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use ossum_durable::{RealFs, create_private_directories};
use ossum_types::Crc64;
use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;

use crate::item::Item;
use crate::record;

/// What was learnt of one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Learnt {
    name: String,
    /// Which file it was, and when it was last changed in any way.
    identity: String,
    crc64: String,
}

/// A file that has just been changed may be changed again without another time.
const SETTLED: Duration = Duration::from_secs(2);

/// No line is longer, in bytes.
const MAX_LINE_BYTES: u64 = 64 << 10;

impl Learnt {
    /// `None` where it cannot be told later that nothing has changed.
    pub(super) fn of(item: &Item, checksum: Crc64) -> Option<Self> {
        let changed = item.changed?;
        let age = SystemTime::now().duration_since(changed);
        let is_settled = age.is_ok_and(|age| age >= SETTLED);
        is_settled.then(|| Self {
            name: item.name.clone(),
            identity: item.identity(),
            crc64: checksum.to_string(),
        })
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }
}

/// Which files they are of; what is kept of the ones does not touch the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    /// Those that were compared.
    Compared,
    /// Those that might have been renamed.
    New,
}

impl Of {
    fn name(self) -> &'static str {
        match self {
            Self::Compared => "checksums",
            Self::New => "renames",
        }
    }
}

/// What was learnt before, and what will have been.
#[derive(Debug)]
pub(super) struct Checksums {
    path: PathBuf,
    before: Option<BufReader<File>>,
    /// The next line of what was learnt before.
    next: Option<Learnt>,
    /// Absent once it could not be written.
    after: Option<BufWriter<NamedTempFile>>,
}

impl Checksums {
    /// Those of the files below `root`, in `directory`.
    ///
    /// # Errors
    /// What the operating system said where they cannot be kept.
    pub(super) fn open(directory: &Path, of: Of, root: &Path) -> io::Result<Self> {
        let directory = directory.join("checksums");
        create_private_directories(&RealFs, &directory).map_err(io::Error::other)?;
        let root = root
            .as_os_str()
            .as_encoded_bytes()
            .escape_ascii()
            .to_string();
        let name = format!("{:032x}", record::mark(&[of.name(), &root]));
        let path = directory.join(name);
        let mut checksums = Self {
            // What cannot be read is as good as none.
            before: File::open(&path).ok().map(BufReader::new),
            next: None,
            after: Some(BufWriter::new(NamedTempFile::new_in(&directory)?)),
            path,
        };
        checksums.advance();
        Ok(checksums)
    }

    /// What is known of a file, which comes after all files before.
    pub(super) fn find(&mut self, item: &Item) -> Option<Crc64> {
        while self.next.as_ref().is_some_and(|next| next.name < item.name) {
            self.advance();
        }
        let next = self.next.as_ref()?;
        let is_it = next.name == item.name && next.identity == item.identity();
        is_it.then(|| next.crc64.parse().ok()).flatten()
    }

    /// Takes note of what is known of a file, which comes after all files before.
    pub(super) fn add(&mut self, learnt: &Learnt) {
        let Some(after) = &mut self.after else {
            return;
        };
        let written = serde_json::to_writer(&mut *after, learnt);
        let written = written.map_err(io::Error::from);
        if let Err(error) = written.and_then(|()| after.write_all(b"\n")) {
            self.after = None;
            self.warn(&error);
        }
    }

    /// Puts what is known now in the place of what was known before.
    pub(super) fn finish(mut self) {
        let Some(after) = self.after.take() else {
            return;
        };
        let file = after.into_inner().map_err(io::IntoInnerError::into_error);
        let put = file.and_then(|file| Ok(file.persist(&self.path)?));
        if let Err(error) = put {
            self.warn(&error);
        }
    }

    fn warn(&self, error: &io::Error) {
        let path = self.path.display();
        tracing::warn!("{path} cannot be written ({error}); files are read again next time");
    }

    /// Goes to the next line. Behind a damaged one nothing is known: it might be out of order.
    fn advance(&mut self) {
        let last = self.next.take();
        let next = self.before.as_mut().and_then(read);
        self.next = next.filter(|next| last.is_none_or(|last| last.name < next.name));
        if self.next.is_none() {
            self.before = None;
        }
    }
}

fn read(from: &mut BufReader<File>) -> Option<Learnt> {
    let mut line = Vec::new();
    from.take(MAX_LINE_BYTES)
        .read_until(b'\n', &mut line)
        .ok()?;
    serde_json::from_slice(&line).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(name: &str, size: u64, age: u64) -> Item {
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
        Item {
            name: name.to_owned(),
            size,
            version: size.to_string(),
            modified: None,
            changed: Some(time - Duration::from_secs(age)),
        }
    }

    fn open(directory: &Path) -> Checksums {
        Checksums::open(directory, Of::Compared, Path::new("/d")).unwrap()
    }

    fn learn(directory: &Path, items: &[Item]) {
        let mut checksums = open(directory);
        for item in items {
            let crc64 = Crc64::of(item.name.as_bytes());
            checksums.add(&Learnt::of(item, crc64).unwrap());
        }
        checksums.finish();
    }

    #[test]
    fn what_was_learnt_is_known_until_anything_about_the_file_changes() {
        let dir = tempfile::tempdir().unwrap();
        learn(
            dir.path(),
            &[item("a", 1, 0), item("b", 1, 0), item("d", 1, 0)],
        );
        let mut known = open(dir.path());
        let find = |known: &mut Checksums, item: &Item| known.find(item).is_some();
        assert!(find(&mut known, &item("a", 1, 0)));
        assert!(!find(&mut known, &item("b", 1, 7)), "another time");
        assert!(!find(&mut known, &item("c", 1, 0)));
        assert!(!find(&mut known, &item("d", 2, 0)), "another size");
        for (of, root) in [(Of::Compared, "/e"), (Of::New, "/d")] {
            let of_others = Checksums::open(dir.path(), of, Path::new(root)).unwrap();
            assert!(of_others.next.is_none());
        }
    }

    #[test]
    fn a_damaged_line_ends_what_is_known_and_does_no_harm() {
        let dir = tempfile::tempdir().unwrap();
        learn(dir.path(), &[item("a", 1, 0), item("b", 1, 0)]);
        let path = open(dir.path()).path;
        let text = std::fs::read_to_string(&path).unwrap();
        let lines: Vec<_> = text.lines().collect();
        for (damaged, unknown) in [
            (format!("{}\nx\n{}\n", lines[0], lines[1]), "b"),
            (format!("{}\n{}\n", lines[1], lines[0]), "a"),
            (String::new(), "a"),
        ] {
            std::fs::write(&path, damaged).unwrap();
            assert_eq!(open(dir.path()).find(&item(unknown, 1, 0)), None);
        }
    }

    #[test]
    fn a_file_that_has_just_changed_is_not_remembered() {
        let new = Item {
            changed: Some(SystemTime::now()),
            ..item("a", 1, 0)
        };
        assert_eq!(Learnt::of(&new, Crc64::of(b"1")), None);
    }
}
