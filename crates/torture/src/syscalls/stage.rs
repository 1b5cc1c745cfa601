//! A directory, a server and a transfer between them, for one run that is meddled with and those after it.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use anyhow::Context;
use ossum_devserver::Operation;
use ossum_testkit::oracle::{Content, Seen};
use ossum_testkit::{InProcessOss, LocalOss, Outcome, Program, Workspace, seeded};

/// What is transferred, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Transfer {
    UploadInParts,
    UploadInOne,
    DownloadInParts,
    DownloadInOne,
    /// Of which parts are there already, after a kill.
    UploadContinued,
    DownloadContinued,
}

impl Transfer {
    pub(super) const ALL: [Self; 6] = [
        Self::UploadInParts,
        Self::UploadInOne,
        Self::DownloadInParts,
        Self::DownloadInOne,
        Self::UploadContinued,
        Self::DownloadContinued,
    ];

    pub(super) fn is_upload(self) -> bool {
        matches!(
            self,
            Self::UploadInParts | Self::UploadInOne | Self::UploadContinued
        )
    }

    fn source_len(self) -> usize {
        match self {
            Self::UploadInOne | Self::DownloadInOne => 40_000,
            // Three parts and a bit.
            _ => 3 * PART_BYTES + 17,
        }
    }

    /// How to kill the run before, so that some parts are there.
    fn killed_before(self) -> Option<&'static str> {
        match self {
            Self::UploadContinued => Some("inject=writev:signal=SIGKILL:when=4"),
            Self::DownloadContinued => Some("inject=writev:signal=SIGKILL:when=3"),
            _ => None,
        }
    }
}

impl fmt::Display for Transfer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::UploadInParts => "upload_in_parts",
            Self::UploadInOne => "upload_in_one",
            Self::DownloadInParts => "download_in_parts",
            Self::DownloadInOne => "download_in_one",
            Self::UploadContinued => "upload_continued",
            Self::DownloadContinued => "download_continued",
        })
    }
}

const PART_BYTES: usize = 100 * 1024;
/// Temporary files of the state directory are removed after one.
const DAYS: Duration = Duration::from_hours(48);
const KEY: &str = "object";
const FILE: &str = "file";
/// Where strace writes, beside what the program sees.
const LOG: &str = "log";
const TOLD: &str = "told";

pub(super) struct Stage {
    transfer: Transfer,
    /// What the program works in.
    workspace: Workspace,
    /// What is written about it.
    notes: Workspace,
    oss: LocalOss,
    inside: InProcessOss,
    binary: PathBuf,
    pub(super) source: Content,
    pub(super) old: Content,
}

impl Stage {
    /// Makes everything ready for `transfer` by the program `binary`.
    pub(super) fn new(transfer: Transfer, binary: &Path) -> anyhow::Result<Self> {
        let (workspace, oss) = (Workspace::new(), LocalOss::start());
        let inside = oss.inside();
        let (source, old) = (seeded(1, transfer.source_len()), seeded(2, 5000));
        if transfer.is_upload() {
            workspace.write(FILE, &source);
            inside.put(KEY, old.clone());
        } else {
            workspace.write(FILE, &old);
            inside.put(KEY, source.clone());
        }
        let stage = Self {
            transfer,
            workspace,
            notes: Workspace::new(),
            oss,
            inside,
            binary: binary.to_owned(),
            source: Content::of(&source),
            old: Content::of(&old),
        };
        if let Some(injection) = transfer.killed_before() {
            let outcome = stage.run_traced("writev", Some(injection));
            let how = outcome.ended();
            anyhow::ensure!(was_killed(&outcome), "the run before was not killed: {how}");
            anyhow::ensure!(
                stage.own_files().len() > 1,
                "nothing is there to go on with"
            );
        }
        Ok(stage)
    }

    fn words(&self) -> Vec<String> {
        let file = FILE.to_owned();
        let url = format!("oss://{}/{KEY}", LocalOss::BUCKET);
        let (from, to) = if self.transfer.is_upload() {
            (file, url)
        } else {
            (url, file)
        };
        let part = PART_BYTES.to_string();
        let mut options = vec!["cp", "--json", "--concurrency", "1", "--part-size", &part];
        // A socket that only fails to write, and is not closed, is waited for.
        options.extend(["--timeout", "2s"]);
        let words = options.into_iter().map(str::to_owned);
        words.chain([from, to]).collect()
    }

    /// Runs it as it is.
    pub(super) fn run(&self) -> Outcome {
        let program = Program::new(&self.binary, &self.workspace).using(&self.oss);
        program.run(self.words())
    }

