use std::io;

use http::{HeaderName, HeaderValue, StatusCode};

/// An error answer of OSS: status, code, message and what else the code carries.
///
/// Codes, statuses and messages are those of the official documentation of OSS error codes.
#[derive(Debug, Clone)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    pub(crate) code: &'static str,
    pub(crate) message: String,
    /// Further elements of the error document, in order.
    pub(crate) details: Vec<(&'static str, String)>,
    /// Further headers of the answer.
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    ec: Option<&'static str>,
}

impl Refusal {
    pub(crate) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            details: Vec::new(),
            headers: Vec::new(),
            ec: None,
        }
    }

    /// Adds an element to the error document.
    pub(crate) fn detail(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.details.push((name, value.into()));
        self
    }

    /// Adds a header to the answer.
    pub(crate) fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// Names the exact cause where OSS tells several causes of one code apart.
    pub(crate) fn cause(mut self, ec: &'static str) -> Self {
        self.ec = Some(ec);
        self
    }

    /// The EC of the answer: the published one of this cause, or a neutral one.
    pub(crate) fn ec(&self) -> &'static str {
        self.ec.unwrap_or_else(|| published_ec(self.code))
    }
}

/// The EC that the official documentation of error codes publishes for `code`.
///
/// OSS has one EC for each cause; where none is published a client sees zeros, never a guess.
fn published_ec(code: &str) -> &'static str {
    match code {
        "SignatureDoesNotMatch" => "0002-00000040",
        "RequestTimeTooSkewed" => "0002-00000504",
        "InvalidAccessKeyId" => "0002-00000902",
        "AccessDenied" => "0003-00000001",
        "NoSuchBucket" => "0015-00000101",
        "InvalidObjectName" => "0016-00000005",
        "MissingArgument" => "0016-00000502",
        "NoSuchKey" => "0026-00000001",
        "MalformedXML" => "0042-00000205",
        _ => "0000-00000000",
    }
}

/// The refusals that several operations share.
impl Refusal {
    pub(crate) fn no_such_bucket(bucket: &str) -> Self {
        let message = "The specified bucket does not exist.";
        Self::new(StatusCode::NOT_FOUND, "NoSuchBucket", message).detail("BucketName", bucket)
    }

    pub(crate) fn no_such_key(key: &str) -> Self {
        let message = "The specified key does not exist.";
        Self::new(StatusCode::NOT_FOUND, "NoSuchKey", message).detail("Key", key)
    }

    pub(crate) fn no_such_upload(upload_id: &str) -> Self {
        let message = "The specified upload does not exist. The upload ID may be invalid, \
                       or the upload may have been aborted or completed.";
        Self::new(StatusCode::NOT_FOUND, "NoSuchUpload", message).detail("UploadId", upload_id)
    }

    pub(crate) fn already_exists() -> Self {
        let message = "The object you specified already exists and can not be overwritten.";
        Self::new(StatusCode::CONFLICT, "FileAlreadyExists", message)
    }

    pub(crate) fn argument(name: &'static str, value: &str, message: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "InvalidArgument", message)
            .detail("ArgumentName", name)
            .detail("ArgumentValue", value)
    }

    pub(crate) fn missing_argument(name: &'static str) -> Self {
        let message = "Missing Some Required Arguments.";
        Self::new(StatusCode::BAD_REQUEST, "MissingArgument", message).detail("ArgumentName", name)
    }

    pub(crate) fn not_appendable() -> Self {
        let message = "The object is not appendable";
        Self::new(StatusCode::CONFLICT, "ObjectNotAppendable", message)
    }

    pub(crate) fn access_denied(message: &str) -> Self {
        Self::new(StatusCode::FORBIDDEN, "AccessDenied", message)
    }

    pub(crate) fn not_implemented(what: &str) -> Self {
        let message = format!("This server does not implement {what}.");
        Self::new(StatusCode::NOT_IMPLEMENTED, "NotImplemented", message)
    }

    pub(crate) fn malformed_xml() -> Self {
        let message = "The XML you provided was not well-formed or did not validate \
                       against our published schema.";
        Self::new(StatusCode::BAD_REQUEST, "MalformedXML", message)
    }

    pub(crate) fn precondition_failed(condition: &'static str) -> Self {
        let message = "At least one of the pre-conditions you specified did not hold.";
        Self::new(
            StatusCode::PRECONDITION_FAILED,
            "PreconditionFailed",
            message,
        )
        .detail("Condition", condition)
    }

    pub(crate) fn too_large(len: u64, limit: u64) -> Self {
        let message = "Your proposed upload exceeds the maximum allowed size.";
        Self::new(StatusCode::BAD_REQUEST, "EntityTooLarge", message)
            .detail("ProposedSize", len.to_string())
            .detail("MaxSizeAllowed", limit.to_string())
    }

    /// The store could not read or write; the cause goes to the log, not to the client.
    pub(crate) fn storage(doing: &str, cause: &io::Error) -> Self {
        tracing::error!(%cause, "{doing} failed");
        let message = "Please contact the server administrator: its storage failed.";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "InternalError", message)
    }
}
