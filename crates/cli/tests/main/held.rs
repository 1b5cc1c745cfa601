//! Transfers that stand still when so and so many of their parts are there: where a test interrupts
//! them is decided by the server, and not by how quick anything is.

use std::path::{Path, PathBuf};

use ossum_devserver::Access;
use ossum_testkit::{LocalOss, Running, Signal};

use crate::desk::Desk;
use crate::raw_http::ask;

/// The size of parts that tests ask for, as `--part-size 100K`.
pub(crate) const PART: usize = 100 * 1024;

/// So many parts are there when a transfer is held.
pub(crate) const HELD_AT: usize = 5;

/// A file of 10 parts and a bit.
pub(crate) const SIZE: usize = 10 * PART + 1;

/// How everything is copied here.
pub(crate) const OPTIONS: &str = "--part-size 100K --concurrency 2 --json";

/// A desk that can see the server's open uploads, where everyone is let in for that.
pub(crate) fn desk() -> Desk {
    Desk::at(LocalOss::start_with(|settings| {
        settings.access = Access::Open;
    }))
}

impl Desk {
    fn address(&self) -> &str {
        self.oss.endpoint().trim_start_matches("http://")
    }

    /// Lets things go wrong from now on, and nothing else.
    pub(crate) fn faults(&self, rules: &str) {
        let set = ask(self.address(), "POST", "/-/ossum/faults", rules.as_bytes());
        assert!(set.unwrap().is_some(), "{rules}");
    }

    /// Answers `count` more requests for `operation`, and then none until [`release`](Self::release).
    pub(crate) fn hold(&self, operation: &str, count: usize) {
        let from = count + 1;
        self.faults(&format!(
            "[[rule]]\noperation = '{operation}'\nfrom = {from}\nthen = {{ delay = '1h' }}\n"
        ));
    }

    /// Denies an operation from the request of this number on.
    pub(crate) fn deny(&self, operation: &str, from: usize) {
        self.faults(&format!(
            "[[rule]]\noperation = '{operation}'\nfrom = {from}\n\
            then = {{ answer = {{ status = 403, code = 'AccessDenied' }} }}\n"
        ));
    }

    /// Answers everything again.
    pub(crate) fn release(&self) {
        ask(self.address(), "DELETE", "/-/ossum/faults", b"").unwrap();
    }

    /// How many uploads are neither completed nor aborted.
    pub(crate) fn open_uploads(&self) -> usize {
        let listed = ask(self.address(), "GET", "/bkt?uploads", b"");
        let listed = String::from_utf8(listed.unwrap().unwrap()).unwrap();
        listed.matches("<Upload>").count()
    }

    /// Starts `words`, and waits until all parts are there that the server lets be there.
    pub(crate) fn start_and_wait(&self, words: &str) -> Running {
        wait_until_held(self.ossum.start(words.split_whitespace()))
    }

    /// Runs `words` until it is held, and kills it.
    pub(crate) fn kill_held(&self, operation: &str, words: &str) {
        self.hold(operation, HELD_AT);
        let running = self.start_and_wait(words);
        running.signal(Signal::KILL);
        running.wait();
        self.release();
    }

    /// Runs an upload until it is held and every part that is there has been written down, and kills
    /// it: small ones are written down together.
    pub(crate) fn kill_recorded(&self, words: &str) {
        self.hold("UploadPart", HELD_AT);
        let mut running = self.ossum.start(words.split_whitespace());
        self.wait_until_recorded(&mut running);
        running.signal(Signal::KILL);
        running.wait();
        self.release();
    }

    /// Waits until all parts that are there have been written down. While it stands still, a transfer
    /// tells of its progress every second.
    pub(crate) fn wait_until_recorded(&self, running: &mut Running) {
        while self.recorded_parts() < HELD_AT {
            assert!(!running.line().is_empty(), "it ended");
        }
    }

    fn recorded_parts(&self) -> usize {
        let is_checkpoint = |path: &PathBuf| path.extension().is_some_and(|end| end == "cp");
        let recorded = |path: PathBuf| std::fs::read_to_string(path).unwrap_or_default();
        let checkpoints = self.all_files().into_iter().filter(is_checkpoint);
        checkpoints
            .map(|path| recorded(path).matches("{\"part\":").count())
            .sum()
    }

    /// All files that were kept for later, wherever that is.
    pub(crate) fn all_files(&self) -> Vec<PathBuf> {
        let mut files = Vec::new();
        collect(self.workspace.root(), &mut files);
        collect(self.state.root(), &mut files);
        files
    }

    /// The pointers to unfinished transfers.
    pub(crate) fn pointers(&self) -> Vec<PathBuf> {
        let mut files = Vec::new();
        collect(self.state.root(), &mut files);
        files
    }
}

fn collect(directory: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else {
            files.push(path);
        }
    }
}

/// Waits until all parts are there that the server lets be there.
pub(crate) fn wait_until_held(mut running: Running) -> Running {
    let mut parts = 0;
    while parts < HELD_AT {
        let line = running.line();
        assert!(!line.is_empty(), "it ended");
        parts += usize::from(line.contains(r#""event":"part""#));
    }
    running
}
