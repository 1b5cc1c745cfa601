//! The XML of OSS: the one place that reads and writes it.
//!
//! Entities other than the five of XML are refused, not expanded, so nothing small grows large.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// An answer that is not the XML it should be.
#[derive(Debug, thiserror::Error)]
#[error("the answer is not the XML that the operation promises")]
pub(crate) struct MalformedXml(#[from] quick_xml::DeError);

/// Reads a document whose fields `T` names.
pub(crate) fn read<T: DeserializeOwned>(document: &[u8]) -> Result<T, MalformedXml> {
    Ok(quick_xml::de::from_reader(document)?)
}

/// Writes a document with the root element `root`.
pub(crate) fn write(root: &str, value: &impl Serialize) -> String {
    quick_xml::se::to_string_with_root(root, value)
        .expect("the request types have only named fields of text, numbers and lists")
}

/// The name of the document's root element, if it begins like XML at all.
pub(crate) fn root(document: &[u8]) -> Option<String> {
    let mut reader = quick_xml::Reader::from_reader(document);
    let mut buffer = Vec::new();
    loop {
        match reader.read_event_into(&mut buffer).ok()? {
            quick_xml::events::Event::Start(element) | quick_xml::events::Event::Empty(element) => {
                return Some(element.name().as_ref().to_owned());
            }
            quick_xml::events::Event::Eof | quick_xml::events::Event::Text(_) => return None,
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
        assert_eq!(root(b"<Empty/>").as_deref(), Some("Empty"));
        assert_eq!(root(b"{\"Status\":\"OK\"}"), None);
        assert_eq!(root(b""), None);
    }

    #[derive(serde::Deserialize)]
    struct Text {
        #[serde(rename = "Code")]
        code: String,
    }

    #[test]
    fn an_entity_bomb_is_refused_not_expanded() {
        let bomb = b"<!DOCTYPE e [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;\">]><Error><Code>&b;</Code></Error>";
        assert!(read::<Text>(bomb).is_err());
        let plain = read::<Text>(b"<Error><Code>a&amp;b</Code></Error>").unwrap();
        assert_eq!(plain.code, "a&b");
    }
}
