use std::fmt::{self, Write};

use quick_xml::Reader;
use quick_xml::events::Event;
use serde::de::DeserializeOwned;

use crate::refusal::Refusal;

/// Writes an XML document in the form of OSS: no namespace, no attributes, UTF-8.
#[derive(Debug)]
pub(crate) struct Document {
    text: String,
}

impl Document {
    /// Writes a document with the root element `root` and what `fill` puts in it.
    pub(crate) fn write(root: &'static str, fill: impl FnOnce(&mut Self)) -> String {
        let text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned();
        let mut document = Self { text };
        document.nest(root, fill);
        document.text
    }

    /// Writes a document whose root element `root` holds `value` as text.
    pub(crate) fn of_text(root: &'static str, value: &str) -> String {
        Self::write(root, |document| escape(value, &mut document.text))
    }

    /// Adds an element that holds what `fill` puts in it.
    pub(crate) fn nest(&mut self, name: &'static str, fill: impl FnOnce(&mut Self)) {
        self.open(name);
        fill(self);
        self.close(name);
    }

    /// Adds an element that holds `value` as text.
    pub(crate) fn text(&mut self, name: &str, value: &str) {
        self.open(name);
        escape(value, &mut self.text);
        self.close(name);
    }

    /// Adds an element that holds what `value` prints as.
    pub(crate) fn value(&mut self, name: &'static str, value: &dyn fmt::Display) {
        self.text(name, &value.to_string());
    }

    fn open(&mut self, name: &str) {
        self.text.push('<');
        self.text.push_str(name);
        self.text.push('>');
    }

    fn close(&mut self, name: &str) {
        self.text.push_str("</");
        self.text.push_str(name);
        self.text.push('>');
    }
}

fn escape(value: &str, out: &mut String) {
    for c in value.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            // XML 1.0 has no way to write most of these: OSS answers such documents too, and
            // `encoding-type=url` is how a client avoids them.
            c if c.is_control() => {
                let _ = write!(out, "&#x{:X};", u32::from(c)); // a String takes every write
            }
            c => out.push(c),
        }
    }
}

/// Reads a request's document, whose root element is `root`, into `T`; unknown elements are ignored.
pub(crate) fn parse<T: DeserializeOwned>(root: &str, document: &[u8]) -> Result<T, Refusal> {
    let text = str::from_utf8(document).map_err(|_| Refusal::malformed_xml())?;
    if !is_one_element(root, text).unwrap_or(false) {
        return Err(Refusal::malformed_xml());
    }
    quick_xml::de::from_str(text).map_err(|_| Refusal::malformed_xml())
}

/// Whether `text` is one element `root` and nothing else; what reads it into a type looks at
/// neither its name nor what follows it.
fn is_one_element(root: &str, text: &str) -> quick_xml::Result<bool> {
    let mut reader = Reader::from_str(text);
    let (mut depth, mut roots) = (0_u64, 0_u64);
    loop {
        let at_top = depth == 0;
        match reader.read_event()? {
            Event::Start(start) if at_top && start.name().as_ref() != root => {
                return Ok(false);
            }
            Event::Empty(_) | Event::CData(_) | Event::GeneralRef(_) if at_top => return Ok(false),
            Event::Text(text) if at_top && !text.trim_ascii().is_empty() => return Ok(false),
            Event::Start(_) => {
                roots += u64::from(at_top);
                depth += 1;
            }
            Event::End(_) => depth -= 1,
            Event::Eof => return Ok(at_top && roots == 1),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_break_out_of_its_element() {
        let document = Document::write("A", |a| a.text("B", "</B>&\"\u{1}é"));
        assert_eq!(
            document.lines().nth(1).unwrap(),
            "<A><B>&lt;/B&gt;&amp;&quot;&#x1;é</B></A>"
        );
    }
}
