//! What can go wrong, told so that a caller can decide.

mod hint;
mod kind;

use std::fmt;
use std::io;

use ossum_client::ServiceError;
use ossum_config::Origin;
use ossum_transfer::Safe;
use ossum_types::{Invalid, UploadId};

pub use self::kind::ErrorKind;

/// What did not succeed. What it left behind is said at each [kind](ErrorKind).
///
/// Prints what failed on one line; [`source`](std::error::Error::source) has the cause, and
/// [`hint`](Self::hint) the next step.
pub struct Error(Box<Failure>);

pub(crate) enum Failure {
    /// A security token without an access key.
    LoneToken,
    /// A name or number makes none.
    Argument(Invalid),
    /// A setting of the client makes none.
    Setting(Invalid),
    Config(ossum_config::Error),
    Transfer(ossum_transfer::Error),
    Thread(io::Error),
    Panicked,
}

impl Error {
    pub(crate) fn lone_token() -> Self {
        Self::of(Failure::LoneToken)
    }

    pub(crate) fn no_thread(error: io::Error) -> Self {
        Self::of(Failure::Thread(error))
    }

    /// What is left to say when a transfer's thread ended without telling how.
    pub(crate) fn panicked() -> Self {
        Self::of(Failure::Panicked)
    }

    fn of(failure: Failure) -> Self {
        Self(Box::new(failure))
    }

    /// What went wrong, as far as a caller would act on it.
    pub fn kind(&self) -> ErrorKind {
        ErrorKind::of(&self.0)
    }

    /// Whether the same transfer, sent again, continues where this one ended.
    ///
    /// That it may fail for the same reason is another matter: the [kind](Self::kind) tells.
    pub fn is_resumable(&self) -> bool {
        self.safe().is_some()
    }

    /// What is kept for the next transfer of the same kind; `None` if that begins anew.
    pub fn safe(&self) -> Option<Safe> {
        self.transfer()?.safe()
    }

    /// What the user can do about it, as one sentence without a full stop.
    pub fn hint(&self) -> Option<String> {
        hint::hint(&self.0)
    }

    /// The upload that is left on the service, where its parts are billed: it could not be aborted.
    pub fn left_upload(&self) -> Option<&UploadId> {
        self.transfer()?.left_upload()
    }

    /// What the service said, if it was the service that said no: its code, and the ID of the
    /// request for its support.
    pub fn service(&self) -> Option<&ServiceError> {
        self.transfer()?.client()?.service()
    }

    fn transfer(&self) -> Option<&ossum_transfer::Error> {
        match &*self.0 {
            Failure::Transfer(error) => Some(error),
            _ => None,
        }
    }
}

impl From<Invalid> for Error {
    fn from(invalid: Invalid) -> Self {
        Self::of(Failure::Argument(invalid))
    }
}

impl From<ossum_config::Error> for Error {
    fn from(error: ossum_config::Error) -> Self {
        match error {
            // What a builder was told was no flag to whoever told it.
            ossum_config::Error::Invalid {
                origin: Origin::Flag(_),
                reason,
            } => Self::of(Failure::Setting(reason)),
            other => Self::of(Failure::Config(other)),
        }
    }
}

impl From<ossum_transfer::Error> for Error {
    fn from(error: ossum_transfer::Error) -> Self {
        Self::of(Failure::Transfer(error))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            Failure::LoneToken => {
                f.write_str("a security token belongs to an access key, and none is given")
            }
            Failure::Argument(invalid) | Failure::Setting(invalid) => invalid.fmt(f),
            Failure::Config(error) => error.fmt(f),
            Failure::Transfer(error) => error.fmt(f),
            Failure::Thread(_) => f.write_str("the system gives no more threads"),
            Failure::Panicked => f.write_str("a callback, or else ossum, panicked"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &*self.0 {
            Failure::Config(error) => error.source(),
            Failure::Transfer(error) => error.source(),
            Failure::Thread(error) => Some(error),
            Failure::LoneToken | Failure::Argument(_) | Failure::Setting(_) | Failure::Panicked => {
                None
            }
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What `main` prints when it returns one: everything there is to say.
        write!(f, "{self} ({:?})", self.kind())?;
        let mut next = std::error::Error::source(self);
        while let Some(cause) = next {
            write!(f, "\n  caused by: {cause}")?;
            next = cause.source();
        }
        if let Some(hint) = self.hint() {
            write!(f, "\n  hint: {hint}")?;
        }
        Ok(())
    }
}
