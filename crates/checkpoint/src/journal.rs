use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use ossum_types::UploadId;

use crate::bounds::Bounds;
use crate::lines::MAX_LINE_BYTES;
use crate::replay::{Content, replay};
use crate::session::SessionId;
use crate::text::{line_one, record_line};
use crate::{Action, CheckpointStore, Error, Header, Holder, Log, Record, Remembered, Transfer};

/// The record of one unfinished transfer, held by this process until it is dropped.
///
/// [`open`](Journal::open) it, look at what was [`Found`], then [`begin`](Journal::begin) or
/// [`resume`](Journal::resume), [`append`](Journal::append) what happens, and
/// [`remove`](Journal::remove) it once the transfer is done. Blocking, and for one thread at a
/// time.
#[derive(Debug)]
pub struct Journal {
    log: Box<dyn Log>,
    transfer: Transfer,
    state: State,
    /// Whole lines that go out with the next write.
    noted: Vec<u8>,
    written_bytes: u64,
    sync_failed: bool,
}

/// What was left of the transfer when its journal was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// Nothing: it is new.
    Nothing,
    /// A checkpoint whose line 1 cannot be read: there is nothing to continue.
    Damaged,
    /// A session that can be continued.
    Session(Box<Remembered>),
}

#[derive(Debug, Clone, Copy)]
enum State {
    /// There is nothing to add to.
    Idle,
    /// A session lies there, good up to `good_bytes`.
    Found {
        session: SessionId,
        good_bytes: u64,
        bounds: Bounds,
    },
    /// This process's session.
    Live { session: SessionId, bounds: Bounds },
}

impl Journal {
    /// Opens the journal of `transfer`, locks it, and reads what it remembers.
    ///
    /// Makes and changes nothing. Takes memory for what is remembered and one line, whatever lies
    /// there.
    ///
    /// # Errors
    /// [`Error::InUse`] while another process or another part of this one has it open;
    /// [`Error::Foreign`] and [`Error::Newer`] if what lies in its place must be left alone;
    /// otherwise [`Error::Io`].
    pub fn open(store: &dyn CheckpointStore, transfer: &Transfer) -> Result<(Self, Found), Error> {
        let log = store.open(transfer)?;
        let path = || log.location().map(Path::to_owned);
        let content = replay(&|buffer, offset| log.read_at(buffer, offset), transfer)
            .map_err(Error::at(Action::Read, path()))?;
        let (state, found) = match content {
            Content::Empty => (State::Idle, Found::Nothing),
            Content::Damaged => (State::Idle, Found::Damaged),
            Content::Newer(format) => {
                return Err(Error::Newer {
                    path: path(),
                    format,
                });
            }
            Content::Foreign => return Err(Error::Foreign { path: path() }),
            Content::Own(replayed) => {
                let state = State::Found {
                    session: replayed.session,
                    good_bytes: replayed.good_bytes,
                    bounds: Bounds::of(&replayed.remembered.header),
                };
                (state, Found::Session(Box::new(replayed.remembered)))
            }
        };
        let journal = Self {
            log,
            transfer: transfer.clone(),
            state,
            noted: Vec::new(),
            written_bytes: 0,
            sync_failed: false,
        };
        Ok((journal, found))
    }

    /// Forgets all there was and begins a session, of the multipart upload `upload_id` if that
    /// began before: one write says both, so that a process that is killed leaves no session
    /// without its ID.
    ///
    /// # Errors
    /// [`Error::Unwritable`] if no checkpoint can be made here at all, be it that the disk is full
    /// or read-only: the transfer can go on without. [`Error::InUse`] if somebody else made it since
    /// it was opened. [`Error::Refused`] for the header of another transfer or a layout of more
    /// than 10,000 parts. Otherwise [`Error::Io`]. What there was may be forgotten.
    ///
    /// # Durability
    /// On return, line 1 and the name that leads to it survive a power loss, if the store syncs
    /// at all. After a crash before, there is what there was, or nothing that could be mistaken
    /// for a session. Only of a line 1 that is longer than a page of the disk can a power loss
    /// before leave a session without its ID.
    pub fn begin(&mut self, header: &Header, upload_id: Option<&UploadId>) -> Result<(), Error> {
        self.check(header)?;
        let session = SessionId::random();
        let mut lines = line_one(header, session);
        if lines.len() > MAX_LINE_BYTES {
            return Err(self.refuse("its names are too long"));
        }
        let holder = Holder::this_process(SystemTime::now());
        lines.extend(record_line(&Record::Holder(holder), session));
        if let Some(id) = upload_id {
            lines.extend(record_line(&Record::UploadId(id.clone()), session));
        }
        let bounds = Bounds::of(header);
        self.lay_down(&lines, State::Live { session, bounds })
    }

    /// Continues the session that was found: cuts off what could not be read, and says who goes
    /// on. Nothing is synced.
    ///
    /// # Errors
    /// [`Error::Refused`] if there is no session to continue, or it is being continued already;
    /// otherwise [`Error::Io`].
    pub fn resume(&mut self) -> Result<(), Error> {
        let State::Found {
            session,
            good_bytes,
            bounds,
        } = self.state
        else {
            return Err(self.refuse("there is no session to continue"));
        };
        self.cut(good_bytes)?;
        let holder = Holder::this_process(SystemTime::now());
        self.write(&record_line(&Record::Holder(holder), session))?;
        self.state = State::Live { session, bounds };
        Ok(())
    }

