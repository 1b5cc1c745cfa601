//! What can go wrong, told so that a caller can decide: the operation, the thing, the kind.

mod fault;
mod hint;
mod service;

use std::fmt;
use std::io;
use std::time::Duration;

pub(crate) use fault::{Fault, Remedy, may_pass};
pub use service::ServiceError;

use ossum_types::{BucketName, ObjectKey, ObjectUrl};

use crate::call::Call;
use crate::operation::Operation;
use crate::retry::RetryBudget;
use crate::transport::TransportErrorKind;

/// What a caller may do something about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The object, or the asked version of it, does not exist.
    NoSuchKey,
    /// The bucket does not exist.
    NoSuchBucket,
    /// The multipart upload was completed, aborted, or never was.
    NoSuchUpload,
    /// The service does not let these credentials do this.
    Denied,
    /// The request was signed for another region than that of the endpoint.
    WrongRegion,
    /// The object is in an archive and not restored.
    Archived,
    /// A condition of the request (`If-Match` and its kin) does not hold.
    PreconditionFailed,
    /// The object exists, and overwriting it was forbidden.
    AlreadyExists,
    /// Something else stands in the way (409).
    Conflict,
    /// The object does not have the asked bytes.
    InvalidRange,
    /// The service asks to slow down. Retries are used up.
    Throttled,
    /// The service fails. Retries are used up.
    Unavailable,
    /// No connection, or a broken one. Retries are used up.
    Network,
    /// This process, or the whole machine, has as many files and sockets open as it may.
    NoSocket,
    /// Nothing moved for too long. Retries are used up.
    Timeout,
    /// Something else answered in place of OSS, such as a proxy or a login page.
    NotOss,
    /// OSS answered something that its documentation does not have.
    Malformed,
    /// The service did not receive what was sent. Retries are used up.
    Integrity,
    /// The service refuses the request as it is.
    Refused,
    /// The object is stored, but the callback failed.
    CallbackFailed,
    /// What was to be sent could not be read.
    Source,
    /// The credentials provider failed.
    Credentials,
    /// The client's settings do not allow the request.
    Settings,
}

impl ErrorKind {
    fn phrase(self) -> &'static str {
        match self {
            Self::NoSuchKey => "no such object",
            Self::NoSuchBucket => "no such bucket",
            Self::NoSuchUpload => "no such upload",
            Self::Denied => "OSS denies it",
            Self::WrongRegion => "the region is not that of the endpoint",
            Self::Archived => "the object is archived",
            Self::PreconditionFailed => "the object is not as expected",
            Self::AlreadyExists => "the object already exists",
            Self::Conflict => "something stands in the way",
            Self::InvalidRange => "the object has no such bytes",
            Self::Throttled => "OSS asks to slow down",
            Self::Unavailable => "OSS is unavailable",
            Self::Network => "the network failed",
            Self::NoSocket => "this machine gives no more sockets",
            Self::Timeout => "nothing moved for too long",
            Self::NotOss => "something else answered in place of OSS",
            Self::Malformed => "OSS gave an unexpected answer",
            Self::Integrity => "the bytes were damaged on their way",
            Self::Refused => "OSS refuses the request",
            Self::CallbackFailed => "the object is stored, but its callback failed",
            Self::Source => "the source could not be read",
            Self::Credentials => "no credentials could be had",
            Self::Settings => "the settings do not allow it",
        }
    }
}

/// An operation that failed for good.
///
/// Prints what was tried, on what, and how it ended, on one line; [`source`](std::error::Error::source)
/// has the cause.
pub struct Error(Box<Failure>);

struct Failure {
    operation: Operation,
    subject: String,
    bucket: Option<BucketName>,
    key: Option<ObjectKey>,
    kind: ErrorKind,
    attempts: u32,
    elapsed: Duration,
    may_have_been_done: bool,
    cause: Fault,
}

impl Error {
    pub(crate) fn new(call: &Call, spent: &RetryBudget, answer_lost: bool, cause: Fault) -> Self {
        Self(Box::new(Failure {
            operation: call.operation,
            subject: subject(call),
            bucket: call.bucket.clone(),
            key: call.key.clone(),
            kind: cause.kind(),
            attempts: spent.attempts(),
            elapsed: spent.elapsed(),
            may_have_been_done: answer_lost || cause.may_have_been_done(),
            cause,
        }))
    }

    /// What went wrong, as far as a caller would act on it.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The operation that failed.
    pub fn operation(&self) -> Operation {
        self.0.operation
    }

    /// The object that it was about, if it was about one.
    pub fn object(&self) -> Option<ObjectUrl> {
        Some(ObjectUrl {
            bucket: self.0.bucket.clone()?,
            key: self.0.key.clone()?,
        })
    }

    /// How many HTTP requests were made for it.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// What the service said, if it was the service that said no.
    pub fn service(&self) -> Option<&ServiceError> {
        match &self.0.cause {
            Fault::Service(error) => Some(error),
            _ => None,
        }
    }

    /// How the network failed, if it was the network.
    pub fn transport(&self) -> Option<TransportErrorKind> {
        match &self.0.cause {
            Fault::Transport(error) => Some(error.kind()),
            _ => None,
        }
    }

    /// The local failure to read what was to be sent.
    ///
    /// # Errors
    /// The error itself if it is another one.
    pub fn into_source(self) -> Result<io::Error, Self> {
        match *self.0 {
            Failure {
                cause: Fault::Source(error),
                ..
            } => Ok(error),
            other => Err(Self(Box::new(other))),
        }
    }

    /// Whether the service may have carried the operation out all the same.
    ///
    /// True when the answer to any attempt was lost: a later attempt's refusal ("no such upload",
    /// "already exists") can then be the echo of an earlier success.
    pub fn may_have_been_done(&self) -> bool {
        self.0.may_have_been_done
    }

    /// What the user can do about it, as one sentence without a full stop.
    pub fn hint(&self) -> Option<String> {
        hint::hint(self)
    }
}

/// The thing an operation is about, as it stands in a message: `part 7 of oss://logs/a.tar`.
fn subject(call: &Call) -> String {
    let url = match (&call.bucket, &call.key) {
        (Some(bucket), Some(key)) => format!("oss://{bucket}/{}", key.as_str().escape_debug()),
        (Some(bucket), None) => format!("oss://{bucket}"),
        // Its query is a secret, and its path need not be that of a key.
        _ if call.signed_url.is_some() => "what a signed URL leads to".to_owned(),
        _ => "this account".to_owned(),
    };
    match call.part {
        Some(part) => format!("part {part} of {url}"),
        None => url,
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Failure {
            operation,
            subject,
            kind,
            ..
        } = &*self.0;
        write!(f, "{} {subject}: {}", operation.verb(), kind.phrase())?;
        if self.0.attempts > 1 {
            let elapsed = humantime_seconds(self.0.elapsed);
            write!(f, " after {} attempts in {elapsed}", self.0.attempts)?;
        }
        Ok(())
    }
}

/// Whole seconds are enough for a message.
fn humantime_seconds(elapsed: Duration) -> String {
    match elapsed.as_secs() {
        0 => "less than a second".to_owned(),
        seconds => format!("{seconds}s"),
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}: {}", self.0.cause)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0.cause)
    }
}
