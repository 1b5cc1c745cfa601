//! Reads the headers of answers.

use std::str::FromStr;

use http::{HeaderMap, HeaderName};
use ossum_types::ETag;

use crate::error::Fault;

pub(super) const CRC64: HeaderName = HeaderName::from_static("x-oss-hash-crc64ecma");
pub(super) const NEXT_APPEND_POSITION: HeaderName =
    HeaderName::from_static("x-oss-next-append-position");
pub(super) const VERSION_ID: HeaderName = HeaderName::from_static("x-oss-version-id");

/// A header as text, if it is there and is text.
pub(super) fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    str::from_utf8(headers.get(name)?.as_bytes()).ok()
}

/// A header as a value; `None` if it is absent.
///
/// # Errors
/// [`Fault::Malformed`] if it is there and no such value: then the whole answer is doubtful.
pub(super) fn value<T: FromStr>(
    headers: &HeaderMap,
    name: &HeaderName,
) -> Result<Option<T>, Fault> {
    let Some(text) = text(headers, name) else {
        return Ok(None);
    };
    match text.parse() {
        Ok(value) => Ok(Some(value)),
        Err(_) => Err(Fault::Malformed(format!(
            "the answer's header {name} is damaged"
        ))),
    }
}

/// The ETag, which every answer about an object or part must have.
pub(super) fn etag(headers: &HeaderMap) -> Result<ETag, Fault> {
    value(headers, &http::header::ETAG)?
        .ok_or_else(|| Fault::Malformed("the answer has no ETag".to_owned()))
}
