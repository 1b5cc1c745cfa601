use http::HeaderValue;
use http::header::RANGE;

use super::RangeLie;
use crate::request::Request;

/// Makes `request` ask for another range; one that it cannot express stays as it is.
pub(super) fn amend(request: &mut Request, lie: RangeLie) {
    let range = request.header(RANGE.as_str()).and_then(bounds);
    match (lie, range) {
        (RangeLie::Ignored, _) => {
            request.headers.remove(RANGE);
        }
        (RangeLie::Shortened(by), Some((first, last))) => {
            ask(request, first, last.saturating_sub(by).max(first));
        }
        (RangeLie::Shifted(by), Some((first, last))) => {
            ask(request, first.saturating_add(by), last.saturating_add(by));
        }
        (_, None) => {}
    }
}

/// The first and the last byte of `bytes=FIRST-LAST`.
fn bounds(range: &str) -> Option<(u64, u64)> {
    let (first, last) = range.strip_prefix("bytes=")?.split_once('-')?;
    Some((first.parse().ok()?, last.parse().ok()?))
}

fn ask(request: &mut Request, first: u64, last: u64) {
    if let Ok(range) = HeaderValue::try_from(format!("bytes={first}-{last}")) {
        request.headers.insert(RANGE, range);
    }
}
