use ossum_types::PartSize;
use serde::{Deserialize, Serialize};

use super::source::SourceText;
use super::transfer::TransferText;
use super::{FileIdText, Unreadable, crc64_from, from_seconds, hex, json, seconds};
use crate::session::SessionId;
use crate::{Header, sealed};

/// The format that this version writes and reads.
const FORMAT: u64 = 1;

/// How every checkpoint begins, of whatever format.
const MAGIC: &[u8] = br#"{"ossum":"checkpoint","format":"#;

/// A format has at most so many digits; more are damage.
const MAX_FORMAT_DIGITS: usize = 9;

/// Line 1: what was fixed, and the ID that the checksums of the other lines begin with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LineOne {
    pub(crate) header: Header,
    pub(crate) session: SessionId,
}

// The order of the members is that of the format; the first two are the magic.
#[derive(Debug, Serialize, Deserialize)]
struct HeaderText {
    ossum: String,
    format: u64,
    transfer: TransferText,
    source: SourceText,
    size: u64,
    part_size: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    partial: Option<FileIdText>,
    #[serde(skip_serializing_if = "Option::is_none")]
    headers: Option<String>,
    began: u64,
    session: String,
}

/// What the first bytes of a file say about the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// There are none.
    Empty,
    /// No checkpoint.
    None,
    /// A checkpoint, and cut off or damaged before the format can be known.
    Unknown,
    /// The format this version reads.
    Known,
    /// A later one.
    Newer(u64),
}

/// Whether a file with this beginning, of 64 bytes or all there are, is a checkpoint of ossum, of
/// this version or another.
pub fn is_checkpoint(beginning: &[u8]) -> bool {
    beginning.starts_with(MAGIC)
}

/// Tells what a file is from its first bytes: at least 64, or all there are.
///
/// Looks at nothing behind the format, so that even a later checksum would be no obstacle.
pub(crate) fn format_of(beginning: &[u8]) -> Format {
    if beginning.is_empty() {
        return Format::Empty;
    }
    let Some(rest) = beginning.strip_prefix(MAGIC) else {
        let is_cut_off = MAGIC.starts_with(beginning);
        return if is_cut_off {
            Format::Unknown
        } else {
            Format::None
        };
    };
    let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
    let is_number = (1..=MAX_FORMAT_DIGITS).contains(&digits) && rest[0] != b'0';
    if !is_number || rest.get(digits) != Some(&b',') {
        return Format::Unknown;
    }
    let number = rest[..digits]
        .iter()
        .fold(0, |number, digit| number * 10 + u64::from(digit - b'0'));
    match number {
        FORMAT => Format::Known,
        newer => Format::Newer(newer),
    }
}

pub(crate) fn line_one(header: &Header, session: SessionId) -> Vec<u8> {
    let text = HeaderText {
        ossum: "checkpoint".to_owned(),
        format: FORMAT,
        transfer: (&header.transfer).into(),
        source: (&header.source).into(),
        size: header.size,
        part_size: header.part_size.get(),
        partial: header.partial.map(Into::into),
        headers: header.headers.map(|headers| hex(headers.get())),
        began: seconds(header.began),
        session: session.to_string(),
    };
    sealed::seal(&json(&text), b"")
}

/// Reads a whole line 1, without its newline.
pub(crate) fn read_line_one(line: &[u8]) -> Result<LineOne, Unreadable> {
    let text: HeaderText = serde_json::from_slice(line)?;
    let header = Header {
        transfer: text.transfer.read()?,
        source: text.source.read()?,
        size: text.size,
        part_size: PartSize::new(text.part_size)?,
        partial: text.partial.map(|id| id.read()).transpose()?,
        headers: crc64_from(text.headers)?,
        began: from_seconds(text.began)?,
    };
    let session = SessionId::parse(&text.session).ok_or(Unreadable)?;
    Ok(LineOne { header, session })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_format_is_read_before_anything_else() {
        let format = |text: &str| format_of(text.as_bytes());
        assert_eq!(format(""), Format::Empty);
        assert_eq!(format(r#"{"ossum":"chec"#), Format::Unknown);
        assert_eq!(
            format(r#"{"ossum":"checkpoint","format":"#),
            Format::Unknown
        );
        assert_eq!(
            format(r#"{"ossum":"checkpoint","format":1"#),
            Format::Unknown
        );
        assert_eq!(
            format(r#"{"ossum":"checkpoint","format":1,"#),
            Format::Known
        );
        assert_eq!(
            format(r#"{"ossum":"checkpoint","format":12,"#),
            Format::Newer(12)
        );
    }

    #[test]
    fn what_is_no_number_is_damage_and_other_beginnings_are_somebody_elses() {
        let after_magic = |text: &str| format_of(&[MAGIC, text.as_bytes()].concat());
        for damage in ["0,", "01,", "-1,", "1.5,", "\0\0", "1234567890,", "x"] {
            assert_eq!(after_magic(damage), Format::Unknown, "{damage}");
        }
        assert_eq!(format_of(b"{\"ossum\":\"Checkpoint\""), Format::None);
        assert_eq!(format_of(b"\0"), Format::None);
    }

    #[test]
    fn a_checkpoint_is_known_by_its_beginning_whatever_its_format() {
        for format in ["1", "12", "x"] {
            let beginning = [MAGIC, format.as_bytes()].concat();
            assert!(is_checkpoint(&beginning), "{format}");
        }
        assert!(!is_checkpoint(b"") && !is_checkpoint(br#"{"ossum":"pointer","#));
    }
}
