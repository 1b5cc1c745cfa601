use std::error::Error as StdError;
use std::ffi::{CStr, c_int};
use std::io;

use http::{HeaderMap, StatusCode};
use ossum_client::transport::{TransportError, TransportErrorKind};
use ossum_client::{ErrorKind as ClientErrorKind, ServiceError};
use ossum_durable::Operation;
use ossum_transfer::ErrorKind;

use super::codes::{
    AOSE_ABORT_CALLBACK, AOSE_CONNECTION_FAILED, AOSE_CRC_INCONSISTENT_ERROR, AOSE_FAILED_CONNECT,
    AOSE_FAILED_VERIFICATION, AOSE_FILE_READ_ERROR, AOSE_FILE_WRITE_ERROR, AOSE_INTERNAL_ERROR,
    AOSE_INVALID_ARGUMENT, AOSE_INVALID_OPERATION, AOSE_NAME_LOOKUP_ERROR, AOSE_OPEN_FILE_ERROR,
    AOSE_REQUEST_TIMEOUT, AOSE_SERVICE_ERROR, CLIENT_ERROR, FILE_ALREADY_EXISTS, HTTP_IO_ERROR,
    INCONSISTENT_ERROR, OPEN_FILE_ERROR, RENAME_FILE_ERROR, UNKNOWN_ERROR, WRITE_FILE_ERROR,
};

/// How a call failed, before C is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failed {
    pub(crate) code: c_int,
    pub(crate) error_code: String,
    pub(crate) message: String,
    pub(crate) request_id: String,
    /// Those of the answer that said so; none where nobody answered.
    pub(crate) headers: Box<HeaderMap>,
}

impl Failed {
    pub(crate) fn new(code: c_int, error_code: &CStr, message: impl Into<String>) -> Self {
        Self {
            code,
            error_code: error_code.to_string_lossy().into_owned(),
            message: message.into(),
            request_id: String::new(),
            headers: Box::default(),
        }
    }

    /// The same after an answer with `headers`.
    pub(crate) fn answered_with(self, headers: &HeaderMap) -> Self {
        let request_id = headers
            .get("x-oss-request-id")
            .map(|id| String::from_utf8_lossy(id.as_bytes()).into_owned());
        Self {
            request_id: request_id.unwrap_or_default(),
            headers: Box::new(headers.clone()),
            ..self
        }
    }

    /// What was asked for cannot be.
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(AOSE_INVALID_ARGUMENT, CLIENT_ERROR, message)
    }

    /// The connection broke in the middle of an answer.
    pub(crate) fn of_transport(error: &TransportError) -> Self {
        Self::new(code_of_transport(error.kind()), HTTP_IO_ERROR, told(error))
    }

    /// A local failure: its `errno`, where there is one.
    pub(crate) fn local(error: &(dyn StdError + 'static), otherwise: c_int, word: &CStr) -> Self {
        Self::new(errno_of(error).unwrap_or(otherwise), word, told(error))
    }
}

impl From<&ossum_client::Error> for Failed {
    fn from(error: &ossum_client::Error) -> Self {
        if let Some(service) = error.service() {
            let own = || told(error);
            return Self {
                code: code_of_service(service),
                error_code: service
                    .code
                    .clone()
                    .unwrap_or_else(|| UNKNOWN_ERROR.to_string_lossy().into_owned()),
                message: service.message.clone().unwrap_or_else(own),
                request_id: service.request_id.clone().unwrap_or_default(),
                headers: Box::new(service.headers.clone()),
            };
        }
        let (code, word) = match (error.kind(), error.transport()) {
            (_, Some(kind)) => (code_of_transport(kind), HTTP_IO_ERROR),
            (ClientErrorKind::Integrity, _) => (AOSE_CRC_INCONSISTENT_ERROR, INCONSISTENT_ERROR),
            (ClientErrorKind::Source, _) => {
                return Self::local(error, AOSE_FILE_READ_ERROR, OPEN_FILE_ERROR);
            }
            (ClientErrorKind::Settings | ClientErrorKind::Credentials, _) => {
                (AOSE_INVALID_ARGUMENT, CLIENT_ERROR)
            }
            // Something else answered, or OSS in a way that it does not.
            _ => (AOSE_SERVICE_ERROR, HTTP_IO_ERROR),
        };
        Self::new(code, word, told(error))
    }
}

/// The status; but where a success came with the document of an error, one that is none. With 203 and
/// `CallbackFailed` the object is stored, which programs have always been told as a success; any other
/// 203 is of somebody on the way.
fn code_of_service(error: &ServiceError) -> c_int {
    let is_stored = error.status == StatusCode::NON_AUTHORITATIVE_INFORMATION
        && error.code.as_deref() == Some("CallbackFailed");
    if error.status.is_success() && !is_stored {
        AOSE_SERVICE_ERROR
    } else {
        error.status.as_u16().into()
    }
}

