use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use http::header::{CONTENT_TYPE, DATE, HeaderName, SERVER};
use http::{HeaderValue, Method, Response, StatusCode};
use jiff::Timestamp;

use crate::body::Body;
use crate::clock::http_date;
use crate::refusal::Refusal;
use crate::xml::Document;

/// An answer with `status` and no body.
pub(crate) fn empty(status: StatusCode) -> Response<Body> {
    with_body(status, Body::empty())
}

/// An answer with `status` and `body`.
pub(crate) fn with_body(status: StatusCode, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response
}

/// A 200 with an XML document.
pub(crate) fn document(document: String) -> Response<Body> {
    let mut response = with_body(StatusCode::OK, Body::whole(document));
    set(&mut response, CONTENT_TYPE, "application/xml");
    response
}

/// Sets a header; a value no header can carry is left out.
pub(crate) fn set<B>(response: &mut Response<B>, name: HeaderName, value: impl AsRef<str>) {
    if let Ok(value) = HeaderValue::from_bytes(value.as_ref().as_bytes()) {
        response.headers_mut().insert(name, value);
    }
}

/// Sets a header whose name is one of OSS's own.
pub(crate) fn set_oss<B>(response: &mut Response<B>, name: &'static str, value: impl AsRef<str>) {
    set(response, HeaderName::from_static(name), value);
}

/// Writes out an answer whose body is a document, after which the connection ends.
pub(crate) fn to_wire(response: Response<Body>) -> Bytes {
    let (head, body) = response.into_parts();
    let document = body.into_whole();
    let mut wire = format!("HTTP/1.1 {}\r\n", head.status).into_bytes();
    for (name, value) in &head.headers {
        wire.extend_from_slice(name.as_str().as_bytes());
        wire.extend_from_slice(b": ");
        wire.extend_from_slice(value.as_bytes());
        wire.extend_from_slice(b"\r\n");
    }
    let rest = format!(
        "content-length: {}\r\nconnection: close\r\n\r\n",
        document.len()
    );
    wire.extend_from_slice(rest.as_bytes());
    wire.extend_from_slice(&document);
    Bytes::from(wire)
}

/// What every answer says of itself.
pub(crate) fn stamp(
    response: &mut Response<Body>,
    request_id: &str,
    now: Timestamp,
    took_ms: u128,
) {
    set(response, SERVER, "AliyunOSS");
    set(response, DATE, http_date(now));
    set_oss(response, "x-oss-request-id", request_id);
    set_oss(response, "x-oss-server-time", took_ms.to_string());
}

/// Turns a refusal into the answer to a `method` request that was addressed to `host`.
///
/// An answer to HEAD has no body, so the document travels in `x-oss-err`; a 304 carries none.
pub(crate) fn refuse(
    refusal: &Refusal,
    method: &Method,
    host: &str,
    request_id: &str,
) -> Response<Body> {
    let mut response = empty(refusal.status);
    for (name, value) in &refusal.headers {
        response.headers_mut().insert(name, value.clone());
    }
    if refusal.status == StatusCode::NOT_MODIFIED {
        return response;
    }
    set_oss(&mut response, "x-oss-ec", refusal.ec());
    let document = error_document(refusal, host, request_id);
    if method == Method::HEAD {
        set_oss(&mut response, "x-oss-err", BASE64.encode(document));
    } else {
        set(&mut response, CONTENT_TYPE, "application/xml");
        *response.body_mut() = Body::whole(document);
    }
    response
}

fn error_document(refusal: &Refusal, host: &str, request_id: &str) -> String {
    Document::write("Error", |error| {
        error.text("Code", refusal.code);
        error.text("Message", &refusal.message);
        error.text("RequestId", request_id);
        error.text("HostId", host);
        for (name, value) in &refusal.details {
            error.text(name, value);
        }
        error.text("EC", refusal.ec());
    })
}
