//! A transfer to or from a disk, and what is found of it after the power has gone.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use ossum_testkit::oracle::{Content, End, Expected, Seen, Violation};
use ossum_testkit::{InProcessOss, LocalOss, Outcome, Program, Workspace, seeded};

use super::disk::{Disk, Event, NAME};
use super::file_system::{FileSystem, Mounted, copy};

const KEY: &str = "object";
const FILE: &str = "file";
const HOME: &str = "home";
const PART_BYTES: usize = 100 * 1024;
const PARTS: usize = 8;
/// Of a small object.
const SMALL_BYTES: usize = 300_000;

/// Which way the bytes go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// A file on the disk is replaced.
    Down,
    /// A small object that nobody would continue becomes a file where there was none: it is written
    /// without a name.
    Small,
    /// The file on the disk is sent; what is written there is what the program remembers. The service
    /// has all that was sent, whatever the disk still knows of it.
    Up,
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Down => "download",
            Self::Small => "small download",
            Self::Up => "upload",
        })
    }
}

pub(super) struct Scene {
    way: Way,
    workspace: Workspace,
    binary: PathBuf,
    oss: LocalOss,
    file_system: FileSystem,
    source: Content,
    /// Absent where there is none.
    old: Option<Content>,
}

/// All that reached a disk.
pub(super) struct Recording {
    pub(super) events: Vec<Event>,
    /// So many of them had when the program said that all is done.
    pub(super) done_at: usize,
}