    /// Runs it under strace, which logs `calls` and does to them what it is told.
    pub(super) fn run_traced(&self, calls: &str, injection: Option<&str>) -> Outcome {
        let program = Program::new("strace", &self.workspace).using(&self.oss);
        let mut words = ["-f", "-qq", "-o"].map(str::to_owned).to_vec();
        words.push(self.notes.path(LOG).to_string_lossy().into_owned());
        words.extend(["-e".to_owned(), format!("trace={calls}")]);
        if let Some(injection) = injection {
            words.extend(["-e".to_owned(), injection.to_owned()]);
        }
        words.push(self.binary.to_string_lossy().into_owned());
        words.extend(self.words());
        program.run(words)
    }

    /// Runs it with the `nth` of `call` cut short by `library`.
    pub(super) fn run_cut_short(&self, library: &Path, call: &str, nth: u32) -> Outcome {
        let program = Program::new(&self.binary, &self.workspace).using(&self.oss);
        program
            .env("LD_PRELOAD", library)
            .env("SHORT_CALL", call)
            .env("SHORT_NTH", nth.to_string())
            .env("SHORT_TOLD", self.notes.path(TOLD))
            .run(self.words())
    }

    /// What strace has written.
    pub(super) fn log(&self) -> anyhow::Result<String> {
        let log = fs::read(self.notes.path(LOG)).context("read what strace has written")?;
        Ok(String::from_utf8_lossy(&log).into_owned())
    }

    /// Whether a call was cut short.
    pub(super) fn has_cut(&self) -> bool {
        self.notes.path(TOLD).exists()
    }

    /// Makes what waits to become a file as old as what nobody writes any more: the next run may then
    /// remove it.
    pub(super) fn let_days_pass(&self) {
        let then = SystemTime::now() - DAYS;
        let waiting = self.own_files().into_iter();
        for (name, _) in waiting.filter(|(name, _)| is_temporary(name)) {
            let file = fs::File::options()
                .append(true)
                .open(self.workspace.path(&name));
            let changed = file.and_then(|file| file.set_modified(then));
            changed.unwrap_or_else(|error| panic!("make {name} old: {error}"));
        }
    }

    /// What there is to see after `outcome`.
    pub(super) fn seen(&self, outcome: &Outcome, requests: u64) -> Seen {
        let own = self.own_files();
        let open = self.uploads_with_parts();
        let orphans = open.iter().filter(|upload| {
            let knows = |(_, bytes): &&(String, Vec<u8>)| {
                String::from_utf8_lossy(bytes).contains(upload.as_str())
            };
            !own.iter().any(|file| knows(&file))
        });
        let mut seen = Seen {
            visible: self.visible(),
            open_uploads: open.len(),
            orphans: orphans.count(),
            left: own.iter().map(|(name, _)| name.clone()).collect(),
            requests,
            ..Seen::of(outcome)
        };
        seen.outputs.extend(own);
        seen
    }

    /// How many requests the server has answered.
    pub(super) fn answered(&self) -> u64 {
        self.oss.answered()
    }

    pub(super) fn visible(&self) -> Option<Content> {
        if self.transfer.is_upload() {
            let is_there = self.inside.info(KEY).is_some();
            is_there.then(|| Content::of(self.inside.object(KEY)))
        } else {
            Content::of_file(self.workspace.path(FILE))
        }
    }

    /// The IDs of uploads that hold parts.
    fn uploads_with_parts(&self) -> Vec<String> {
        let ids = self.inside.open_upload_ids();
        if ids.is_empty() || self.inside.service().count(Operation::UploadPart) == 0 {
            return Vec::new();
        }
        let holds_parts = |id: &ossum_types::UploadId| {
            let list = ossum_client::op::ListParts::new(
                LocalOss::BUCKET.parse().expect("a bucket's name"),
                KEY.parse().expect("a key"),
                id.clone(),
            );
            let page = self.inside.client().list_parts_page(&list);
            let page = self
                .inside
                .run(page)
                .expect("nothing is wrong with the server");
            !page.parts.is_empty()
        };
        let held = ids.iter().filter(|id| holds_parts(id));
        held.map(ToString::to_string).collect()
    }

    /// The files that the program has made for itself.
    fn own_files(&self) -> Vec<(String, Vec<u8>)> {
        let root = self.workspace.root();
        let mut own = Vec::new();
        let mut waiting = vec![root.to_owned()];
        while let Some(directory) = waiting.pop() {
            for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
                let path = entry.path();
                let shown = path.strip_prefix(root).unwrap_or(&path);
                if path.is_dir() {
                    waiting.push(path);
                } else if shown != Path::new(FILE) {
                    let bytes = fs::read(&path).unwrap_or_default();
                    own.push((shown.to_string_lossy().into_owned(), bytes));
                }
            }
        }
        own
    }
}

fn is_temporary(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|end| end == "tmp")
}

/// Whether SIGKILL has ended it: strace ends itself as its child was ended.
pub(super) fn was_killed(outcome: &Outcome) -> bool {
    outcome.code().is_none() && outcome.ended().contains("SIGKILL")
}
