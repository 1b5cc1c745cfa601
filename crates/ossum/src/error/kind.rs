use ossum_client::ErrorKind as ServiceErrorKind;
use ossum_transfer::ErrorKind as TransferErrorKind;

use super::Failure;

/// What a caller may do something about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A setting of the client is missing or wrong.
    Settings,
    /// Credentials are missing, wrong, or could not be had.
    Credentials,
    /// A URL, size or range of this transfer is none. Nothing was looked at.
    Invalid,
    /// The service or the network said no; the kind says how.
    Service(ServiceErrorKind),
    /// The local source does not exist.
    SourceMissing,
    /// The local source is a directory, a device or a pipe.
    SourceNotAFile,
    /// The local source changed while it was uploaded. Nothing was completed.
    SourceChanged,
    /// The object changed while it was downloaded or copied. Nothing was published.
    ObjectChanged,
    /// The bytes that arrived are not the source's. Nothing was published by a download; after an
    /// upload the message says that the object is already public.
    Integrity,
    /// The service tells nothing that the bytes could be verified by. Nothing was moved.
    Unverifiable,
    /// The destination exists, and replacing it was forbidden.
    AlreadyExists,
    /// The local destination is a directory, a device or a pipe.
    TargetNotAFile,
    /// The disk: full, read-only, unreadable, failing.
    Disk,
    /// The part size or the object is out of bounds.
    Layout,
    /// Another transfer is at work on the same destination.
    InUse,
    /// The object may be ours or another writer's: the answer to the last request was lost, and
    /// since then an object with other bytes was written there. Nothing was done about it.
    Ambiguous,
    /// Where the checkpoint belongs lies somebody's file, or another transfer's, or one of a newer
    /// version. It was left alone.
    Checkpoint,
    /// It was cancelled.
    Cancelled,
    /// A callback panicked, or a fault of ossum itself.
    Internal,
}

impl ErrorKind {
    pub(super) fn of(failure: &Failure) -> Self {
        match failure {
            Failure::Argument(_) => Self::Invalid,
            Failure::Setting(_) => Self::Settings,
            Failure::LoneToken => Self::Credentials,
            Failure::Config(error) => match error.kind() {
                ossum_config::ErrorKind::Credentials => Self::Credentials,
                ossum_config::ErrorKind::Disk => Self::Disk,
                _ => Self::Settings,
            },
            Failure::Transfer(error) => Self::of_transfer(error.kind()),
            Failure::Thread(_) => Self::Disk,
            Failure::Panicked => Self::Internal,
        }
    }

    /// The same word for the same thing, wherever it was found.
    fn of_transfer(kind: TransferErrorKind) -> Self {
        use TransferErrorKind as Kind;
        match kind {
            Kind::Service(ServiceErrorKind::Credentials) => Self::Credentials,
            Kind::Service(ServiceErrorKind::Settings) => Self::Settings,
            Kind::Service(ServiceErrorKind::AlreadyExists) | Kind::AlreadyExists => {
                Self::AlreadyExists
            }
            Kind::Service(kind) => Self::Service(kind),
            Kind::SourceMissing => Self::SourceMissing,
            Kind::SourceNotAFile => Self::SourceNotAFile,
            Kind::SourceChanged => Self::SourceChanged,
            Kind::ObjectChanged => Self::ObjectChanged,
            Kind::Integrity => Self::Integrity,
            Kind::Unverifiable => Self::Unverifiable,
            Kind::TargetNotAFile => Self::TargetNotAFile,
            Kind::Disk => Self::Disk,
            Kind::Layout => Self::Layout,
            Kind::InUse => Self::InUse,
            Kind::Ambiguous => Self::Ambiguous,
            Kind::Checkpoint => Self::Checkpoint,
            Kind::Cancelled => Self::Cancelled,
            // One that is not known here is one that should be: a fault of ossum as well.
            _ => Self::Internal,
        }
    }
}
