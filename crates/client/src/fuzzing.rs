//! What fuzzers feed the readers of answers with, and what holds whatever they read.
//!
//! Every operation goes its whole way, from a request to a result or an error; only the
//! network is missing. The first byte tells which operation it is.

mod asking;
mod canned;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use self::asking::{DOCUMENTS, OBJECTS, Operation};
use self::canned::Canned;
use crate::error::Error;

/// Reads documents: the rest of the bytes is the body of a success.
///
/// # Panics
/// If an error is not fit for a terminal.
pub fn xml(bytes: &[u8]) {
    let (operation, body) = chosen(DOCUMENTS, bytes);
    let answer = Canned {
        status: StatusCode::OK,
        headers: of_oss(),
        body: Bytes::copy_from_slice(body),
    };
    meet(operation, answer);
}

/// Reads what is said of objects: a byte for the status, lines of headers up to an empty one, and a
/// body.
///
/// # Panics
/// If more or fewer bytes come of a body than were promised, or an error is not fit for a terminal.
pub fn headers(bytes: &[u8]) {
    const STATUSES: [u16; 8] = [200, 206, 203, 204, 304, 307, 416, 503];
    let (operation, rest) = chosen(OBJECTS, bytes);
    let (status, rest) = one_of(&STATUSES, rest);
    let mut headers = of_oss();
    headers.insert("etag", HeaderValue::from_static("\"5D41\""));
    let body = read_lines(rest, |line| take_header(&mut headers, line));
    let answer = Canned {
        status: StatusCode::from_u16(*status).expect("a status"),
        headers,
        body: Bytes::copy_from_slice(body),
    };
    meet(operation, answer);
}

/// Reads refusals: two bytes for the status, and a body, which is that of a header as well, as for
/// `HEAD`.
///
/// # Panics
/// If an error is not fit for a terminal, or there is none.
pub fn errors(bytes: &[u8]) {
    let (documents, rest) = one_of(&[DOCUMENTS, OBJECTS], bytes);
    let (operation, rest) = chosen(documents, rest);
    let (high, rest) = one_of(&[3_u16, 4, 5, 9], rest);
    let (low, body) = rest.split_first().unwrap_or((&0, rest));
    let status = StatusCode::from_u16(high * 100 + u16::from(*low) % 100).expect("a status");
    let mut headers = of_oss();
    let in_header = HeaderValue::try_from(BASE64.encode(body)).expect("base64 can be a header");
    headers.insert("x-oss-err", in_header);
    let with_body = Canned {
        status,
        headers: headers.clone(),
        body: Bytes::copy_from_slice(body),
    };
    let without = Canned {
        status,
        headers,
        body: Bytes::new(),
    };
    for answer in [with_body, without] {
        let error = meet(operation, answer);
        assert!(error.is_some(), "{status} is no success");
    }
}

/// Has an operation meet an answer, and looks at how the error reads that comes of it.
fn meet(operation: Operation, answer: Canned) -> Option<Error> {
    let error = canned::answered_by(answer, async |client| operation(client).await).err()?;
    let mut cause: Option<&dyn std::error::Error> = Some(&error);
    while let Some(told) = cause {
        let text = told.to_string();
        assert!(!text.contains(char::is_control), "{text:?}");
        assert!(
            text.len() <= MAX_TOLD_BYTES,
            "{} bytes are told",
            text.len()
        );
        cause = told.source();
    }
    Some(error)
}

/// Five things a stranger chose, each of 1,000 characters at most, of which each may be escaped.
const MAX_TOLD_BYTES: usize = 5 * 1000 * "\\u{10ffff}".len();

fn of_oss() -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert("x-oss-request-id", HeaderValue::from_static("5C3D9175"));
    headers
}

fn chosen<'a>(operations: &[Operation], bytes: &'a [u8]) -> (Operation, &'a [u8]) {
    let (operation, rest) = one_of(operations, bytes);
    (*operation, rest)
}

fn one_of<'a, 'b, T>(things: &'a [T], bytes: &'b [u8]) -> (&'a T, &'b [u8]) {
    let (first, rest) = bytes.split_first().unwrap_or((&0, bytes));
    (&things[usize::from(*first) % things.len()], rest)
}

/// Hands out lines up to an empty one, and returns what follows it.
fn read_lines<'a>(mut rest: &'a [u8], mut take: impl FnMut(&'a [u8])) -> &'a [u8] {
    loop {
        let end = rest.iter().position(|&byte| byte == b'\n');
        let Some(end) = end else {
            take(rest);
            return &[];
        };
        let line = &rest[..end];
        rest = &rest[end + 1..];
        if line.is_empty() {
            return rest;
        }
        take(line);
    }
}

/// As HTTP would read it: what is no header is none.
fn take_header(headers: &mut HeaderMap, line: &[u8]) {
    let Some(colon) = line.iter().position(|&byte| byte == b':') else {
        return;
    };
    let (name, value) = (&line[..colon], line[colon + 1..].trim_ascii());
    let read = HeaderName::from_bytes(name).ok();
    if let Some((name, value)) = read.zip(HeaderValue::from_bytes(value).ok()) {
        headers.insert(name, value);
    }
}

#[cfg(test)]
mod tests {
    use ossum_testkit::corpus;

    use super::*;

    /// Cases: 49, 52, 105, 106.
    #[test]
    fn what_fuzzing_kept_of_documents_is_read_or_refused() {
        for (_, bytes) in corpus("xml") {
            xml(&bytes);
        }
    }

    /// Cases: 42, 45, 49.
    #[test]
    fn what_fuzzing_kept_of_headers_is_read_or_refused() {
        for (_, bytes) in corpus("headers") {
            headers(&bytes);
        }
    }

    /// Cases: 58, 111.
    #[test]
    fn what_fuzzing_kept_of_refusals_is_told_without_control_characters() {
        for (_, bytes) in corpus("errors") {
            errors(&bytes);
        }
    }
}
