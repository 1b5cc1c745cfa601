use std::error::Error as StdError;
use std::{fmt, io};

/// Why a request did not travel, or its answer did not arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// The host's name has no address.
    Resolve,
    /// No connection could be made.
    Connect,
    /// This process, or the whole machine, has as many files and sockets open as it may.
    NoSocket,
    /// TLS could not be agreed on: certificate, host name, version.
    Tls,
    /// The proxy refused to connect.
    ProxyRefused,
    /// Nothing moved for too long.
    Timeout,
    /// The connection broke, or ended before the answer did.
    Closed,
    /// What moved was far slower than what moves beside it, and was given up for another try.
    Slow,
    /// A connection that had been idle turned out to be closed; nothing was answered on it.
    Stale,
    /// The answer is no HTTP, or exceeds a limit.
    Protocol,
}

impl TransportErrorKind {
    /// Whether it is certain that the service never saw the request.
    pub(crate) fn is_before_sending(self) -> bool {
        matches!(
            self,
            Self::Resolve | Self::Connect | Self::NoSocket | Self::Tls | Self::ProxyRefused
        )
    }
}

/// A failure of the network, or of something on the way that speaks HTTP badly.
#[derive(Debug)]
pub struct TransportError {
    kind: TransportErrorKind,
    message: String,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl TransportError {
    /// A failure of `kind`; `message` says what was being done.
    pub fn new(kind: TransportErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            source: None,
        }
    }

    pub(crate) fn with_source(
        mut self,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        self.source = Some(source.into());
        self
    }

    /// What kind of failure it is.
    pub fn kind(&self) -> TransportErrorKind {
        self.kind
    }

    /// A failure while a request or answer was on a connection that stood.
    pub(crate) fn from_hyper(error: hyper::Error, reused: bool, answered: bool) -> Self {
        let kind = kind_of_hyper(&error, reused && !answered);
        let message = match kind {
            TransportErrorKind::Timeout => "waiting for OSS",
            TransportErrorKind::Stale => "an idle connection had been closed",
            TransportErrorKind::Protocol => "the answer is not valid HTTP",
            _ if answered => "the connection broke while the answer came in",
            _ => "the connection broke before there was an answer",
        };
        Self::new(kind, message).with_source(error)
    }
}

fn kind_of_hyper(error: &hyper::Error, unanswered_reuse: bool) -> TransportErrorKind {
    if let Some(io) = find::<io::Error>(error)
        && io.kind() == io::ErrorKind::TimedOut
    {
        return TransportErrorKind::Timeout;
    }
    if error.is_parse() {
        return TransportErrorKind::Protocol;
    }
    if unanswered_reuse {
        return TransportErrorKind::Stale;
    }
    TransportErrorKind::Closed
}

/// Whether an error says that no more files and sockets may be opened: `EMFILE` or `ENFILE`, which
/// have these numbers on every Unix and no [`io::ErrorKind`].
pub(super) fn is_out_of_sockets(error: &io::Error) -> bool {
    const ENFILE: i32 = 23;
    const EMFILE: i32 = 24;
    matches!(error.raw_os_error(), Some(ENFILE | EMFILE))
}

/// The first error of type `T` in the chain of causes, `error` itself included.
pub(super) fn find<'a, T: StdError + 'static>(
    error: &'a (dyn StdError + 'static),
) -> Option<&'a T> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        // An io::Error made from another error hides it from `source`.
        if let Some(inner) = error
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref)
            && let Some(found) = find_erased(inner)
        {
            return Some(found);
        }
        next = error.source();
    }
    None
}

fn find_erased<'a, T: StdError + 'static>(
    error: &'a (dyn StdError + Send + Sync + 'static),
) -> Option<&'a T> {
    find(error)
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl StdError for TransportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.source {
            Some(source) => Some(source.as_ref()),
            None => None,
        }
    }
}