/// What was found, in which run, and what that has said.
pub(super) type Found = Vec<(&'static str, Violation, String)>;

impl Scene {
    /// Makes a disk with a file: an old one that is to be replaced, or the one to be sent.
    pub(super) fn new(way: Way, file_system: FileSystem, binary: &Path) -> anyhow::Result<Self> {
        let (workspace, oss) = (Workspace::new(), LocalOss::start());
        let (source, old) = match way {
            Way::Down | Way::Up => (seeded(1, PARTS * PART_BYTES + 17), Some(seeded(2, 5000))),
            Way::Small => (seeded(1, SMALL_BYTES), None),
        };
        let inside: InProcessOss = oss.inside();
        let (object, file) = match way {
            Way::Down | Way::Small => (Some(&source), old.as_ref()),
            Way::Up => (old.as_ref(), Some(&source)),
        };
        if let Some(object) = object {
            inside.put(KEY, object.clone());
        }
        let scene = Self {
            way,
            workspace,
            binary: binary.to_owned(),
            oss,
            file_system,
            source: Content::of(&source),
            old: old.as_ref().map(Content::of),
        };
        for directory in ["shown", "mounted"] {
            fs::create_dir(scene.path(directory))?;
        }
        file_system.make(&scene.base())?;
        let mounted = Mounted::new(&scene.base(), &scene.path("mounted"))?;
        fs::create_dir(mounted.path().join(HOME))?;
        if let Some(file) = file {
            fs::write(mounted.path().join(FILE), file)?;
        }
        mounted.end()?;
        Ok(scene)
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.workspace.path(name)
    }

    /// The image before the transfer.
    pub(super) fn base(&self) -> PathBuf {
        self.path("base")
    }

    /// Makes the transfer, and takes down what reaches the disk meanwhile.
    pub(super) fn record(&self) -> anyhow::Result<Recording> {
        let live = self.path("live");
        copy(&self.base(), &live)?;
        let shown = self.path("shown");
        let disk = Disk::show(&live, &shown).context("mount a FUSE file system")?;
        let mounted = Mounted::new(&shown.join(NAME), &self.path("mounted"))?;
        let outcome = self.transfer(&mounted);
        let done_at = disk.count();
        anyhow::ensure!(outcome.code() == Some(0), "it fails as it is: {outcome}");
        mounted.end()?;
        let events = disk.end();
        anyhow::ensure!(done_at > 0, "nothing has reached the disk");
        Ok(Recording { events, done_at })
    }

    fn transfer(&self, mounted: &Mounted) -> Outcome {
        let program = Program::new(&self.binary, &self.workspace).using(&self.oss);
        let program = program.env("HOME", mounted.path().join(HOME));
        let file = mounted.path().join(FILE).to_string_lossy().into_owned();
        let url = format!("oss://{}/{KEY}", LocalOss::BUCKET);
        let part = PART_BYTES.to_string();
        let mut words = vec!["cp", "--json", "--concurrency", "1"];
        match self.way {
            Way::Down => words.extend(["--part-size", &part, &url, &file]),
            Way::Small => words.extend(["--no-checkpoint", &url, &file]),
            Way::Up => words.extend(["--part-size", &part, &file, &url]),
        }
        program.run(words)
    }

    /// Looks at what is on `image` after the power has gone, and makes the transfer again.
    pub(super) fn power_comes_back(&self, image: &Path, was_done: bool) -> anyhow::Result<Found> {
        let mounted = Mounted::new(image, &self.path("mounted"))?;
        let found = match self.way {
            Way::Down | Way::Small => self.download_again(&mounted, was_done),
            Way::Up => self.upload_again(&mounted),
        };
        mounted.end()?;
        Ok(found)
    }

    fn download_again(&self, mounted: &Mounted, was_done: bool) -> Found {
        let mut found = Found::new();
        let visible = Content::of_file(mounted.path().join(FILE));
        let end = if was_done { End::Success } else { End::Killed };
        let seen = Seen {
            visible: if was_done {
                Some(self.source)
            } else {
                self.old
            },
            after_power_loss: vec![visible],
            fired: 1,
            ..Seen::at(end)
        };
        let expected = Expected::new(self.source).replacing(self.old);
        judge(&mut found, "after the cut", &expected, &seen, "");
        let outcome = self.transfer(mounted);
        let seen = Seen {
            visible: Content::of_file(mounted.path().join(FILE)),
            left: left(mounted.path()),
            ..Seen::of(&outcome)
        };
        let expected = Expected::new(self.source).replacing(visible).must_succeed();
        let said = outcome.to_string();
        judge(&mut found, "the next run", &expected, &seen, &said);
        found
    }

    /// The upload of before is completed, and what the disk remembers may be any part of it.
    fn upload_again(&self, mounted: &Mounted) -> Found {
        let mut found = Found::new();
        let inside = self.oss.inside();
        let before = Content::of(inside.object(KEY));
        let outcome = self.transfer(mounted);
        let seen = Seen {
            visible: Some(Content::of(inside.object(KEY))),
            open_uploads: inside.open_uploads(),
            left: left(mounted.path()),
            ..Seen::of(&outcome)
        };
        let expected = Expected::new(self.source).replacing(before).must_succeed();
        let said = outcome.to_string();
        judge(&mut found, "the next run", &expected, &seen, &said);
        let seen = Seen {
            visible: Content::of_file(mounted.path().join(FILE)),
            ..Seen::at(End::Success)
        };
        judge(
            &mut found,
            "the file that is sent",
            &Expected::new(self.source),
            &seen,
            "",
        );
        found
    }

    /// What is cut, for whoever reads of it.
    pub(super) fn name(&self) -> String {
        format!("{}, {}", self.file_system, self.way)
    }
}

fn judge(found: &mut Found, run: &'static str, expected: &Expected, seen: &Seen, output: &str) {
    let verdict = expected.judge(seen);
    let violations = verdict.violations().iter();
    found.extend(violations.map(|violation| (run, violation.clone(), output.to_owned())));
}

/// The files that the program has left below `root`. What waited to become a pointer goes in a day.
fn left(root: &Path) -> Vec<String> {
    let (mut left, mut waiting) = (Vec::new(), vec![root.to_owned()]);
    while let Some(directory) = waiting.pop() {
        for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
            let path = entry.path();
            let is_temporary = path.extension().is_some_and(|end| end == "tmp");
            if path.is_dir() {
                waiting.push(path);
            } else if path != root.join(FILE) && !is_temporary {
                left.push(path.to_string_lossy().into_owned());
            }
        }
    }
    left
}
