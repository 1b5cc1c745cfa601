//! The simulated file system answers as the real one does.

use std::fmt::Write as _;
use std::io;
use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};

use rustix::io::Errno;

use super::super::crash::next_random;
use crate::{Fs, FsFile, RealFs, SimFs};

const OPERATIONS: usize = 300;
const NAMES: [&str; 11] = [
    "a", "b", "c", "d", "d/a", "d/b", "link", "to-d/a", "to-d", "circle", "gone",
];

/// Does the same things, as the seed says, and tells what came of each.
struct Actor<'a> {
    fs: &'a dyn Fs,
    root: &'a Path,
    random: u64,
    files: Vec<Box<dyn FsFile>>,
    story: Vec<String>,
    /// Of so many kinds of operations: the last two need files without names.
    kinds: usize,
}

impl Actor<'_> {
    fn below(&mut self, end: usize) -> usize {
        usize::try_from(next_random(&mut self.random) % end as u64).unwrap()
    }

    fn path(&mut self) -> std::path::PathBuf {
        let name = NAMES[self.below(NAMES.len())];
        self.root.join(name)
    }

    fn act(&mut self) {
        let (fs, path, which) = (self.fs, self.path(), self.below(self.kinds));
        let mut told = format!(
            "{which} {}: ",
            path.strip_prefix(self.root).unwrap().display()
        );
        let outcome = match which {
            0 | 1 => self.opened(fs.create_new(&path)),
            2 => self.opened(fs.open_to_read(&path)),
            3 => self.opened(fs.open_to_continue(&path)),
            4 => fs.metadata(&path).map(|found| summary(&found)),
            5 => fs.read_link(&path).map(|leads_to| format!("{leads_to:?}")),
            // Moving directories is not simulated.
            6 | 7 if is_directory(fs, &path) => Ok(String::new()),
            6 => fs.rename(&path, &self.path()).map(done),
            7 => fs.rename_to_free_name(&path, &self.path()).map(done),
            8 => fs.remove_file(&path).map(done),
            9 => fs.create_directory(&path).map(done),
            10 => fs.sync_directory(&path).map(done),
            11 => fs.names_in(&path).map(|mut names| {
                names.sort();
                format!("{names:?}")
            }),
            14 => self.opened(fs.create_unnamed(&path)),
            15 => self.opened(named(fs, self.root, &path)),
            _ => self.use_file(),
        };
        match outcome {
            Ok(said) => told.push_str(&said),
            Err(error) => write!(told, "{:?}", reason(&error)).unwrap(),
        }
        self.story.push(told);
    }

    fn opened(&mut self, file: io::Result<Box<dyn FsFile>>) -> io::Result<String> {
        let file = file?;
        let told = summary(&file.metadata()?);
        if self.files.len() == 4 {
            self.files.remove(0);
        }
        self.files.push(file);
        Ok(told)
    }

    fn use_file(&mut self) -> io::Result<String> {
        if self.files.is_empty() {
            return Ok(String::new());
        }
        let (which, offset, len) = (self.below(9), self.below(20_000) as u64, self.below(9_000));
        let index = self.below(self.files.len());
        let file = &self.files[index];
        match which {
            0 | 1 => {
                return file
                    .write_at(&vec![7; len + 1], offset)
                    .map(|n| format!("{n}"));
            }
            2 => file.set_len(offset)?,
            3 => reserve(&**file, offset)?,
            4 => file.set_modified(UNIX_EPOCH + Duration::from_millis(offset))?,
            5 => file.set_mode(0o644)?,
            6 => return file.try_lock().map(|locked| format!("{locked}")),
            7 => file.start_writeback(offset, len as u64)?,
            _ => file.drop_cache()?,
        }
        let mut bytes = vec![0; 30_000];
        let len = file.read_at(&mut bytes, 0)?;
        let sum: u32 = bytes[..len].iter().map(|byte| u32::from(*byte)).sum();
        Ok(format!("{} {sum}", summary(&file.metadata()?)))
    }
}

/// A file that gets its name late.
fn named(fs: &dyn Fs, directory: &Path, path: &Path) -> io::Result<Box<dyn FsFile>> {
    let file = fs.create_unnamed(directory)?;
    file.write_all_at(b"late", 0)?;
    file.give_name(path)?;
    Ok(file)
}

fn is_directory(fs: &dyn Fs, path: &Path) -> bool {
    let found = fs.metadata(path);
    found.is_ok_and(|found| found.kind == crate::FileKind::Directory)
}

/// Does without where the real file system cannot.
fn reserve(file: &dyn FsFile, len_bytes: u64) -> io::Result<()> {
    match file.preallocate(len_bytes) {
        Err(error) if error.kind() == io::ErrorKind::Unsupported => {
            file.set_len(len_bytes.max(file.metadata()?.len_bytes))
        }
        outcome => outcome,
    }
}

fn reason(error: &io::Error) -> Option<Errno> {
    match Errno::from_io_error(error) {
        // A file takes the place of no directory; of one that it is in itself, Linux says this.
        Some(Errno::NOTEMPTY) => Some(Errno::ISDIR),
        other => other,
    }
}

fn done((): ()) -> String {
    "done".to_owned()
}

fn summary(found: &crate::Metadata) -> String {
    let is_file = found.kind == crate::FileKind::File;
    // Directories have links and lengths of their own on every file system.
    let (len_bytes, links) = if is_file {
        (found.len_bytes, found.links)
    } else {
        (0, 0)
    };
    format!("{} {len_bytes} {links}", found.kind)
}

fn story(fs: &dyn Fs, root: &Path, seed: u64, kinds: usize) -> Vec<String> {
    let (random, files, story) = (seed, Vec::new(), Vec::new());
    let mut actor = Actor {
        fs,
        root,
        random,
        files,
        story,
        kinds,
    };
    for _ in 0..OPERATIONS {
        actor.act();
    }
    actor.story
}

#[test]
fn whatever_is_done_comes_out_as_on_the_real_file_system() {
    for seed in 0..60 {
        let dir = tempfile::tempdir().unwrap();
        let sim = SimFs::new();
        sim.make_directory("/d");
        std::fs::create_dir(dir.path().join("d")).unwrap();
        for (leads_to, name) in [
            ("a", "link"),
            ("d", "to-d"),
            ("circle", "circle"),
            ("x", "gone"),
        ] {
            sim.symlink(leads_to, format!("/{name}"));
            std::os::unix::fs::symlink(leads_to, dir.path().join(name)).unwrap();
        }
        let has_unnamed = RealFs.create_unnamed(dir.path()).is_ok();
        let kinds = if has_unnamed { 16 } else { 14 };
        let simulated = story(&sim, Path::new("/"), seed, kinds);
        let real = story(&RealFs, dir.path(), seed, kinds);
        for (step, (simulated, real)) in simulated.iter().zip(&real).enumerate() {
            assert_eq!(simulated, real, "seed {seed}, operation {step}");
        }
    }
}
