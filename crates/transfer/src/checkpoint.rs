//! What a transfer writes down about itself, or does not.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::SystemTime;

use ossum_checkpoint::{
    Error as CheckpointError, Found, Header, Journal, Pointer, Record, RecordedPart, Remembered,
    Transfer,
};
use ossum_types::{PartSize, UploadId};

use crate::error::{Error, Safe, shown};
use crate::options::{Checkpointing, Options};

/// The checkpoint of one transfer. Without one, everything here does nothing and succeeds.
#[derive(Debug)]
pub(crate) struct Checkpoint(Option<Box<Kept>>);

#[derive(Debug)]
struct Kept {
    transfer: Transfer,
    journal: Journal,
    settings: Checkpointing,
    /// What the pointer said when it was first looked at: most transfers have none, and look twice.
    pointed: OnceLock<Option<Box<Pointer>>>,
    /// Set while a session is written.
    session: Option<Header>,
    /// What an earlier run has left, as long as it is left.
    earlier: Option<Safe>,
    /// Whether there is anything to remove.
    is_there: bool,
}

/// What was found of an earlier run.
#[derive(Debug)]
pub(crate) enum Earlier {
    /// Nothing that could be continued.
    Nothing,
    /// A session.
    Session(Box<Remembered>),
    /// Only that there is an upload: its checkpoint is gone or damaged.
    Pointer(Box<Pointer>),
}

impl Earlier {
    /// The upload that was left, if one was.
    pub(crate) fn upload_id(&self) -> Option<UploadId> {
        match self {
            Self::Nothing => None,
            Self::Session(remembered) => remembered.upload_id.clone(),
            Self::Pointer(pointer) => pointer.upload_id.clone(),
        }
    }

    /// How large its parts are, where that is known.
    pub(crate) fn part_size(&self) -> Option<PartSize> {
        match self {
            Self::Nothing => None,
            Self::Session(remembered) => Some(remembered.header.part_size),
            Self::Pointer(pointer) => pointer.part_size,
        }
    }
}

impl Checkpoint {
    /// Remembers nothing.
    pub(crate) fn none() -> Self {
        Self(None)
    }

    /// The same for a transfer that is to be one request if nothing is left of an earlier run: it
    /// remembers nothing itself. `None` if it has to be looked for.
    pub(crate) fn not_needed(options: &Options) -> Option<Self> {
        let settings = options.checkpoint.as_ref();
        let is_not = settings.is_none_or(|settings| settings.nothing_earlier);
        is_not.then(Self::none)
    }

    /// Locks the checkpoint of `transfer` and reads it, if one is to be kept.
    pub(crate) fn open(
        options: &Options,
        transfer: impl FnOnce() -> Transfer,
    ) -> Result<(Self, Earlier), Error> {
        let Some(settings) = &options.checkpoint else {
            return Ok((Self::none(), Earlier::Nothing));
        };
        let transfer = transfer();
        let (journal, found) = Journal::open(&*settings.store, &transfer)?;
        let mut kept = Box::new(Kept {
            transfer,
            journal,
            settings: settings.clone(),
            pointed: OnceLock::new(),
            session: None,
            earlier: None,
            is_there: found != Found::Nothing,
        });
        let earlier = match found {
            Found::Session(remembered) => {
                kept.earlier = Some(safe(&remembered));
                kept.torn(&remembered)?
                    .map_or(Earlier::Session(remembered), Earlier::Pointer)
            }
            found => {
                if found == Found::Damaged {
                    kept.warn_of_damage();
                }
                kept.pointer()?.map_or(Earlier::Nothing, Earlier::Pointer)
            }
        };
        Ok((Self(Some(kept)), earlier))
    }

    /// The bytes of an earlier download that nothing here goes on with, where its pointer says they
    /// are: its checkpoint is gone, or something else has its name.
    pub(crate) fn left_partial(&self) -> Option<PathBuf> {
        self.0.as_ref()?.pointed()?.partial.clone()
    }

    /// Whether a later run can continue from here.
    pub(crate) fn is_kept(&self) -> bool {
        self.0.as_ref().is_some_and(|kept| kept.session.is_some())
    }

    /// Where the bytes of a download to `target` belong until they are complete.
    pub(crate) fn partial_path(&self, target: &Path) -> PathBuf {
        match &self.0 {
            Some(kept) => kept.journal.partial_path(target),
            None => ossum_checkpoint::partial_path(target),
        }
    }

