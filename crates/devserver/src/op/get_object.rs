use std::sync::Arc;

use http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_LANGUAGE,
    CONTENT_RANGE, CONTENT_TYPE, EXPIRES, HeaderName,
};
use http::{HeaderValue, Response, StatusCode};
use ossum_types::ByteRange;

use super::range::{Slice, slice};
use super::symlink::Shown;
use super::{Answer, Context, condition, head_object, object_headers, restoration};
use crate::answer;
use crate::body::Body;
use crate::refusal::Refusal;
use crate::store::ObjectReader;

/// Query parameters that replace a header of the answer.
const OVERRIDES: [(&str, HeaderName); 6] = [
    ("response-cache-control", CACHE_CONTROL),
    ("response-content-disposition", CONTENT_DISPOSITION),
    ("response-content-encoding", CONTENT_ENCODING),
    ("response-content-language", CONTENT_LANGUAGE),
    ("response-content-type", CONTENT_TYPE),
    ("response-expires", EXPIRES),
];

/// `GetObject`: the object's bytes or a range of them.
pub(super) fn run(context: &Context<'_>) -> Answer {
    let Shown { found, source } = head_object::find(context)?;
    let object = found.object;
    condition::check(context.request, &object)?;
    restoration::check_readable(&source, context.now)?;
    let slice = slice(context.request, object.size)?;
    let (status, range) = match slice {
        Slice::Whole => (StatusCode::OK, ByteRange::new(0, object.size)),
        Slice::Part(range) => (StatusCode::PARTIAL_CONTENT, Some(range)),
    };
    let reader = ObjectReader::new(Arc::clone(&object), range);
    let mut response = answer::with_body(status, Body::object(reader));
    object_headers::describe(&mut response, &object);
    restoration::tell(&mut response, &source, context.now);
    object_headers::name_version(&mut response, found.version.as_ref());
    object_headers::measure(&mut response, range.map_or(0, ByteRange::len));
    answer::set(&mut response, ACCEPT_RANGES, "bytes");
    if let Slice::Part(range) = slice {
        let content_range = format!("bytes {range}/{}", object.size);
        answer::set(&mut response, CONTENT_RANGE, content_range);
    }
    apply_overrides(context, &mut response)?;
    Ok(response)
}

fn apply_overrides(context: &Context<'_>, response: &mut Response<Body>) -> Result<(), Refusal> {
    for (parameter, header) in OVERRIDES {
        if let Some(text) = context.request.query.non_empty(parameter) {
            let value = HeaderValue::from_bytes(text.as_bytes()).map_err(|_| {
                Refusal::argument(parameter, text, "No header can carry this value.")
            })?;
            response.headers_mut().insert(header, value);
        }
    }
    Ok(())
}
