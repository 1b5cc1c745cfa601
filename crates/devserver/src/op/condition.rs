use http::header::{ETAG, LAST_MODIFIED};
use http::{HeaderValue, StatusCode};
use jiff::Timestamp;
use ossum_types::ETag;

use crate::clock::{http_date, parse_http_date};
use crate::refusal::Refusal;
use crate::request::Request;
use crate::store::Object;

/// Checks the conditions of a GET or HEAD.
pub(super) fn check(request: &Request, object: &Object) -> Result<(), Refusal> {
    check_named(request, "", object)
}

/// Checks the conditions that a copy makes on its source.
pub(super) fn check_source(request: &Request, object: &Object) -> Result<(), Refusal> {
    check_named(request, "x-oss-copy-source-", object)
}

/// Checks the conditions whose names begin with `prefix`, in the order RFC 9110 13.2.2 gives them.
///
/// A condition that cannot be read is ignored, as RFC 9110 asks for dates.
fn check_named(request: &Request, prefix: &str, object: &Object) -> Result<(), Refusal> {
    let header = |name: &str| request.header(&format!("{prefix}{name}"));
    let date = |name: &str| header(name).and_then(parse_http_date);
    if let Some(list) = header("if-match") {
        if !matches(list, &object.etag) {
            return Err(Refusal::precondition_failed("If-Match"));
        }
    } else if let Some(since) = date("if-unmodified-since")
        && modified_after(object, since)
    {
        return Err(Refusal::precondition_failed("If-Unmodified-Since"));
    }
    if let Some(list) = header("if-none-match") {
        if matches(list, &object.etag) {
            return Err(not_modified(object));
        }
    } else if let Some(since) = date("if-modified-since")
        && !modified_after(object, since)
    {
        return Err(not_modified(object));
    }
    Ok(())
}

fn matches(list: &str, etag: &ETag) -> bool {
    let mut listed = list.split(',').map(str::trim);
    listed.any(|one| one == "*" || one.parse::<ETag>().is_ok_and(|one| one == *etag))
}

/// To the second, as `Last-Modified` says it.
fn modified_after(object: &Object, since: Timestamp) -> bool {
    object.modified.as_second() > since.as_second()
}

fn not_modified(object: &Object) -> Refusal {
    let refusal = Refusal::new(StatusCode::NOT_MODIFIED, "NotModified", "Not Modified");
    let headers = [
        (ETAG, object.etag.quoted()),
        (LAST_MODIFIED, http_date(object.modified)),
    ];
    headers.into_iter().fold(
        refusal,
        |refusal, (name, value)| match HeaderValue::from_str(&value) {
            Ok(value) => refusal.header(name, value),
            Err(_) => refusal,
        },
    )
}
