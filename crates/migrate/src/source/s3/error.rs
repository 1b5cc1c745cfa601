use std::fmt;

/// Why something of S3 could not be had.
#[derive(Debug, thiserror::Error)]
#[error("{action} {subject}: {}", kind.phrase())]
pub struct S3Error {
    /// What was being done: `list`, `read`.
    pub action: &'static str,
    /// To what, as a user writes it.
    pub subject: String,
    /// What went wrong, as far as a caller would act on it.
    pub kind: S3ErrorKind,
    /// What is behind it.
    #[source]
    pub cause: Cause,
}

/// What a caller may do something about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum S3ErrorKind {
    /// There is no such object, or no such bucket.
    NotFound,
    /// The service does not let these credentials do this.
    Denied,
    /// It is not what it was when it was listed.
    Changed,
    /// The service asks to slow down, or fails. Retries are used up.
    Unavailable,
    /// No connection, or a broken one. Retries are used up.
    Network,
    /// No credentials could be had.
    Credentials,
    /// No request can carry the name.
    Name,
    /// The answer is none that its documentation has.
    Malformed,
    /// The service refuses the request as it is.
    Refused,
}

/// What is behind a failure, on one line.
#[derive(Debug)]
pub struct Cause(pub(crate) String);

impl S3ErrorKind {
    fn phrase(self) -> &'static str {
        match self {
            Self::NotFound => "there is no such thing",
            Self::Denied => "the service denies it",
            Self::Changed => "it is not as it was",
            Self::Unavailable => "the service is unavailable",
            Self::Network => "the network failed",
            Self::Credentials => "no credentials could be had",
            Self::Name => "no request can carry its name",
            Self::Malformed => "the service gave an unexpected answer",
            Self::Refused => "the service refuses the request",
        }
    }

    /// One word for it, as ledgers and JSON have it.
    pub fn word(self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::Denied => "denied",
            Self::Changed => "changed",
            Self::Unavailable => "unavailable",
            Self::Network => "network",
            Self::Credentials => "credentials",
            Self::Name => "bad_name",
            Self::Malformed => "malformed_answer",
            Self::Refused => "refused",
        }
    }

    /// Whether the same may succeed later.
    pub fn may_pass(self) -> bool {
        matches!(
            self,
            Self::Unavailable | Self::Network | Self::Credentials | Self::Malformed
        )
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.escape_debug())
    }
}

impl std::error::Error for Cause {}
