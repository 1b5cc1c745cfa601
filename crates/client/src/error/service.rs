use std::fmt;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use http::{HeaderMap, StatusCode};
use serde::Deserialize;

use crate::xml;

/// What OSS said when it refused a request, or failed at it.
///
/// Everything but the status may be missing: the answer to a `HEAD` has no body, and a proxy may
/// have answered in place of OSS.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServiceError {
    /// The HTTP status.
    pub status: StatusCode,
    /// The error code, such as `NoSuchKey`.
    pub code: Option<String>,
    /// The service's own words.
    pub message: Option<String>,
    /// Identifies the request to support.
    pub request_id: Option<String>,
    /// The detailed error code, such as `0026-00000001`.
    pub ec: Option<String>,
    /// The endpoint that OSS says to use instead.
    pub endpoint: Option<String>,
    /// Where the object ends, in bytes, if an append was refused for giving another position.
    pub next_append_position: Option<u64>,
    /// Whether what was asked for is a delete marker: the object is deleted, older versions are not.
    pub delete_marker: bool,
    /// The headers of the answer.
    pub headers: HeaderMap,
    /// How long the service asked to be left alone.
    pub(crate) asked_wait: Option<Duration>,
    /// The service's clock, as the `Date` header has it.
    pub(crate) date: Option<String>,
    /// Whether the connection broke before the answer's end: there may have been a code.
    pub(crate) is_cut_off: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Document {
    code: Option<String>,
    message: Option<String>,
    request_id: Option<String>,
    #[serde(rename = "EC")]
    ec: Option<String>,
    endpoint: Option<String>,
}

impl ServiceError {
    /// Reads an answer that reports an error, whatever its body is.
    pub(crate) fn read(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Self {
        let document = document(headers, body).unwrap_or_default();
        let or_header = |told: Option<String>, name| told.or_else(|| text(headers, name));
        let shown = |told: Option<String>| told.map(|text| printable(&text));
        Self {
            status,
            code: shown(document.code),
            message: shown(document.message),
            request_id: shown(or_header(document.request_id, "x-oss-request-id")),
            ec: shown(or_header(document.ec, "x-oss-ec")),
            endpoint: shown(document.endpoint),
            next_append_position: text(headers, "x-oss-next-append-position")
                .and_then(|position| position.parse().ok()),
            delete_marker: text(headers, "x-oss-delete-marker").as_deref() == Some("true"),
            headers: headers.clone(),
            asked_wait: asked_wait(headers),
            date: text(headers, "date"),
            is_cut_off: false,
        }
    }

    /// Whether the code is one of `codes`.
    pub(crate) fn is(&self, codes: &[&str]) -> bool {
        self.code
            .as_deref()
            .is_some_and(|code| codes.contains(&code))
    }

    /// Whether OSS itself answered, as far as can be seen: a proxy gives neither code nor ID.
    pub(crate) fn is_from_oss(&self) -> bool {
        self.code.is_some() || self.request_id.is_some()
    }
}

/// The error document: in the body, or for a `HEAD` in base64 in the header `x-oss-err`.
fn document(headers: &HeaderMap, body: &[u8]) -> Option<Document> {
    if !body.is_empty() {
        return xml::read("Error", body).ok();
    }
    let header = headers.get("x-oss-err")?;
    xml::read("Error", &BASE64.decode(header.as_bytes()).ok()?).ok()
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    Some(headers.get(name)?.to_str().ok()?.to_owned())
}

/// Of anything that an error tells, this much is kept.
const SHOWN_CHARS: usize = 1000;

/// Text that a stranger chose, fit for a terminal: short, on one line, without control characters.
fn printable(text: &str) -> String {
    let mut shown = String::new();
    for char in text.trim().chars().take(SHOWN_CHARS) {
        match char {
            '"' | '\'' | '\\' => shown.push(char),
            other => shown.extend(other.escape_debug()),
        }
    }
    shown
}

/// `x-oss-qos-delay-time` in milliseconds, or `Retry-After` in seconds.
fn asked_wait(headers: &HeaderMap) -> Option<Duration> {
    let number = |name| text(headers, name)?.trim().parse::<u64>().ok();
    number("x-oss-qos-delay-time")
        .map(Duration::from_millis)
        .or_else(|| number("retry-after").map(Duration::from_secs))
}

impl fmt::Display for ServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.status.as_u16())?;
        match &self.code {
            Some(code) => write!(f, " {code}")?,
            None => write!(
                f,
                " {}",
                self.status.canonical_reason().unwrap_or("unknown status")
            )?,
        }
        if let Some(message) = &self.message {
            write!(f, ": {}", message.trim_end_matches('.'))?;
        }
        match (&self.request_id, &self.ec) {
            (Some(id), Some(ec)) => write!(f, " (request ID {id}, EC {ec})"),
            (Some(id), None) => write!(f, " (request ID {id})"),
            (None, Some(ec)) => write!(f, " (EC {ec})"),
            (None, None) => Ok(()),
        }
    }
}

