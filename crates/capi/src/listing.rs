//! Listings by page: what is asked the same way by all of them.

use std::ffi::c_int;

use ossum_client::op::PlainRequest;

use crate::plain::Answer;
use crate::status::Failed;

/// Asks `name` for `value`, if there is one.
pub(crate) fn ask(request: &mut PlainRequest, name: &str, value: Option<&str>) {
    let asked = value.map(|value| (name.to_owned(), value.to_owned()));
    request.query.extend(asked);
}

/// Asks for so many entries; 0 or less is as many as OSS gives.
pub(crate) fn ask_for_page(request: &mut PlainRequest, name: &str, entries: c_int) {
    if entries > 0 {
        request.query.push((name.to_owned(), entries.to_string()));
    }
}

/// Finds that a listing which is cut off goes on after `next`, behind `marker`: else a program would ask
/// for the same for ever.
pub(crate) fn check_next<M: PartialOrd>(
    answer: &Answer,
    is_truncated: bool,
    next: &M,
    marker: &M,
) -> Result<(), Failed> {
    if is_truncated && next <= marker {
        return Err(answer.malformed("the listing is cut off and does not go on"));
    }
    Ok(())
}
