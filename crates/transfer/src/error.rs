use std::fmt;
use std::path::{Path, PathBuf};

use ossum_checkpoint::Transfer;
use ossum_plan::LayoutError;
use ossum_types::{ObjectUrl, PartNumber, UploadId};

use crate::monitor::Restarted;
use crate::relay::{SourceError, SourceTrouble};

/// What a caller may do something about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The service or the network said no; the kind says how.
    Service(ossum_client::ErrorKind),
    /// The source does not exist.
    SourceMissing,
    /// The local source is a directory, a device or a pipe.
    SourceNotAFile,
    /// The source changed while it was uploaded or relayed. Nothing was completed.
    SourceChanged,
    /// What is relayed may not be read: credentials, permissions, an archive. Nothing was made of it.
    SourceDenied,
    /// What is relayed could not be read from where it is, which may pass. Nothing was made of it.
    SourceUnavailable,
    /// What is relayed is nothing that can be read as it was asked for. Nothing was made of it.
    SourceRefused,
    /// The object changed while it was downloaded. Nothing was published.
    ObjectChanged,
    /// The bytes that arrived are not the object's. Nothing was published by a download; after an
    /// upload the message says that the object is already public.
    Integrity,
    /// The service tells nothing that the bytes could be verified by. Nothing was moved.
    Unverifiable,
    /// Who reads the bytes that are handed on wants no more of them.
    NobodyReads,
    /// A limit was reached: there are more bytes than can be taken.
    Limit,
    /// The target exists, and overwriting it was forbidden.
    AlreadyExists,
    /// The target is a directory, a device or a pipe.
    TargetNotAFile,
    /// The disk: full, read-only, unreadable, failing.
    Disk,
    /// The part size or the object is out of bounds.
    Layout,
    /// Another transfer is at work on the same target.
    InUse,
    /// The object may be ours or another writer's: the answer to the last request was lost, and
    /// since then an object with other bytes was written there. Nothing was done about it.
    Ambiguous,
    /// The checkpoint that was named is somebody's file, or another transfer's, or of a newer
    /// version. It was left alone.
    Checkpoint,
    /// An upload that had begun could not be remembered by whoever was to. No part of it was sent.
    NotRemembered,
    /// It was cancelled.
    Cancelled,
    /// A fault of ossum itself.
    Internal,
}

/// A transfer that did not succeed. What it left is said at each kind.
///
/// Prints what failed on one line; [`source`](std::error::Error::source) has the cause.
pub struct Error {
    kind: ErrorKind,
    failure: Failure,
    left_upload: Option<Box<UploadId>>,
    safe: Option<Safe>,
    /// Which transfer that is, if it is remembered.
    kept: Option<Box<Transfer>>,
    /// The local file that is read or written.
    file: Option<Box<PathBuf>>,
    /// The part that failed.
    part: Option<PartNumber>,
    /// Whether the upload has become an object all the same.
    is_made: bool,
}

/// What a transfer that failed has left for the next one to continue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Safe {
    /// How many parts are there.
    pub parts: u32,
    /// Of how many.
    pub of: u32,
}