    /// Adds a record, with one write.
    ///
    /// A process that is killed afterwards has left it; a power loss may take it until
    /// [`sync`](Journal::sync).
    ///
    /// # Errors
    /// [`Error::Refused`] before a session was begun or resumed, for a part that the layout does
    /// not have, and for another source of what is no upload, or one with more than 10,000 parts
    /// of this size; otherwise [`Error::Io`], and the next record takes the place of this one.
    pub fn append(&mut self, record: &Record) -> Result<(), Error> {
        let (state, noted) = (self.state, self.noted.len());
        self.note(record)?;
        self.write_noted().inspect_err(|_| {
            self.state = state;
            self.noted.truncate(noted);
        })
    }

    /// Adds a record with the next write, be it of another record, by
    /// [`write_noted`](Journal::write_noted) or by [`sync`](Journal::sync). Until then it is in
    /// memory alone.
    ///
    /// # Errors
    /// [`Error::Refused`], as [`append`](Journal::append).
    pub fn note(&mut self, record: &Record) -> Result<(), Error> {
        let State::Live { session, bounds } = self.state else {
            return Err(self.refuse("no session has begun"));
        };
        self.allow(bounds.check(record))?;
        let line = record_line(record, session);
        if line.len() > MAX_LINE_BYTES {
            return Err(self.refuse("the record is too long"));
        }
        self.noted.extend_from_slice(&line);
        let bounds = bounds.after(record);
        self.state = State::Live { session, bounds };
        Ok(())
    }

    /// Writes what was [noted](Journal::note), if anything was.
    ///
    /// # Errors
    /// [`Error::Io`]; then it is still noted.
    pub fn write_noted(&mut self) -> Result<(), Error> {
        if self.noted.is_empty() {
            return Ok(());
        }
        let noted = std::mem::take(&mut self.noted);
        let outcome = self.write(&noted);
        self.noted = noted;
        outcome?;
        self.noted.clear();
        Ok(())
    }

    /// Returns when everything appended and noted so far survives a power loss, if the store syncs
    /// at all.
    ///
    /// # Errors
    /// [`Error::Io`], and from then on every time: the operating system reports a lost write once
    /// and forgets it, so the success of a second try would mean nothing.
    pub fn sync(&mut self) -> Result<(), Error> {
        self.write_noted()?;
        let outcome = if self.sync_failed {
            Err(io::Error::other("an earlier sync of it failed"))
        } else {
            self.log.sync()
        };
        self.sync_failed |= outcome.is_err();
        self.named(Action::Sync, outcome)
    }

    /// Removes the checkpoint: the transfer is done, or given up. A new session can begin.
    ///
    /// A power loss may bring it back, as it was.
    ///
    /// # Errors
    /// [`Error::Io`]; then it may still be there.
    pub fn remove(&mut self) -> Result<(), Error> {
        self.state = State::Idle;
        self.noted.clear();
        let outcome = self.log.remove();
        self.named(Action::Remove, outcome)
    }

    /// The file it is kept in, or will be once a session begins; `None` if it is in no file.
    pub fn location(&self) -> Option<&Path> {
        self.log.location()
    }

    /// Where the bytes of an unfinished download to `target` belong.
    pub fn partial_path(&self, target: &Path) -> PathBuf {
        self.log.partial_path(target)
    }

    /// How many bytes this journal has written since it was opened.
    pub fn written_bytes(&self) -> u64 {
        self.written_bytes
    }

    fn check(&self, header: &Header) -> Result<(), Error> {
        if header.transfer != self.transfer {
            return Err(self.refuse("it is kept for another transfer"));
        }
        self.allow(Bounds::of(header).check_layout())
    }

    /// Writes the beginning of a session in the first place that takes it.
    fn lay_down(&mut self, lines: &[u8], begun: State) -> Result<(), Error> {
        loop {
            let error = match self.try_to_lay_down(lines, begun) {
                Err(error) => unwritable(error)?,
                Ok(()) => return Ok(()),
            };
            self.state = State::Idle;
            if !self.log.step_aside() {
                return Err(error);
            }
            // That was another file's.
            self.sync_failed = false;
        }
    }

    fn try_to_lay_down(&mut self, lines: &[u8], begun: State) -> Result<(), Error> {
        self.state = State::Idle;
        self.noted.clear();
        // Cut first: whatever of the new lines reaches the disk, no old one is behind them.
        self.cut(0)?;
        self.write(lines)?;
        self.state = begun;
        self.sync()
    }

    fn cut(&mut self, len_bytes: u64) -> Result<(), Error> {
        let outcome = self.log.truncate(len_bytes);
        self.named(Action::Cut, outcome)
    }

    fn write(&mut self, lines: &[u8]) -> Result<(), Error> {
        let outcome = self.log.append(lines);
        self.named(Action::Write, outcome)?;
        self.written_bytes += lines.len() as u64;
        Ok(())
    }

    fn named<T>(&self, action: Action, outcome: io::Result<T>) -> Result<T, Error> {
        outcome.map_err(Error::at(action, self.location().map(Path::to_owned)))
    }

    fn allow(&self, outcome: Result<(), &'static str>) -> Result<(), Error> {
        outcome.map_err(|reason| self.refuse(reason))
    }

    fn refuse(&self, reason: &'static str) -> Error {
        Error::Refused {
            path: self.location().map(Path::to_owned),
            reason,
        }
    }
}

/// Sorts out why a session could not begin: what says only that this place will not do becomes
/// [`Error::Unwritable`].
///
/// # Errors
/// Everything else, as it is.
fn unwritable(error: Error) -> Result<Error, Error> {
    match error {
        Error::Unwritable { .. } => Ok(error),
        Error::Io { path, source, .. } if takes_no_more(&source) => Ok(Error::Unwritable {
            path,
            source: Some(source),
        }),
        other => Err(other),
    }
}

/// Whether a disk is full, to this user at least, or read-only.
fn takes_no_more(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::StorageFull
            | io::ErrorKind::QuotaExceeded
            | io::ErrorKind::ReadOnlyFilesystem
    )
}
