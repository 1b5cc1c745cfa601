use std::io;
use std::time::Duration;

use http::StatusCode;
use ossum_types::{Crc64, Invalid};

use super::{ErrorKind, ServiceError};
use crate::auth::{CredentialsError, PresignError};
use crate::transport::{TransportError, TransportErrorKind};

/// Why one attempt failed. Classified here, once, from status, code and kind, never from a text.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    #[error(transparent)]
    Service(Box<ServiceError>),
    #[error(transparent)]
    Transport(#[from] TransportError),
    #[error("a {content_type} answer with status {status} did not come from OSS")]
    NotOss {
        status: StatusCode,
        content_type: String,
    },
    /// OSS answered, but not what the operation promises.
    #[error("{0}")]
    Malformed(String),
    #[error("OSS received bytes with CRC-64 {received}, but {sent} was sent")]
    Corrupted { sent: Crc64, received: Crc64 },
    #[error("the object is not the one that was asked for: another has taken its place")]
    Changed,
    #[error(transparent)]
    Source(io::Error),
    #[error(transparent)]
    Credentials(#[from] CredentialsError),
    #[error(transparent)]
    Invalid(#[from] Invalid),
    #[error(transparent)]
    Presign(#[from] PresignError),
    #[error("{0}")]
    Settings(&'static str),
}

/// What may be done about a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Remedy {
    /// Nothing: the next attempt would fail the same way.
    None,
    /// Another attempt after a wait, at least as long as asked.
    Wait(Option<Duration>),
    /// Another attempt at once, over a new connection: the old one had been closed while idle, or
    /// was too slow.
    Reconnect,
    /// Another attempt at once: the answer broke off before it said why.
    AskAgain,
    /// Another attempt at once, with the service's clock.
    LearnClock,
    /// Another attempt at once, with new credentials.
    RenewCredentials,
}

const TOKEN_CODES: [&str; 2] = ["SecurityTokenExpired", "InvalidSecurityToken"];
const DENIED_CODES: [&str; 4] = [
    "AccessDenied",
    "InvalidAccessKeyId",
    "SignatureDoesNotMatch",
    "FileImmutable",
];

impl Fault {
    pub(crate) fn kind(&self) -> ErrorKind {
        match self {
            Self::Service(error) => service_kind(error),
            Self::Transport(error) => match error.kind() {
                TransportErrorKind::Timeout => ErrorKind::Timeout,
                TransportErrorKind::NoSocket => ErrorKind::NoSocket,
                _ => ErrorKind::Network,
            },
            Self::NotOss { .. } => ErrorKind::NotOss,
            Self::Malformed(_) => ErrorKind::Malformed,
            Self::Corrupted { .. } => ErrorKind::Integrity,
            Self::Changed => ErrorKind::PreconditionFailed,
            Self::Source(_) => ErrorKind::Source,
            Self::Credentials(_) => ErrorKind::Credentials,
            Self::Invalid(_) | Self::Presign(_) | Self::Settings(_) => ErrorKind::Settings,
        }
    }

    pub(crate) fn remedy(&self) -> Remedy {
        match self {
            Self::Service(error) => service_remedy(error),
            Self::Transport(error) => match error.kind() {
                TransportErrorKind::Stale | TransportErrorKind::Slow => Remedy::Reconnect,
                TransportErrorKind::Tls
                | TransportErrorKind::ProxyRefused
                | TransportErrorKind::NoSocket => Remedy::None,
                _ => Remedy::Wait(None),
            },
            // A proxy that forbids, or wants to be logged in to, has decided.
            Self::NotOss { status, .. } if !status.is_success() => Remedy::None,
            Self::NotOss { .. } | Self::Malformed(_) | Self::Corrupted { .. } => Remedy::Wait(None),
            Self::Changed
            | Self::Source(_)
            | Self::Credentials(_)
            | Self::Invalid(_)
            | Self::Presign(_)
            | Self::Settings(_) => Remedy::None,
        }
    }

    /// Whether the service refused the request for being one of too many, whatever it asked for.
    pub(crate) fn is_refusal(&self) -> bool {
        match self {
            Self::Service(error) => {
                is_throttling(error) || error.status == StatusCode::SERVICE_UNAVAILABLE
            }
            _ => false,
        }
    }

    /// Whether the service may have carried the request out although no answer says so.
    pub(crate) fn may_have_been_done(&self) -> bool {
        match self {
            Self::Service(error) => error.status.is_server_error() || error.status.is_success(),
            Self::Transport(error) => !error.kind().is_before_sending(),
            Self::NotOss { .. } | Self::Malformed(_) | Self::Corrupted { .. } => true,
            Self::Changed
            | Self::Source(_)
            | Self::Credentials(_)
            | Self::Invalid(_)
            | Self::Presign(_)
            | Self::Settings(_) => false,
        }
    }
}

/// Whether a status says by itself that the same request may succeed later, whoever answered.
pub(crate) fn may_pass(status: StatusCode) -> bool {
    status.is_server_error()
        || status == StatusCode::TOO_MANY_REQUESTS
        || status == StatusCode::REQUEST_TIMEOUT
}

fn is_throttling(error: &ServiceError) -> bool {
    let code = error.code.as_deref().unwrap_or_default();
    error.status == StatusCode::TOO_MANY_REQUESTS
        || code == "SlowDown"
        || code.contains("QosLimit")
        || code.ends_with("TrafficRateLimitExceeded")
}

fn service_kind(error: &ServiceError) -> ErrorKind {
    // A failed callback is 203: the object is stored (official documentation of Callback).
    if error.status == StatusCode::NON_AUTHORITATIVE_INFORMATION {
        return ErrorKind::CallbackFailed;
    }
    // Said with a detailed code only (official documentation of EC 0002-00000226): the code beside
    // it is that of any invalid argument.
    if error.ec.as_deref() == Some("0002-00000226") {
        return ErrorKind::WrongRegion;
    }
    if let Some(kind) = error.code.as_deref().and_then(kind_of_code) {
        return kind;
    }
    if is_throttling(error) {
        return ErrorKind::Throttled;
    }
    if !error.is_from_oss() && !may_pass(error.status) {
        return ErrorKind::NotOss;
    }
    match error.status.as_u16() {
        304 | 412 => ErrorKind::PreconditionFailed,
        401 | 403 => ErrorKind::Denied,
        404 => ErrorKind::NoSuchKey,
        // A delete marker that is asked for by its version (official documentation of GetObject).
        405 if error.delete_marker => ErrorKind::NoSuchKey,
        409 => ErrorKind::Conflict,
        416 => ErrorKind::InvalidRange,
        501 => ErrorKind::Refused,
        408 | 500..=599 => ErrorKind::Unavailable,
        _ => ErrorKind::Refused,
    }
}

fn kind_of_code(code: &str) -> Option<ErrorKind> {
    if DENIED_CODES.contains(&code) || TOKEN_CODES.contains(&code) {
        return Some(ErrorKind::Denied);
    }
    Some(match code {
        "NoSuchKey" | "SymlinkTargetNotExist" | "NoSuchVersion" => ErrorKind::NoSuchKey,
        "NoSuchBucket" => ErrorKind::NoSuchBucket,
        "NoSuchUpload" => ErrorKind::NoSuchUpload,
        "RequestTimeTooSkewed" => ErrorKind::Denied,
        "InvalidObjectState" => ErrorKind::Archived,
        "FileAlreadyExists" => ErrorKind::AlreadyExists,
        // The last two come with status 200 too, once an answer has begun.
        "RequestTimeout" | "BadRequest" | "InternalError" | "ServiceUnavailable" => {
            ErrorKind::Unavailable
        }
        _ => return None,
    })
}

fn service_remedy(error: &ServiceError) -> Remedy {
    if error.is(&["RequestTimeTooSkewed"]) {
        return Remedy::LearnClock;
    }
    if error.is(&TOKEN_CODES) {
        return Remedy::RenewCredentials;
    }
    match service_kind(error) {
        ErrorKind::Throttled | ErrorKind::Unavailable => Remedy::Wait(error.asked_wait),
        // The code is what tells a clock or a token, which can be put right, from a refusal.
        _ if error.is_cut_off && error.code.is_none() && error.status.is_client_error() => {
            Remedy::AskAgain
        }
        _ => Remedy::None,
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;

    use super::*;

    fn service(status: u16, code: &str) -> Fault {
        let body = format!("<Error><Code>{code}</Code></Error>");
        let status = StatusCode::from_u16(status).unwrap();
        let error = ServiceError::read(status, &HeaderMap::new(), body.as_bytes());
        Fault::Service(Box::new(error))
    }

    #[test]
    fn what_the_service_says_is_classified_by_code_then_status() {
        for (status, code, kind, remedy) in [
            (400, "InvalidArgument", ErrorKind::Refused, Remedy::None),
            (
                400,
                "RequestTimeout",
                ErrorKind::Unavailable,
                Remedy::Wait(None),
            ),
            (
                403,
                "SignatureDoesNotMatch",
                ErrorKind::Denied,
                Remedy::None,
            ),
            (
                403,
                "SecurityTokenExpired",
                ErrorKind::Denied,
                Remedy::RenewCredentials,
            ),
            (
                403,
                "RequestTimeTooSkewed",
                ErrorKind::Denied,
                Remedy::LearnClock,
            ),
            (403, "InvalidObjectState", ErrorKind::Archived, Remedy::None),
            (404, "NoSuchKey", ErrorKind::NoSuchKey, Remedy::None),
            (404, "NoSuchBucket", ErrorKind::NoSuchBucket, Remedy::None),
            (404, "NoSuchUpload", ErrorKind::NoSuchUpload, Remedy::None),
            (
                409,
                "FileAlreadyExists",
                ErrorKind::AlreadyExists,
                Remedy::None,
            ),
            (409, "BucketNotEmpty", ErrorKind::Conflict, Remedy::None),
            (
                412,
                "PreconditionFailed",
                ErrorKind::PreconditionFailed,
                Remedy::None,
            ),
            (416, "InvalidRange", ErrorKind::InvalidRange, Remedy::None),
            (429, "Whatever", ErrorKind::Throttled, Remedy::Wait(None)),
            (503, "SlowDown", ErrorKind::Throttled, Remedy::Wait(None)),
            (
                503,
                "UploadTrafficRateLimitExceeded",
                ErrorKind::Throttled,
                Remedy::Wait(None),
            ),
            (
                500,
                "InternalError",
                ErrorKind::Unavailable,
                Remedy::Wait(None),
            ),
            (
                203,
                "CallbackFailed",
                ErrorKind::CallbackFailed,
                Remedy::None,
            ),
            // CompleteMultipartUpload can fail after its status has been sent.
            (200, "NoSuchUpload", ErrorKind::NoSuchUpload, Remedy::None),
            (
                200,
                "InternalError",
                ErrorKind::Unavailable,
                Remedy::Wait(None),
            ),
        ] {
            let fault = service(status, code);
            assert_eq!(
                (fault.kind(), fault.remedy()),
                (kind, remedy),
                "{status} {code}"
            );
        }
    }

    #[test]
    fn too_many_requests_are_told_from_what_went_wrong() {
        for (status, code) in [
            (429, "Whatever"),
            (503, "ServiceUnavailable"),
            (503, "SlowDown"),
            (400, "DownloadTrafficRateLimitExceeded"),
        ] {
            assert!(service(status, code).is_refusal(), "{status} {code}");
        }
        assert!(!service(500, "InternalError").is_refusal());
        assert!(!service(403, "AccessDenied").is_refusal());
    }

    #[test]
    fn a_refusal_was_not_carried_out_and_a_failure_may_have_been() {
        assert!(!service(403, "AccessDenied").may_have_been_done());
        assert!(service(503, "ServiceUnavailable").may_have_been_done());
    }
}
