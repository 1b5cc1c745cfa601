//! Rewrites the documents of listings, which this server itself has written.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use http::Response;
use http::header::CONTENT_LENGTH;
use ossum_types::PartNumber;

use super::ListingLie;
use crate::answer;
use crate::body::Body;

/// The elements that are entries of a page.
const ENTRIES: [&str; 6] = [
    "Contents",
    "CommonPrefixes",
    "Version",
    "DeleteMarker",
    "Part",
    "Upload",
];
/// The element that says where the page began, and the one that says where the next begins.
const MARKERS: [(&str, &str); 6] = [
    ("ContinuationToken", "NextContinuationToken"),
    ("Marker", "NextMarker"),
    ("PartNumberMarker", "NextPartNumberMarker"),
    ("KeyMarker", "NextKeyMarker"),
    ("UploadIdMarker", "NextUploadIdMarker"),
    ("VersionIdMarker", "NextVersionIdMarker"),
];
/// The CRC-64 of nothing that is ever listed.
const NO_CRC64: &str = "1";
const NO_ETAG: &str = "&quot;FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF&quot;";

impl ListingLie {
    /// Whether it is about a part, which only `ListParts` lists.
    pub(super) fn is_about_parts(self) -> bool {
        match self {
            Self::PartMissing(_)
            | Self::PartSize { .. }
            | Self::PartCrc64(_)
            | Self::PartNoCrc64(_)
            | Self::PartEtag(_) => true,
            Self::EmptyPage | Self::Endless | Self::Repeating => false,
        }
    }
}

/// Has a listing say what `lie` wants; another answer stays as it is.
pub(super) fn falsify(response: Response<Body>, lie: ListingLie) -> Response<Body> {
    if !response.status().is_success() {
        return response;
    }
    let (head, body) = response.into_parts();
    let document = body.into_whole();
    let rewritten = match str::from_utf8(&document) {
        Ok(text) => rewrite(text, lie).into(),
        Err(_) => document,
    };
    let len = rewritten.len().to_string();
    let mut response = Response::from_parts(head, Body::whole(rewritten));
    answer::set(&mut response, CONTENT_LENGTH, len);
    response
}

fn rewrite(document: &str, lie: ListingLie) -> String {
    match lie {
        ListingLie::PartMissing(number) => edit_part(document, number, |_| String::new()),
        ListingLie::PartSize { part, size } => edit_part(document, part, |part| {
            replace(part, "Size", &size.to_string())
        }),
        ListingLie::PartCrc64(number) => edit_part(document, number, |part| {
            replace(part, "HashCrc64ecma", NO_CRC64)
        }),
        ListingLie::PartNoCrc64(number) => edit_part(document, number, |part| {
            edit(part, "HashCrc64ecma", |_| String::new())
        }),
        ListingLie::PartEtag(number) => {
            edit_part(document, number, |part| replace(part, "ETag", NO_ETAG))
        }
        ListingLie::EmptyPage => without_entries(document),
        ListingLie::Endless => without_entries(&repeating(document)),
        ListingLie::Repeating => repeating(document),
    }
}

fn without_entries(document: &str) -> String {
    let remove = |document: String, entry: &&str| edit(&document, entry, |_| String::new());
    let document = ENTRIES.iter().fold(document.to_owned(), remove);
    match text_of(&document, "KeyCount") {
        Some(_) => replace(&document, "KeyCount", "0"),
        None => document,
    }
}

/// Announces a next page that begins where this one began; the first, where it ended.
fn repeating(document: &str) -> String {
    let mut document = replace(document, "IsTruncated", "true");
    for (from, next) in MARKERS {
        if let Some(from) = text_of(&document, from).filter(|from| !from.is_empty()) {
            let from = from.to_owned();
            document = put(&document, next, &from);
        }
    }
    if text_of(&document, "MaxKeys").is_some() {
        document = with_next_object(&document);
    }
    document
}

/// Names a next page of objects where the document names none, having been the last.
fn with_next_object(document: &str) -> String {
    let last_key = document.rsplit_once("<Key>");
    let last_key = last_key.and_then(|(_, rest)| rest.split_once("</Key>"));
    let last_key = last_key.map_or("0", |(key, _)| key);
    let is_second_version = text_of(document, "KeyCount").is_some();
    let (next, value) = if is_second_version {
        ("NextContinuationToken", BASE64.encode(last_key))
    } else {
        ("NextMarker", last_key.to_owned())
    };
    match text_of(document, next) {
        Some(_) => document.to_owned(),
        None => put(document, next, &value),
    }
}

/// Sets the text of element `name`, which is added if there is none.
fn put(document: &str, name: &str, text: &str) -> String {
    if text_of(document, name).is_some() {
        return replace(document, name, text);
    }
    let at = document.rfind("</").unwrap_or(document.len());
    let (before, root_end) = document.split_at(at);
    format!("{before}<{name}>{text}</{name}>{root_end}")
}

fn edit_part(document: &str, number: PartNumber, change: impl Fn(&str) -> String) -> String {
    let number = number.to_string();
    edit(document, "Part", |part| {
        if text_of(part, "PartNumber") == Some(&number) {
            change(part)
        } else {
            part.to_owned()
        }
    })
}

fn replace(document: &str, name: &str, text: &str) -> String {
    edit(document, name, |_| format!("<{name}>{text}</{name}>"))
}

/// The text of the first element `name`.
fn text_of<'d>(document: &'d str, name: &str) -> Option<&'d str> {
    let (_, rest) = document.split_once(&format!("<{name}>"))?;
    let (text, _) = rest.split_once(&format!("</{name}>"))?;
    Some(text)
}

/// Puts in place of every element `name`, tags included, what `change` makes of it.
fn edit(document: &str, name: &str, change: impl Fn(&str) -> String) -> String {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    let mut edited = String::new();
    let mut rest = document;
    while let Some(start) = rest.find(&open)
        && let Some(len) = rest[start..].find(&close)
    {
        let end = start + len + close.len();
        edited.push_str(&rest[..start]);
        edited.push_str(&change(&rest[start..end]));
        rest = &rest[end..];
    }
    edited + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_element_of_a_name_is_edited_and_the_rest_is_kept() {
        let document = "<R><A>1</A>x<AB>2</AB><A>3</A></R>";
        assert_eq!(edit(document, "A", |_| String::new()), "<R>x<AB>2</AB></R>");
        assert_eq!(
            replace(document, "AB", "y"),
            "<R><A>1</A>x<AB>y</AB><A>3</A></R>"
        );
        assert_eq!(
            edit("<A>unfinished", "A", |_| String::new()),
            "<A>unfinished"
        );
        assert_eq!(put("<R><A>1</A></R>", "B", "2"), "<R><A>1</A><B>2</B></R>");
    }
}