/// Errors of the rooms below say everything themselves, so they stand for the transfer's.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Client(#[from] ossum_client::Error),
    #[error(transparent)]
    Disk(#[from] ossum_durable::Error),
    #[error(transparent)]
    Checkpoint(#[from] ossum_checkpoint::Error),
    #[error(transparent)]
    Layout(#[from] LayoutError),
    #[error(transparent)]
    Source(Box<SourceError>),
    #[error("{message}")]
    Own {
        message: String,
        source: Option<Box<dyn std::error::Error + Send + Sync>>,
    },
}

impl Error {
    fn of(kind: ErrorKind, failure: Failure) -> Self {
        Self {
            kind,
            failure,
            left_upload: None,
            safe: None,
            kept: None,
            file: None,
            part: None,
            is_made: false,
        }
    }

    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        let message = message.into();
        let failure = Failure::Own {
            message,
            source: None,
        };
        Self::of(kind, failure)
    }

    /// The same error with what caused it, if it has none yet.
    pub(crate) fn with_cause(
        mut self,
        cause: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        if let Failure::Own { source, .. } = &mut self.failure {
            source.get_or_insert(cause.into());
        }
        self
    }

    pub(crate) fn cancelled() -> Self {
        Self::new(ErrorKind::Cancelled, "cancelled")
    }

    /// The same error, with an upload that could not be aborted.
    pub(crate) fn leaving(self, upload_id: UploadId) -> Self {
        Self {
            left_upload: Some(Box::new(upload_id)),
            ..self
        }
    }

    /// The upload that is left on the service, where its parts are billed: it could not be aborted.
    pub fn left_upload(&self) -> Option<&UploadId> {
        self.left_upload.as_deref()
    }

    /// The same error, of an upload that has become an object, or may have.
    pub(crate) fn of_made(self) -> Self {
        Self {
            is_made: true,
            ..self
        }
    }

    /// The error that what the service has is not what was sent. Nothing is public.
    pub(crate) fn damage(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Integrity, message)
    }

    /// Whether it says that, and nothing is public.
    pub(crate) fn is_damage(&self) -> bool {
        self.kind == ErrorKind::Integrity && !self.is_made
    }

    /// Whether there is no upload any more because it became an object.
    pub(crate) fn is_made(&self) -> bool {
        let stored = ErrorKind::Service(ossum_client::ErrorKind::CallbackFailed);
        self.is_made || self.kind == stored
    }

    /// The same error, with what the next transfer continues with.
    pub(crate) fn keeping(self, safe: Safe) -> Self {
        Self {
            safe: Some(safe),
            ..self
        }
    }

    /// The same error, with the transfer that the next one continues.
    pub(crate) fn of_kept(self, transfer: &Transfer) -> Self {
        Self {
            kept: Some(Box::new(transfer.clone())),
            ..self
        }
    }

    /// The unfinished transfer that is [kept](Self::safe), as its checkpoint names it.
    pub fn kept(&self) -> Option<&Transfer> {
        self.kept.as_deref()
    }

    /// The same error, of a transfer that reads or writes a file.
    pub(crate) fn of_file(self, file: &Path) -> Self {
        Self {
            file: Some(Box::new(file.to_owned())),
            ..self
        }
    }

    /// The same error, of a part.
    pub(crate) fn of_part(self, number: Option<PartNumber>) -> Self {
        Self {
            part: number,
            ..self
        }
    }

    /// The local file that was read or written, as it was named; `None` where there is none.
    pub fn file(&self) -> Option<&Path> {
        self.file.as_ref().map(|file| file.as_path())
    }

    /// The part that failed, if a part did. Of a transfer that has only one, none is told.
    pub fn part(&self) -> Option<PartNumber> {
        self.part
    }

    /// What is kept for the next transfer of the same kind; `None` if that begins anew.
    pub fn safe(&self) -> Option<Safe> {
        self.safe
    }

    /// Whether the same transfer, begun again, continues where this one ended.
    ///
    /// That it may fail for the same reason is another matter: the [kind](Self::kind) tells.
    pub fn is_resumable(&self) -> bool {
        self.safe.is_some()
    }

    /// What changed, if that is the reason.
    pub(crate) fn is_change(&self) -> Option<Restarted> {
        match self.kind {
            ErrorKind::SourceChanged => Some(Restarted::SourceChanged),
            ErrorKind::ObjectChanged => Some(Restarted::ObjectChanged),
            _ => None,
        }
    }

    /// What went wrong, as far as a caller would act on it.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// What the disk said, if it was one.
    pub fn disk(&self) -> Option<&ossum_durable::Error> {
        match &self.failure {
            Failure::Disk(error) => Some(error),
            _ => None,
        }
    }

    /// What the service or network said, if it was one of them.
    pub fn client(&self) -> Option<&ossum_client::Error> {
        match &self.failure {
            Failure::Client(error) => Some(error),
            _ => None,
        }
    }
}

impl From<ossum_client::Error> for Error {
    fn from(error: ossum_client::Error) -> Self {
        Self::of(ErrorKind::Service(error.kind()), error.into())
    }
}

impl From<ossum_durable::Error> for Error {
    fn from(error: ossum_durable::Error) -> Self {
        let kind = match &error {
            ossum_durable::Error::AlreadyExists { .. } => ErrorKind::AlreadyExists,
            ossum_durable::Error::NotAFile { .. } => ErrorKind::TargetNotAFile,
            _ => ErrorKind::Disk,
        };
        Self::of(kind, error.into())
    }
}

impl From<ossum_checkpoint::Error> for Error {
    fn from(error: ossum_checkpoint::Error) -> Self {
        use ossum_checkpoint::Error as Checkpoint;
        let kind = match &error {
            Checkpoint::InUse { .. } => ErrorKind::InUse,
            Checkpoint::Foreign { .. } | Checkpoint::Newer { .. } => ErrorKind::Checkpoint,
            Checkpoint::Refused { .. } => ErrorKind::Internal,
            _ => ErrorKind::Disk,
        };
        Self::of(kind, error.into())
    }
}

impl From<SourceError> for Error {
    fn from(error: SourceError) -> Self {
        let kind = match error.trouble() {
            SourceTrouble::Missing => ErrorKind::SourceMissing,
            SourceTrouble::Changed => ErrorKind::SourceChanged,
            SourceTrouble::Denied => ErrorKind::SourceDenied,
            SourceTrouble::Unavailable => ErrorKind::SourceUnavailable,
            SourceTrouble::Refused => ErrorKind::SourceRefused,
        };
        Self::of(kind, Failure::Source(Box::new(error)))
    }
}

impl From<LayoutError> for Error {
    fn from(error: LayoutError) -> Self {
        Self::of(ErrorKind::Layout, error.into())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.failure.fmt(f)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.failure.source()
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {:?}", self.kind, self.failure)
    }
}

/// A path on one line, whatever is in its name.
pub(crate) fn shown(path: &Path) -> String {
    path.to_string_lossy().escape_debug().to_string()
}

/// The URL of an object on one line, whatever is in its key.
pub(crate) fn shown_url(url: &ObjectUrl) -> String {
    url.to_string().escape_debug().to_string()
}