fn code_of_transport(kind: TransportErrorKind) -> c_int {
    match kind {
        TransportErrorKind::Timeout => AOSE_REQUEST_TIMEOUT,
        TransportErrorKind::Resolve => AOSE_NAME_LOOKUP_ERROR,
        TransportErrorKind::Connect | TransportErrorKind::NoSocket => AOSE_FAILED_CONNECT,
        TransportErrorKind::Tls => AOSE_FAILED_VERIFICATION,
        _ => AOSE_CONNECTION_FAILED,
    }
}

impl From<ossum_transfer::Error> for Failed {
    fn from(error: ossum_transfer::Error) -> Self {
        if let Some(disk) = error.disk() {
            return of_disk(disk);
        }
        if let Some(client) = error.client() {
            return client.into();
        }
        let (code, word) = match error.kind() {
            ErrorKind::SourceMissing | ErrorKind::SourceNotAFile => {
                return Self::local(&error, AOSE_OPEN_FILE_ERROR, OPEN_FILE_ERROR);
            }
            ErrorKind::Integrity | ErrorKind::Unverifiable => {
                (AOSE_CRC_INCONSISTENT_ERROR, INCONSISTENT_ERROR)
            }
            ErrorKind::Disk => return of_disk_below(&error),
            ErrorKind::SourceChanged => (AOSE_FILE_READ_ERROR, INCONSISTENT_ERROR),
            ErrorKind::ObjectChanged | ErrorKind::Ambiguous => {
                (AOSE_SERVICE_ERROR, INCONSISTENT_ERROR)
            }
            ErrorKind::TargetNotAFile => {
                return Self::local(&error, AOSE_FILE_WRITE_ERROR, WRITE_FILE_ERROR);
            }
            // As OSS says it where it is asked.
            ErrorKind::AlreadyExists => (409, FILE_ALREADY_EXISTS),
            ErrorKind::InUse | ErrorKind::Checkpoint => (AOSE_INVALID_OPERATION, CLIENT_ERROR),
            ErrorKind::Layout => (AOSE_INVALID_ARGUMENT, CLIENT_ERROR),
            ErrorKind::Cancelled => (AOSE_ABORT_CALLBACK, CLIENT_ERROR),
            _ => {
                let code = errno_of(&error).unwrap_or(AOSE_INTERNAL_ERROR);
                (code, CLIENT_ERROR)
            }
        };
        Self::new(code, word, told(&error))
    }
}

/// In a call of one request it is never an `errno`, as it has never been one there.
impl From<ossum_durable::Error> for Failed {
    fn from(error: ossum_durable::Error) -> Self {
        let (code, word) = words_of_disk(&error);
        Self::new(code, word, told(&error))
    }
}

fn of_disk(error: &ossum_durable::Error) -> Failed {
    let (code, word) = words_of_disk(error);
    Failed::local(error, code, word)
}

/// What is not the transfer's own file is the source, or the checkpoint.
fn of_disk_below(error: &ossum_transfer::Error) -> Failed {
    let below = causes(error).find_map(|cause| cause.downcast_ref::<ossum_durable::Error>());
    let (code, word) = below.map_or((AOSE_FILE_READ_ERROR, OPEN_FILE_ERROR), words_of_disk);
    Failed::local(error, code, word)
}

fn words_of_disk(error: &ossum_durable::Error) -> (c_int, &'static CStr) {
    use ossum_durable::Error as Disk;
    match error {
        Disk::Io { operation, .. } => match operation {
            Operation::Open | Operation::Create | Operation::Inspect => {
                (AOSE_OPEN_FILE_ERROR, OPEN_FILE_ERROR)
            }
            Operation::Read => (AOSE_FILE_READ_ERROR, OPEN_FILE_ERROR),
            Operation::MoveIntoPlace => (AOSE_FILE_WRITE_ERROR, RENAME_FILE_ERROR),
            _ => (AOSE_FILE_WRITE_ERROR, WRITE_FILE_ERROR),
        },
        _ => (AOSE_FILE_WRITE_ERROR, WRITE_FILE_ERROR),
    }
}

/// What the operating system said, if it was at the bottom of `error`. Never of the 200s, which
/// would look like success.
fn errno_of(error: &(dyn StdError + 'static)) -> Option<c_int> {
    causes(error)
        .filter_map(|cause| cause.downcast_ref::<io::Error>()?.raw_os_error())
        .find(|errno| !(200..300).contains(errno))
}

/// The error with its causes, on one line.
fn told(error: &(dyn StdError + 'static)) -> String {
    let told: Vec<_> = causes(error).map(ToString::to_string).collect();
    told.join(": ")
}

fn causes<'a>(
    error: &'a (dyn StdError + 'static),
) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |error| (*error).source())
}
