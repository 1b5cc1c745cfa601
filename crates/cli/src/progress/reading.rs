//! How far something is read.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use ossum_transfer::Snapshot;

use super::line::Line;
use super::{Progress, Watched};
use crate::output::ReadProgress;
use crate::session::Session;

/// Something that is read, watched until this is dropped.
#[derive(Debug)]
pub(crate) struct Reading {
    read: Arc<AtomicU64>,
    /// Ends when this does.
    _progress: Progress,
}

impl Reading {
    /// Begins to show how much of `path` is read; `total` is `None` where only its end tells.
    pub(crate) fn show(session: &Session, path: String, total: Option<u64>) -> Self {
        let read = Arc::new(AtomicU64::new(0));
        let name = path.rsplit('/').next().unwrap_or(&path);
        let watched = Read {
            line: Line::new(session, name),
            path,
            total,
            so_far: Arc::clone(&read),
        };
        Self {
            read,
            _progress: Progress::of(session, watched),
        }
    }

    /// Counts bytes that have been read.
    pub(crate) fn add(&self, bytes: usize) {
        self.read.fetch_add(bytes as u64, Ordering::Relaxed);
    }
}

struct Read {
    line: Line,
    path: String,
    total: Option<u64>,
    so_far: Arc<AtomicU64>,
}

impl Watched for Read {
    type Snapshot = ReadProgress;
    type Event = ReadProgress;

    fn snapshot(&self) -> ReadProgress {
        ReadProgress {
            path: self.path.clone(),
            bytes_total: self.total,
            bytes_read: self.so_far.load(Ordering::Relaxed),
        }
    }

    fn bytes_moved(snapshot: &ReadProgress) -> u64 {
        snapshot.bytes_read
    }

    fn words(&self, snapshot: &ReadProgress, bytes_per_second: Option<u64>) -> String {
        self.line.words(&as_transfer(snapshot), bytes_per_second)
    }

    fn event(snapshot: ReadProgress) -> ReadProgress {
        snapshot
    }

    fn draw(&mut self, snapshot: &ReadProgress, words: String) {
        self.line.draw(&as_transfer(snapshot), words);
    }

    fn end(&mut self) {
        self.line.end();
    }
}

/// What is read is shown as what is moved.
fn as_transfer(snapshot: &ReadProgress) -> Snapshot {
    let mut transfer = Snapshot::default();
    transfer.bytes_total = snapshot.bytes_total;
    transfer.bytes_moved = snapshot.bytes_read;
    transfer
}