    /// Begins a session, of an upload if there is one already, and forgets what was before. On
    /// return it is durable.
    ///
    /// Where no checkpoint can be made, the transfer goes on without, with a warning.
    pub(crate) fn begin(
        &mut self,
        upload_id: Option<&UploadId>,
        header: impl FnOnce(Transfer) -> Header,
    ) -> Result<(), Error> {
        let Some(kept) = &mut self.0 else {
            return Ok(());
        };
        let header = header(kept.transfer.clone());
        // The pointer first: at no moment is an upload with parts remembered nowhere.
        kept.point(&header, upload_id);
        kept.is_there = true;
        kept.earlier = None;
        // If this one cannot be written, none is any more.
        kept.session = None;
        let expected = kept.journal.location().map(Path::to_owned);
        match kept.journal.begin(&header, upload_id) {
            Ok(()) => {
                if kept.journal.location() != expected.as_deref() {
                    kept.point(&header, upload_id); // it had to step aside
                }
                kept.session = Some(header);
            }
            Err(error @ CheckpointError::Unwritable { .. }) => {
                warn(&error, "if this transfer is interrupted, it begins anew");
                if upload_id.is_none() {
                    kept.remove_pointer(); // there will be nothing to lead to
                }
            }
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }

    /// Goes on with the session that was found.
    pub(crate) fn resume(
        &mut self,
        header: Header,
        upload_id: Option<&UploadId>,
    ) -> Result<(), Error> {
        let Some(kept) = &mut self.0 else {
            return Ok(());
        };
        kept.journal.resume()?;
        kept.point(&header, upload_id);
        kept.session = Some(header);
        Ok(())
    }

    /// Takes note of an upload, durably: no part is sent before, so that an upload whose ID is lost
    /// is an empty one.
    pub(crate) fn upload_id(&mut self, upload_id: &UploadId) -> Result<(), Error> {
        self.append(&Record::UploadId(upload_id.clone()))?;
        self.sync()?;
        if let Some(kept) = &self.0
            && let Some(header) = &kept.session
        {
            kept.point(header, Some(upload_id));
        }
        Ok(())
    }

    /// Takes note of a part. A process that is killed then has left the note; a power loss may
    /// take it.
    pub(crate) fn part(&mut self, part: RecordedPart) -> Result<(), Error> {
        self.append(&Record::Part(part))
    }

    /// Takes note of a part that the service remembers as well: with the next [`write`](Self::write)
    /// or sync, and a process that is killed before has not left it.
    pub(crate) fn note_part(&mut self, part: RecordedPart) -> Result<(), Error> {
        match &mut self.0 {
            Some(kept) if kept.session.is_some() => Ok(kept.journal.note(&Record::Part(part))?),
            _ => Ok(()),
        }
    }

    /// Writes down what was noted.
    pub(crate) fn write(&mut self) -> Result<(), Error> {
        match &mut self.0 {
            Some(kept) if kept.session.is_some() => Ok(kept.journal.write_noted()?),
            _ => Ok(()),
        }
    }

    /// Takes note that an upload is about to be completed, durably.
    pub(crate) fn completing(&mut self, now: SystemTime) -> Result<(), Error> {
        self.append(&Record::Completing(now))?;
        self.sync()
    }

    pub(crate) fn append(&mut self, record: &Record) -> Result<(), Error> {
        match &mut self.0 {
            Some(kept) if kept.session.is_some() => Ok(kept.journal.append(record)?),
            _ => Ok(()),
        }
    }

    pub(crate) fn sync(&mut self) -> Result<(), Error> {
        match &mut self.0 {
            Some(kept) if kept.session.is_some() => Ok(kept.journal.sync()?),
            _ => Ok(()),
        }
    }

    /// An error that ended a transfer of which so much is kept.
    pub(crate) fn kept(&self, error: Error, safe: Safe) -> Error {
        let error = error.keeping(safe);
        match &self.0 {
            Some(kept) => error.of_kept(&kept.transfer),
            None => error,
        }
    }

    /// An error before anything was counted, with the hint that what was there still is.
    pub(crate) fn keeping(&self, error: Error) -> Error {
        match &self.0 {
            Some(kept) => match kept.earlier {
                Some(safe) => self.kept(error, safe),
                None => error,
            },
            None => error,
        }
    }

    /// Removes it: the transfer is done or given up. A failure is a warning, as what is left does
    /// no harm. Most transfers never have one, and then nothing is looked for.
    pub(crate) fn remove(&mut self) {
        let Some(kept) = self.0.as_mut().filter(|kept| kept.is_there) else {
            return;
        };
        kept.session = None;
        kept.earlier = None;
        kept.pointed = OnceLock::new();
        if let Err(error) = kept.journal.remove() {
            warn(&error, "it can be removed by hand");
        }
        kept.remove_pointer();
    }
}

impl Kept {
    /// What is known of an upload of which the session has lost the ID.
    fn torn(&mut self, remembered: &Remembered) -> Result<Option<Box<Pointer>>, Error> {
        let is_upload = remembered.header.partial.is_none();
        if is_upload && remembered.upload_id.is_none() {
            return self.pointer();
        }
        Ok(None)
    }

