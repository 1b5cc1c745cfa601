use http::StatusCode;
use ossum_types::ByteRange;

use crate::refusal::Refusal;
use crate::request::Request;

/// What a GET is to send.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Slice {
    /// The whole object, status 200.
    Whole,
    /// A part of it, status 206.
    Part(ByteRange),
}

/// What the server does with a range that leaves the object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Behaviour {
    /// Ignore it: the default of OSS, and a trap.
    Lenient,
    /// Clip it, or refuse it if nothing remains: `x-oss-range-behavior: standard`.
    Standard,
}

/// A single range as the header writes it, before the object's size is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wish {
    FromTo(u64, u64),
    From(u64),
    Last(u64),
}

/// Decides what a GET of an object of `size` bytes sends (official documentation of `GetObject`).
pub(super) fn slice(request: &Request, size: u64) -> Result<Slice, Refusal> {
    let standard = request.header("x-oss-range-behavior") == Some("standard");
    let behaviour = if standard {
        Behaviour::Standard
    } else {
        Behaviour::Lenient
    };
    match request.header("range").and_then(parse) {
        // No range, several, or none that can be read: HTTP has a server ignore them.
        None => Ok(Slice::Whole),
        Some(wish) => decide(wish, behaviour, size),
    }
}

/// The range of its source that a copy takes; `None` if that has no bytes.
///
/// A range that cannot be read or that leaves the source is ignored, as one of a GET is (official
/// documentation of `UploadPartCopy`).
pub(super) fn of_copy(request: &Request, size: u64) -> Option<ByteRange> {
    let wish = request.header("x-oss-copy-source-range").and_then(parse);
    match wish.map(|wish| decide(wish, Behaviour::Lenient, size)) {
        Some(Ok(Slice::Part(range))) => Some(range),
        _ => ByteRange::new(0, size),
    }
}

fn parse(header: &str) -> Option<Wish> {
    let (first, last) = header.strip_prefix("bytes=")?.trim().split_once('-')?;
    let number = |text: &str| {
        let digits = text.bytes().all(|b| b.is_ascii_digit());
        // Beyond 2^64 is beyond every object.
        digits.then(|| text.parse().unwrap_or(u64::MAX))
    };
    match (first, last) {
        ("", "") => None,
        ("", last) => number(last).map(Wish::Last),
        (first, "") => number(first).map(Wish::From),
        (first, last) => {
            let (first, last) = (number(first)?, number(last)?);
            (first <= last).then_some(Wish::FromTo(first, last))
        }
    }
}

fn decide(wish: Wish, behaviour: Behaviour, size: u64) -> Result<Slice, Refusal> {
    let (range, fits) = match wish {
        Wish::FromTo(first, last) => {
            let end = last.saturating_add(1).min(size);
            (ByteRange::new(first, end), last < size)
        }
        Wish::From(first) => (ByteRange::new(first, size), first < size),
        Wish::Last(len) => (
            ByteRange::new(size.saturating_sub(len), size),
            (1..=size).contains(&len),
        ),
    };
    match (range, behaviour) {
        (Some(range), Behaviour::Standard) => Ok(Slice::Part(range)),
        (Some(range), Behaviour::Lenient) if fits => Ok(Slice::Part(range)),
        (_, Behaviour::Lenient) => Ok(Slice::Whole),
        (None, Behaviour::Standard) => Err(not_satisfiable(size)),
    }
}

fn not_satisfiable(size: u64) -> Refusal {
    let message = "The requested range cannot be satisfied.";
    let refusal = Refusal::new(StatusCode::RANGE_NOT_SATISFIABLE, "InvalidRange", message)
        .detail("ActualObjectSize", size.to_string());
    match http::HeaderValue::from_str(&format!("bytes */{size}")) {
        Ok(value) => refusal.header(http::header::CONTENT_RANGE, value),
        Err(_) => refusal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(header: &str, behaviour: Behaviour, size: u64) -> String {
        match parse(header).map(|wish| decide(wish, behaviour, size)) {
            None | Some(Ok(Slice::Whole)) => "whole".to_owned(),
            Some(Ok(Slice::Part(range))) => range.to_string(),
            Some(Err(refusal)) => refusal.code.to_owned(),
        }
    }

    #[test]
    fn a_range_that_leaves_the_object_is_ignored_unless_standard_is_asked_for() {
        // (header, size, lenient, standard)
        for (header, size, lenient, standard) in [
            ("bytes=0-9", 10, "0-9", "0-9"),
            ("bytes=0-10", 10, "whole", "0-9"),
            ("bytes=9-9", 10, "9-9", "9-9"),
            ("bytes=9-", 10, "9-9", "9-9"),
            ("bytes=10-", 10, "whole", "InvalidRange"),
            ("bytes=10-20", 10, "whole", "InvalidRange"),
            ("bytes=-3", 10, "7-9", "7-9"),
            ("bytes=-10", 10, "0-9", "0-9"),
            ("bytes=-11", 10, "whole", "0-9"),
            ("bytes=-0", 10, "whole", "InvalidRange"),
            ("bytes=0-0", 0, "whole", "InvalidRange"),
            ("bytes=0-", 0, "whole", "InvalidRange"),
            ("bytes=5-4", 10, "whole", "whole"),
            ("bytes=0-1,3-4", 10, "whole", "whole"),
            ("bytes=a-b", 10, "whole", "whole"),
            ("bytes=-", 10, "whole", "whole"),
            ("bytes=+1-2", 10, "whole", "whole"),
            ("items=0-1", 10, "whole", "whole"),
            ("", 10, "whole", "whole"),
            ("bytes=1-99999999999999999999999", 10, "whole", "1-9"),
        ] {
            assert_eq!(
                outcome(header, Behaviour::Lenient, size),
                lenient,
                "{header}"
            );
            assert_eq!(
                outcome(header, Behaviour::Standard, size),
                standard,
                "{header}"
            );
        }
    }
}
