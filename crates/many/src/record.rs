//! What of a run is done, remembered until all of it is.
//!
//! One line an item, appended when it is done: the beginning of a hash of its name, of which bytes
//! the source had, and of which the destination has. So a line counts only as long as all of these
//! are the same, and a damaged one counts for nothing. It is a hint: an item that is not in it is
//! copied again.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::SystemTime;

use ossum_durable::{Durability, RealFs, create_private_directories, write_whole};
use sha2::{Digest, Sha256};

use crate::error::Error;
use crate::request::Remembering;
use crate::route::Route;

/// The record of one run, locked.
#[derive(Debug)]
pub(crate) struct Record {
    directory: PathBuf,
    /// What earlier runs have done, in order: 16 bytes an item.
    before: Vec<u128>,
    log: File,
    has_failed: AtomicBool,
}

const DONE: &str = "done";
const ABOUT: &str = "run.json";
const CHECKPOINTS: &str = "checkpoints";
/// In hexadecimal digits.
const MARK_LEN: usize = 32;

/// What a line says: that this source was made this destination.
pub(crate) fn mark(name: &str, source_version: &str, destination_version: &str) -> u128 {
    let mut hash = Sha256::new();
    for text in [name, source_version, destination_version] {
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text);
    }
    let mut first = [0; 16];
    first.copy_from_slice(&hash.finalize()[..16]);
    u128::from_be_bytes(first)
}

/// Where the record of a run lies.
pub(crate) fn directory(remembering: &Remembering, endpoint: &str, route: &Route) -> PathBuf {
    let identity = format!("{endpoint}\n{}", route.identity());
    let id = format!("{:032x}", mark("run", &identity, ""));
    remembering.runs().join(&id[..16])
}

/// What earlier runs have done, without a lock: for those who only look.
pub(crate) fn look(directory: &Path) -> Vec<u128> {
    // Where there is nothing to be read, nothing is known to be done.
    let read = File::open(directory.join(DONE)).and_then(read_marks);
    read.unwrap_or_default()
}

impl Record {
    /// Opens the record in `directory`, or begins one.
    ///
    /// # Errors
    /// [`Error::InUse`] if another process has it; others if none can be kept there.
    pub(crate) fn open(
        directory: &Path,
        remembering: &Remembering,
        route: &Route,
        durability: Durability,
    ) -> Result<Self, Error> {
        create_private_directories(&RealFs, &directory.join(CHECKPOINTS))?;
        let path = directory.join(DONE);
        let mut options = OpenOptions::new();
        options.read(true).append(true).create(true).mode(0o600);
        let mut log = options.open(&path).map_err(Error::local("open", &path))?;
        match log.try_lock() {
            Err(TryLockError::WouldBlock) => return Err(Error::InUse(path)),
            // Where a file system has no locks, two processes copy the same twice.
            Ok(()) | Err(TryLockError::Error(_)) => {}
        }
        let before = log
            .try_clone()
            .and_then(read_marks)
            .and_then(|before| end_line(&mut log).map(|()| before))
            .map_err(Error::local("read", &path))?;
        write_whole(
            &RealFs,
            &directory.join(ABOUT),
            &about(remembering, route),
            durability,
        )?;
        Ok(Self {
            directory: directory.to_owned(),
            before,
            log,
            has_failed: AtomicBool::new(false),
        })
    }

    /// Where the checkpoints of its transfers belong.
    pub(crate) fn checkpoints(&self) -> PathBuf {
        self.directory.join(CHECKPOINTS)
    }

    /// What earlier runs have done.
    pub(crate) fn before(&self) -> &[u128] {
        &self.before
    }

    /// Takes note of what is done. A process that is killed then has left the note. A failure is
    /// told once, as it costs no more than time.
    pub(crate) fn add(&self, mark: u128) {
        let line = format!("{mark:032x}\n");
        // One write: lines of several threads never mix.
        let written = (&self.log).write_all(line.as_bytes());
        if let Err(error) = written
            && !self.has_failed.swap(true, Ordering::Relaxed)
        {
            let path = self.directory.display();
            tracing::warn!(
                "{path} cannot be written ({error}); if this run is interrupted, some of it is copied again"
            );
        }
    }

    /// Removes it: the run has succeeded. A failure is a warning, as what is left does no harm.
    pub(crate) fn remove(self) {
        let removed = fs::remove_file(self.directory.join(ABOUT))
            .and_then(|()| fs::remove_file(self.directory.join(DONE)))
            .and_then(|()| remove_if_empty(&self.checkpoints()))
            .and_then(|()| remove_if_empty(&self.directory));
        if let Err(error) = removed {
            let path = self.directory.display();
            tracing::warn!("{path} cannot be removed ({error}); it can be removed by hand");
        }
    }
}

/// Checkpoints of transfers that a filter leaves out by now may be left.
fn remove_if_empty(directory: &Path) -> io::Result<()> {
    match fs::remove_dir(directory) {
        Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty => Ok(()),
        removed => removed,
    }
}

/// All that is said to be done, in order. Lines that are none are passed over.
fn read_marks(mut log: File) -> io::Result<Vec<u128>> {
    log.seek(SeekFrom::Start(0))?;
    let mut marks = Vec::new();
    let mut lines = BufReader::new(log);
    let mut line = Vec::with_capacity(MARK_LEN + 1);
    loop {
        line.clear();
        // A damaged record may have a line without an end.
        let limit = MARK_LEN as u64 + 1;
        if (&mut lines).take(limit).read_until(b'\n', &mut line)? == 0 {
            break;
        }
        marks.extend(read_mark(&line));
    }
    marks.sort_unstable();
    marks.dedup();
    Ok(marks)
}

fn read_mark(line: &[u8]) -> Option<u128> {
    let digits = line.strip_suffix(b"\n")?;
    let digits = str::from_utf8(digits)
        .ok()
        .filter(|text| text.len() == MARK_LEN)?;
    u128::from_str_radix(digits, 16).ok()
}

/// Ends a line that was cut off, so that the next one stands by itself.
fn end_line(log: &mut File) -> io::Result<()> {
    let len = log.metadata()?.len();
    if len == 0 {
        return Ok(());
    }
    let mut last = [0];
    log.seek(SeekFrom::Start(len - 1))?;
    log.read_exact(&mut last)?;
    if last == *b"\n" {
        return Ok(());
    }
    log.write_all(b"\n")
}

/// What the run is, for whoever looks for unfinished ones.
fn about(remembering: &Remembering, route: &Route) -> Vec<u8> {
    let began = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let directory = remembering.working_directory.as_ref();
    let about = serde_json::json!({
        "v": 1,
        "source": route.source(),
        "destination": route.destination(),
        "command": remembering.command,
        "directory": directory.map(|directory| directory.to_string_lossy()),
        "began": began.map_or(0, |began| began.as_secs()),
    });
    format!("{about}\n").into_bytes()
}

#[cfg(test)]
mod tests;