    /// What is known of an upload whose checkpoint is not. Of a download without its checkpoint
    /// nothing is known, but that its pointer is there.
    ///
    /// # Errors
    /// [`ErrorKind::InUse`](crate::ErrorKind::InUse) if a process that keeps its checkpoint
    /// elsewhere is at it.
    fn pointer(&mut self) -> Result<Option<Box<Pointer>>, Error> {
        let Some(pointers) = &self.settings.pointers else {
            return Ok(None);
        };
        // Of a pointer that is damaged nothing is known, but it is there to be removed.
        self.is_there |= self.pointed().is_some() || pointers.is_there(&self.transfer);
        let found = self.pointed();
        let Some(pointer) = found.filter(|pointer| pointer.upload_id.is_some()) else {
            return Ok(None);
        };
        pointers.check_unused(pointer, self.journal.location())?;
        Ok(Some(Box::new(pointer.clone())))
    }

    /// What an earlier run has left to be found; one that cannot be read is as good as none.
    fn pointed(&self) -> Option<&Pointer> {
        let find = || {
            let pointers = self.settings.pointers.as_ref()?;
            pointers.find(&self.transfer).ok().flatten().map(Box::new)
        };
        self.pointed.get_or_init(find).as_deref()
    }

    /// Has the transfer found by whoever looks for unfinished ones. It is a help, so a failure is
    /// no reason to move nothing.
    fn point(&self, header: &Header, upload_id: Option<&UploadId>) {
        let Some(pointers) = &self.settings.pointers else {
            return;
        };
        let path = self.transfer.local_file();
        let partial = path.filter(|_| header.partial.is_some());
        let pointer = Pointer {
            transfer: self.transfer.clone(),
            checkpoint: self.journal.location().map(Path::to_owned),
            partial: partial.map(|path| self.journal.partial_path(path)),
            upload_id: upload_id.cloned(),
            size: header.size,
            part_size: Some(header.part_size),
            headers: header.headers,
            began: header.began,
            directory: self.settings.directory.clone(),
            command: self.settings.command.to_vec(),
            // How an earlier run ended is past: this one goes on.
            end: None,
        };
        if let Err(error) = pointers.put(&pointer) {
            warn(
                &error,
                "the transfer will be missing in the list of unfinished ones",
            );
        }
    }

    fn remove_pointer(&self) {
        if let Some(pointers) = &self.settings.pointers
            && let Err(error) = pointers.remove(&self.transfer)
        {
            warn(&error, "it can be removed by hand");
        }
    }

    fn warn_of_damage(&self) {
        let path = self.journal.location().map(shown).unwrap_or_default();
        tracing::warn!("the checkpoint {path} is damaged; what cannot be proven is moved again");
    }
}

/// How much an earlier run says to have moved.
fn safe(remembered: &Remembered) -> Safe {
    let Header {
        size, part_size, ..
    } = remembered.header;
    let count = |parts: u64| u32::try_from(parts).unwrap_or(u32::MAX);
    Safe {
        parts: count(remembered.parts.len() as u64),
        of: count(size.div_ceil(part_size.get())),
    }
}

fn warn(error: &CheckpointError, so: &str) {
    let cause = std::error::Error::source(error);
    let cause = cause.map(|cause| format!(": {cause}")).unwrap_or_default();
    tracing::warn!("{error}{cause}; {so}");
}
