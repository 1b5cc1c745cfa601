use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use ossum_checkpoint::{End, Runner, runner_of};
use ossum_durable::{Durability, RealFs, create_private_directories, write_whole};

use crate::error::Error;
use crate::record::{self, Noted, Record, is_missing, noted, remove_if_empty};
use crate::run_pointer::RunPointer;

/// The unfinished runs of this user: a directory each, with a small file that leads to its record.
#[derive(Debug, Clone)]
pub struct Runs {
    directory: PathBuf,
}

const POINTER: &str = "run.json";

/// No pointer is longer, in bytes: a command line has at most 2 MiB on Linux.
const MAX_POINTER_BYTES: u64 = 4 << 20;

/// What can be seen of an unfinished run by somebody who only looks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RunSighting {
    /// What its record says to be done; `None` if there is no record.
    pub done: Option<DoneSoFar>,
    /// Who works on it; `None` if nobody does.
    pub running: Option<Runner>,
    /// When its record last changed, if there is one.
    pub changed: Option<SystemTime>,
}

/// What a record says to be done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DoneSoFar {
    /// How many items; one that was copied again because it had changed counts each time.
    pub files: u64,
    /// Their size in bytes.
    pub bytes: u64,
}

impl Runs {
    /// Those that are kept in `runs/` below `state_directory` (`$XDG_STATE_HOME/ossum`).
    pub fn new(state_directory: &Path) -> Self {
        Self {
            directory: record::runs(state_directory),
        }
    }

    /// All that can be read, the oldest first.
    ///
    /// # Errors
    /// [`Error::Local`].
    pub fn list(&self) -> Result<Vec<RunPointer>, Error> {
        let entries = match fs::read_dir(&self.directory) {
            Err(error) if is_missing(&error) => return Ok(Vec::new()),
            outcome => outcome.map_err(Error::local("read", &self.directory))?,
        };
        let mut found = Vec::new();
        for entry in entries {
            let entry = entry.map_err(Error::local("read", &self.directory))?;
            if let Some(id) = entry.file_name().to_str() {
                found.extend(self.find(id)?);
            }
        }
        found.sort_by(|a, b| (a.began, &a.id).cmp(&(b.began, &b.id)));
        Ok(found)
    }

    /// The one with this ID; `None` if there is none that can be read.
    ///
    /// # Errors
    /// [`Error::Local`].
    pub fn find(&self, id: &str) -> Result<Option<RunPointer>, Error> {
        let path = self.path(id);
        let read = fs::metadata(&path).and_then(|found| {
            let is_one = found.is_file() && found.len() <= MAX_POINTER_BYTES;
            is_one.then(|| fs::read(&path)).transpose()
        });
        match read {
            Ok(line) => Ok(line.and_then(|line| RunPointer::read(id, &line))),
            Err(error) if is_missing(&error) => Ok(None),
            Err(error) => Err(Error::local("read", &path)(error)),
        }
    }

    /// Looks at the run that `pointer` leads to, without touching it. Takes no lock, unless it was
    /// last worked on by another host; then only for a moment.
    ///
    /// # Errors
    /// [`Error::Local`] if its record is there and cannot be read.
    pub fn look(&self, pointer: &RunPointer) -> Result<RunSighting, Error> {
        let log = record::log(&pointer.record);
        let done = match noted(&log) {
            Ok(Noted { files, bytes }) => Some(DoneSoFar { files, bytes }),
            Err(error) if is_missing(&error) => None,
            Err(error) => return Err(Error::local("read", &log)(error)),
        };
        Ok(RunSighting {
            done,
            running: runner_of(&RealFs, &log, Some(&pointer.holder))?,
            changed: fs::metadata(&log).and_then(|found| found.modified()).ok(),
        })
    }

    /// Takes the run that `pointer` leads to, to give it up: nobody else works on it meanwhile.
    ///
    /// # Errors
    /// [`Error::InUse`] while somebody works on it; otherwise [`Error::Local`].
    pub fn claim(&self, pointer: RunPointer) -> Result<RunClaim, Error> {
        let taken = Record::take(&pointer.record);
        let record = taken.map_err(|error| error.held_by(Some(&pointer)))?;
        Ok(RunClaim {
            kept: Kept {
                runs: Some(self.clone()),
                pointer,
            },
            record,
        })
    }

    /// Makes sure that nobody works on the run. No lock is held afterwards.
    ///
    /// # Errors
    /// As [`claim`](Self::claim).
    pub fn check_unused(&self, pointer: &RunPointer) -> Result<(), Error> {
        self.claim(pointer.clone()).map(drop)
    }

