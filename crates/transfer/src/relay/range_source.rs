use std::fmt;
use std::io;
use std::pin::Pin;
use std::sync::Arc;

use ossum_client::op::{ObjectHeaders, ObjectInfo};
use ossum_client::{Arriving, ErrorKind as ClientErrorKind};
use ossum_types::{ByteRange, Crc64};

use crate::modified;

/// The bytes of a range as they arrive. Errors are [`SourceError`]s, turned into [`io::Error`]s.
pub type SourceBytes = Arriving;

/// What a source finds out.
pub type SourceFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, SourceError>> + Send + 'a>>;

/// The bytes of one object that is as it was found, range by range, as often as they are asked for.
///
/// Whoever gives them goes on by itself where a connection breaks, and gives an error when that is of
/// no use any more.
pub trait RangeSource: fmt::Debug + Send + Sync + 'static {
    /// The size of the whole in bytes.
    fn size(&self) -> u64;

    /// Begins to read a range of it: exactly those bytes arrive, or an error does.
    ///
    /// If the object is another one by now, that is [`SourceTrouble::Changed`].
    fn open(&self, range: ByteRange) -> SourceBytes;

    /// What is known of the object beside its bytes. Asks nobody if a range was read before.
    fn kept_with(&self) -> SourceFuture<'_, KeptWith>;

    /// Finds that the object is still what it was found to be, where reading it did not show that.
    fn check_unchanged(&self) -> SourceFuture<'_, ()>;

    /// The same source with connections of its own, for a thread with a runtime of its own.
    fn for_worker(&self) -> Arc<dyn RangeSource>;
}

/// What a source tells of an object beside its bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeptWith {
    /// The CRC-64 of the whole, as the source computed it when the object was made.
    pub crc64: Option<Crc64>,
    /// What an object made of it is to keep.
    pub headers: ObjectHeaders,
    /// When a file was last modified, in nanoseconds since 1970.
    pub modified_ns: Option<i128>,
}

impl KeptWith {
    /// What an answer of OSS tells; tags are not among it.
    pub fn of(info: &ObjectInfo) -> Self {
        Self {
            crc64: info.crc64,
            headers: info.kept_with(),
            modified_ns: None,
        }
    }

    /// All of it as an object keeps it, the time of modification in its metadata.
    pub fn into_headers(self) -> ObjectHeaders {
        let mut headers = self.headers;
        let is_given = headers
            .metadata
            .iter()
            .any(|(name, _)| modified::is_name(name));
        if let Some(nanos) = self.modified_ns.filter(|_| !is_given) {
            headers.metadata.push(modified::metadata(nanos));
        }
        headers
    }
}

/// A source that could not be read.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct SourceError {
    trouble: SourceTrouble,
    message: Box<str>,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// What a caller may do about a source that could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SourceTrouble {
    /// It is not there.
    Missing,
    /// It is another one than was found.
    Changed,
    /// It may not be read: credentials, permissions, an archive.
    Denied,
    /// The network, the service, or a disk that does not answer: it may pass.
    Unavailable,
    /// What was asked for cannot be, as it was asked for.
    Refused,
}

impl SourceError {
    /// `message` says what was tried on what.
    pub fn new(trouble: SourceTrouble, message: impl Into<String>) -> Self {
        Self {
            trouble,
            message: message.into().into(),
            source: None,
        }
    }

    /// The same error with what caused it.
    #[must_use]
    pub fn with_cause(self, cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self {
            source: Some(cause.into()),
            ..self
        }
    }

    /// What may be done about it.
    pub fn trouble(&self) -> SourceTrouble {
        self.trouble
    }
}

impl From<ossum_client::Error> for SourceError {
    fn from(error: ossum_client::Error) -> Self {
        let trouble = trouble_of(error.kind());
        Self::new(trouble, "the source could not be read").with_cause(error)
    }
}

impl From<SourceError> for io::Error {
    fn from(error: SourceError) -> Self {
        Self::other(error)
    }
}

fn trouble_of(kind: ClientErrorKind) -> SourceTrouble {
    use ClientErrorKind as Kind;
    match kind {
        Kind::NoSuchKey | Kind::NoSuchBucket => SourceTrouble::Missing,
        Kind::PreconditionFailed | Kind::InvalidRange => SourceTrouble::Changed,
        Kind::Denied | Kind::WrongRegion | Kind::Archived | Kind::Credentials => {
            SourceTrouble::Denied
        }
        Kind::Refused | Kind::Settings | Kind::Conflict => SourceTrouble::Refused,
        _ => SourceTrouble::Unavailable,
    }
}
