//! The XML of OSS: the one place that reads and writes it.
//!
//! Entities other than the five of XML are refused, not expanded, so nothing small grows large.

use std::fmt::Write as _;

use quick_xml::events::Event;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A document that is not what it should be.
///
/// The message fits on one line: it may repeat names that a stranger chose.
#[derive(Debug, thiserror::Error)]
#[error("the answer is no {wanted} document: {reason}")]
pub struct MalformedXml {
    wanted: &'static str,
    reason: String,
}

/// Reads a document of OSS with the root element `wanted`, whose fields `T` names: for those who
/// want more of it, or less, than the operations tell.
///
/// # Errors
/// [`MalformedXml`] if it is no such document.
pub fn read<T: DeserializeOwned>(wanted: &'static str, document: &[u8]) -> Result<T, MalformedXml> {
    let malformed = |reason: &str| MalformedXml {
        wanted,
        reason: reason.escape_debug().take(SHOWN_CHARS).collect(),
    };
    match root(document) {
        None => return Err(malformed("it is no XML")),
        Some(other) if other != wanted => return Err(malformed(&format!("it is {other}"))),
        Some(_) => {}
    }
    let document = str::from_utf8(document).map_err(|error| malformed(&error.to_string()))?;
    // From text and not from a reader, which would copy each piece before it is looked at.
    quick_xml::de::from_str(document).map_err(|error| malformed(&error.to_string()))
}

/// Of what is wrong with a document, this much is shown.
const SHOWN_CHARS: usize = 200;

/// Writes a document with the root element `root`.
pub(crate) fn write(root: &str, value: &impl Serialize) -> String {
    let document = quick_xml::se::to_string_with_root(root, value)
        .expect("the request types have only named fields of text, numbers and lists");
    refer_to_control_characters(document)
}

/// Text as an element has it.
pub(crate) fn text(text: &str) -> String {
    refer_to_control_characters(quick_xml::escape::partial_escape(text).into_owned())
}

/// Writes control characters as references: XML has no other form for them, and a reader turns a
/// plain `\r` into `\n`. OSS takes references that XML itself does not allow, in keys that have such
/// characters.
fn refer_to_control_characters(document: String) -> String {
    // Only text can have them: the document has no line breaks of its own.
    if !document.contains(char::is_control) {
        return document;
    }
    let mut written = String::with_capacity(document.len() + 16);
    for char in document.chars() {
        if char.is_control() {
            write!(written, "&#x{:X};", u32::from(char)).expect("a string takes all text");
        } else {
            written.push(char);
        }
    }
    written
}

/// The name of the document's root element, if it begins like XML at all.
pub(crate) fn root(document: &[u8]) -> Option<String> {
    let mut reader = quick_xml::Reader::from_reader(document);
    let mut buffer = Vec::new();
    loop {
        match reader.read_event_into(&mut buffer).ok()? {
            Event::Start(element) | Event::Empty(element) => {
                return Some(element.name().as_ref().to_owned());
            }
            Event::Text(text) if text.trim().is_empty() => buffer.clear(),
            Event::Eof | Event::Text(_) => return None,
            _ => buffer.clear(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_is_found_behind_declaration_and_comment() {
        assert_eq!(
            root(b"<?xml version=\"1.0\"?><!-- x --><Error><Code/></Error>").as_deref(),
            Some("Error")
        );
        assert_eq!(root(b"\r\n <Empty/>").as_deref(), Some("Empty"));
        assert_eq!(root(b"\xef\xbb\xbf<Empty/>").as_deref(), Some("Empty"));
        assert_eq!(root(b"<Empty/>").as_deref(), Some("Empty"));
        assert_eq!(root(b"{\"Status\":\"OK\"}"), None);
        assert_eq!(root(b""), None);
    }

    #[derive(serde::Deserialize)]
    struct Text {
        #[serde(rename = "Code")]
        code: String,
    }

    #[derive(serde::Serialize)]
    #[serde(rename_all = "PascalCase")]
    struct Key<'a> {
        key: &'a str,
    }

    #[test]
    fn control_characters_are_written_as_references() {
        let document = write(
            "Object",
            &Key {
                key: "a\r\n\u{1}<&>\u{7f}",
            },
        );
        assert_eq!(
            document,
            "<Object><Key>a&#13;&#xA;&#x1;&lt;&amp;&gt;&#x7F;</Key></Object>"
        );
    }

    #[test]
    fn an_entity_bomb_is_refused_not_expanded() {
        let bomb = b"<!DOCTYPE e [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;\">]><Error><Code>&b;</Code></Error>";
        assert!(read::<Text>("Error", bomb).is_err());
        let plain = read::<Text>("Error", b"<Error><Code>a&amp;b</Code></Error>").unwrap();
        assert_eq!(plain.code, "a&b");
    }

    #[test]
    fn a_document_is_text_perhaps_behind_a_byte_order_mark() {
        let marked = read::<Text>("Error", b"\xef\xbb\xbf<Error><Code>\xc3\xa4</Code></Error>");
        assert_eq!(marked.unwrap().code, "\u{e4}");
        assert!(read::<Text>("Error", b"<Error><Code>\xe4</Code></Error>").is_err());
    }

    #[test]
    fn another_document_is_refused_in_one_line() {
        let error = read::<Text>("Error", b"<html><Code>x</Code></html>")
            .err()
            .unwrap();
        assert_eq!(
            error.to_string(),
            "the answer is no Error document: it is html"
        );
        let hostile = b"<Error><Code>x</Code><Code>\x1b[2J</Code></E\x1b[2J\n>";
        let error = read::<Text>("Error", hostile).err().unwrap().to_string();
        assert!(!error.contains(['\x1b', '\n']), "{error}");
    }
}