    /// Writes the pointer to a run, in place of an older one.
    fn put(&self, pointer: &RunPointer, durability: Durability) -> Result<(), Error> {
        create_private_directories(&RealFs, &self.directory.join(&pointer.id))?;
        let path = self.path(&pointer.id);
        Ok(write_whole(&RealFs, &path, &pointer.line(), durability)?)
    }

    fn remove(&self, id: &str) -> io::Result<()> {
        match fs::remove_file(self.path(id)) {
            Err(error) if is_missing(&error) => Ok(()),
            removed => removed,
        }
    }

    fn path(&self, id: &str) -> PathBuf {
        self.directory.join(id).join(POINTER)
    }
}

/// The pointer to a run, where there is a place for it.
#[derive(Debug)]
struct Kept {
    runs: Option<Runs>,
    pointer: RunPointer,
}

impl Kept {
    /// Removes pointer and record.
    fn remove(&self, record: Option<Record>) -> io::Result<()> {
        let id = &self.pointer.id;
        // 1. what leads to it, while nobody else can write that  2. the record, and the lock with it
        // 3. the directory. A crash between 1 and 2 leaves what the same run, begun again, finds.
        if let Some(runs) = &self.runs {
            runs.remove(id)?;
        }
        record.map_or(Ok(()), Record::remove)?;
        match &self.runs {
            Some(runs) => remove_if_empty(&runs.directory.join(id)),
            None => Ok(()),
        }
    }
}

/// An unfinished run that is about to be given up: nobody else works on it while this is held.
#[derive(Debug)]
pub struct RunClaim {
    kept: Kept,
    /// Locked; `None` if there is none.
    record: Option<Record>,
}

impl RunClaim {
    /// Removes what leads to it and its record. What its transfers have left is given up before:
    /// checkpoints that are still there stay, and their directory is returned.
    ///
    /// # Errors
    /// [`Error::Local`]; what was not reached is still there.
    pub fn remove(self) -> Result<Option<PathBuf>, Error> {
        let Self { kept, record } = self;
        let directory = kept.pointer.record.clone();
        kept.remove(record)
            .map_err(Error::local("remove", &directory))?;
        let checkpoints = record::checkpoints(&directory);
        Ok(Some(checkpoints).filter(|path| path.exists()))
    }
}

/// A run that has a record, under way or ended early: nobody else works on it until this is
/// dropped.
#[derive(Debug)]
pub struct Remembered {
    kept: Kept,
    pub(crate) record: Record,
}

impl Remembered {
    /// Opens the record that `pointer` leads to, or begins one, and has it found by whoever looks
    /// in `runs`. Since when a run is under way, and not how it once ended, is kept.
    ///
    /// # Errors
    /// [`Error::InUse`] if another process works on it; others if no record can be kept.
    pub(crate) fn begin(
        runs: Option<Runs>,
        pointer: RunPointer,
        durability: Durability,
    ) -> Result<Self, Error> {
        // What cannot be read is as good as none.
        let earlier = runs.as_ref().and_then(|runs| runs.find(&pointer.id).ok()?);
        let record =
            Record::open(&pointer.record).map_err(|error| error.held_by(earlier.as_ref()))?;
        let pointer = RunPointer {
            began: earlier.map_or(pointer.began, |earlier| earlier.began),
            ..pointer
        };
        let remembered = Self {
            kept: Kept { runs, pointer },
            record,
        };
        if let Err(error) = remembered.point(durability) {
            warn(
                &error,
                "the run will be missing in the list of unfinished ones",
            );
        }
        Ok(remembered)
    }

    /// The ID that stands for it.
    pub fn id(&self) -> &str {
        &self.kept.pointer.id
    }

    /// Takes down how it ended, for whoever looks later.
    ///
    /// # Errors
    /// [`Error::File`]; what was there before is still there.
    pub fn ended(&mut self, end: End, durability: Durability) -> Result<(), Error> {
        self.kept.pointer.end = Some(end);
        self.point(durability)
    }

    fn point(&self, durability: Durability) -> Result<(), Error> {
        let Kept { runs, pointer } = &self.kept;
        runs.as_ref()
            .map_or(Ok(()), |runs| runs.put(pointer, durability))
    }

    /// Removes it: the run has succeeded. A failure is a warning, as what is left does no harm.
    pub(crate) fn remove(self) {
        let path = self.kept.pointer.record.clone();
        if let Err(error) = self.kept.remove(Some(self.record)) {
            let error = Error::local("remove", &path)(error);
            warn(&error, "it can be removed by hand");
        }
    }
}

pub(crate) fn warn(error: &Error, so: &str) {
    let cause = std::error::Error::source(error);
    let cause = cause.map(|cause| format!(": {cause}")).unwrap_or_default();
    tracing::warn!("{error}{cause}; {so}");
}

#[cfg(test)]
mod tests;
