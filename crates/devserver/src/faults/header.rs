use http::header::{CONTENT_LENGTH, ETAG};
use http::{HeaderName, HeaderValue, Response};
use http_body::Body as _;

use super::ETagChange;
use crate::answer;
use crate::body::Body;

/// Writes down how long the body is, before anything happens to it.
pub(super) fn announce_length(mut response: Response<Body>) -> Response<Body> {
    if let Some(len) = response.body().size_hint().exact() {
        answer::set(&mut response, CONTENT_LENGTH, len.to_string());
    }
    response
}

/// How long the body is said to be.
pub(super) fn announced_length(response: &Response<Body>) -> Option<u64> {
    let len = response.headers().get(CONTENT_LENGTH)?;
    len.to_str().ok()?.parse().ok()
}

pub(super) fn set(
    mut response: Response<Body>,
    name: &HeaderName,
    value: &HeaderValue,
) -> Response<Body> {
    response.headers_mut().insert(name, value.clone());
    response
}

pub(super) fn remove(mut response: Response<Body>, name: &HeaderName) -> Response<Body> {
    response.headers_mut().remove(name);
    response
}

pub(super) fn rewrite_etag(mut response: Response<Body>, change: ETagChange) -> Response<Body> {
    let etag = response.headers().get(ETAG);
    let Some(etag) = etag.and_then(|etag| etag.to_str().ok()) else {
        return response;
    };
    let other = match change {
        ETagChange::Unquoted => etag.trim_matches('"').to_owned(),
        ETagChange::LowerCase => etag.to_ascii_lowercase(),
        ETagChange::Weak => format!("W/{etag}"),
    };
    answer::set(&mut response, ETAG, other);
    response
}
