use ossum_client::ErrorKind as ClientErrorKind;
use ossum_transfer::{Error, ErrorKind, SourceError, SourceTrouble};

use crate::ledger::Cause;

/// Whether to try a row again may be of use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outlook {
    /// It may.
    MayPass,
    /// It fails whenever it is tried, until somebody changes something.
    Never,
}

/// Why a row failed, and whether it would again.
#[derive(Debug, Clone)]
pub(crate) struct Failure {
    pub(crate) cause: Cause,
    pub(crate) outlook: Outlook,
    /// Whether every other row is likely to fail for the same reason.
    pub(crate) is_everybodys: bool,
}

impl Failure {
    /// `None` for one that is none of the row's: it was cancelled.
    pub(crate) fn of(error: &Error) -> Option<Self> {
        let (kind, outlook) = match error.kind() {
            ErrorKind::Cancelled => return None,
            ErrorKind::Service(kind) => of_service(kind),
            ErrorKind::SourceChanged | ErrorKind::ObjectChanged => (CHANGED, Outlook::Never),
            ErrorKind::SourceMissing => of_source(SourceTrouble::Missing),
            ErrorKind::SourceDenied => of_source(SourceTrouble::Denied),
            ErrorKind::SourceUnavailable => of_source(SourceTrouble::Unavailable),
            ErrorKind::SourceRefused => of_source(SourceTrouble::Refused),
            ErrorKind::Integrity => ("integrity", Outlook::MayPass),
            ErrorKind::Ambiguous => ("ambiguous", Outlook::MayPass),
            ErrorKind::AlreadyExists => ("already_exists", Outlook::Never),
            ErrorKind::Layout => ("layout", Outlook::Never),
            ErrorKind::NotRemembered => ("ledger", Outlook::MayPass),
            ErrorKind::Disk => ("disk", Outlook::MayPass),
            _ => ("other", Outlook::MayPass),
        };
        Some(Self::new(kind, outlook, error))
    }

    pub(crate) fn of_source(error: &SourceError) -> Self {
        let (kind, outlook) = of_source(error.trouble());
        Self::new(kind, outlook, error)
    }

    pub(crate) fn of_client(error: &ossum_client::Error) -> Self {
        let (kind, outlook) = of_service(error.kind());
        Self::new(kind, outlook, error)
    }

    /// Whether the source is not what was listed.
    pub(crate) fn is_change(&self) -> bool {
        self.cause.kind == CHANGED
    }

    fn new(kind: &str, outlook: Outlook, error: &(dyn std::error::Error + 'static)) -> Self {
        Self {
            cause: Cause::of(kind, error),
            outlook,
            is_everybodys: EVERYBODYS.contains(&kind),
        }
    }

    /// One that no error tells of.
    pub(crate) fn told(kind: &str, outlook: Outlook, message: &str) -> Self {
        Self {
            cause: Cause {
                kind: kind.to_owned(),
                message: message.to_owned(),
            },
            outlook,
            is_everybodys: false,
        }
    }
}

/// What is not what it was.
const CHANGED: &str = "changed";

/// What is likely to befall all rows if it befalls many in a row.
const EVERYBODYS: [&str; 7] = [
    "denied",
    "source_denied",
    "credentials",
    "no_such_bucket",
    "network",
    "source_unavailable",
    "ledger",
];

fn of_source(trouble: SourceTrouble) -> (&'static str, Outlook) {
    match trouble {
        SourceTrouble::Missing => ("source_missing", Outlook::Never),
        SourceTrouble::Changed => (CHANGED, Outlook::Never),
        SourceTrouble::Denied => ("source_denied", Outlook::Never),
        SourceTrouble::Refused => ("source_refused", Outlook::Never),
        _ => ("source_unavailable", Outlook::MayPass),
    }
}

fn of_service(kind: ClientErrorKind) -> (&'static str, Outlook) {
    use ClientErrorKind as Kind;
    match kind {
        Kind::Denied | Kind::WrongRegion | Kind::Archived => ("denied", Outlook::Never),
        Kind::Credentials => ("credentials", Outlook::MayPass),
        Kind::NoSuchBucket => ("no_such_bucket", Outlook::Never),
        Kind::NoSuchKey => ("not_found", Outlook::Never),
        Kind::NoSuchUpload => ("no_such_upload", Outlook::MayPass),
        Kind::PreconditionFailed | Kind::InvalidRange => (CHANGED, Outlook::Never),
        Kind::AlreadyExists | Kind::Conflict => ("conflict", Outlook::Never),
        Kind::Refused | Kind::Settings => ("refused", Outlook::Never),
        Kind::Throttled => ("throttled", Outlook::MayPass),
        Kind::Integrity => ("integrity", Outlook::MayPass),
        _ => ("network", Outlook::MayPass),
    }
}