impl std::error::Error for ServiceError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let pairs = pairs
            .iter()
            .map(|(name, value)| (http::HeaderName::from_static(name), value.parse().unwrap()));
        pairs.collect()
    }

    #[test]
    fn the_body_tells_code_message_ids_and_endpoint() {
        let body = b"<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>AccessDenied</Code>\
            <Message>Use the right endpoint.</Message><RequestId>5C3D</RequestId><HostId>h</HostId>\
            <Endpoint>oss-cn-beijing.aliyuncs.com</Endpoint><EC>0003-00001403</EC></Error>";
        let error = ServiceError::read(StatusCode::FORBIDDEN, &HeaderMap::new(), body);
        assert_eq!(
            error.endpoint.as_deref(),
            Some("oss-cn-beijing.aliyuncs.com")
        );
        assert_eq!(
            error.to_string(),
            "403 AccessDenied: Use the right endpoint (request ID 5C3D, EC 0003-00001403)"
        );
    }

    #[test]
    fn the_answer_to_a_head_tells_it_in_a_header() {
        let document = "<Error><Code>NoSuchKey</Code><RequestId>5C3D</RequestId></Error>";
        let headers = headers(&[
            ("x-oss-err", &BASE64.encode(document)),
            ("x-oss-ec", "0026-1"),
        ]);
        let error = ServiceError::read(StatusCode::NOT_FOUND, &headers, b"");
        assert_eq!(
            error.to_string(),
            "404 NoSuchKey (request ID 5C3D, EC 0026-1)"
        );
    }

    #[test]
    fn html_and_nothing_at_all_still_tell_the_status() {
        for body in [
            &b"<html><body>Bad gateway</body></html>"[..],
            b"",
            b"\xff\xfe<",
            b"<Error><Code>x",
        ] {
            let error = ServiceError::read(StatusCode::BAD_GATEWAY, &HeaderMap::new(), body);
            assert_eq!(error.to_string(), "502 Bad Gateway");
            assert!(!error.is_from_oss());
        }
    }

    #[test]
    fn what_a_stranger_says_is_fit_for_a_terminal() {
        let body =
            "<Error><Code>A\u{1b}[2J</Code><Message>\n\u{202e}it's \"中\"\n</Message></Error>";
        let error = ServiceError::read(StatusCode::FORBIDDEN, &HeaderMap::new(), body.as_bytes());
        assert_eq!(error.to_string(), "403 A\\u{1b}[2J: \\u{202e}it's \"中\"");
    }

    #[test]
    fn the_wait_it_asks_for_is_understood_in_both_headers() {
        let wait = |pairs: &[(&'static str, &str)]| asked_wait(&headers(pairs));
        assert_eq!(wait(&[("retry-after", "3")]), Some(Duration::from_secs(3)));
        assert_eq!(
            wait(&[("x-oss-qos-delay-time", "250"), ("retry-after", "3")]),
            Some(Duration::from_millis(250))
        );
        assert_eq!(
            wait(&[("retry-after", "Wed, 21 Oct 2026 07:28:00 GMT")]),
            None
        );
    }
}
