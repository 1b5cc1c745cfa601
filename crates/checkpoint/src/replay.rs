//! Reads a log: what it is, and what it remembers.

use std::io;

use crate::lines::{Lines, ReadAt};
use crate::session::SessionId;
use crate::text::{self, Format, LineOne};
use crate::{Holder, Record, Remembered, Transfer, sealed};

/// So many bytes are enough to tell what a file is.
const BEGINNING_BYTES: usize = 64;

/// What a log is to somebody who looks for the checkpoint of one transfer.
#[derive(Debug)]
pub(crate) enum Content {
    /// Nothing yet.
    Empty,
    /// A checkpoint whose line 1 cannot be read: whose it was is lost.
    Damaged,
    /// The transfer's own.
    Own(Box<Replayed>),
    /// A checkpoint of a later format.
    Newer(u64),
    /// Another transfer's checkpoint, or none at all.
    Foreign,
}

/// A session that was read to its last good line.
#[derive(Debug)]
pub(crate) struct Replayed {
    pub(crate) remembered: Remembered,
    pub(crate) session: SessionId,
    /// What is behind so many bytes was not understood.
    pub(crate) good_bytes: u64,
}

/// Reads a log to its first bad line.
pub(crate) fn replay(read: ReadAt<'_>, transfer: &Transfer) -> io::Result<Content> {
    let mut lines = Lines::new(read);
    let LineOne { header, session } = match first_line(&mut lines)? {
        FirstLine::Read(first) if first.header.transfer == *transfer => *first,
        FirstLine::Read(_) => return Ok(Content::Foreign),
        FirstLine::Not(content) => return Ok(content),
    };
    let mut remembered = Remembered::beginning(header);
    let good_bytes = replay_records(&mut lines, session, &mut remembered)?;
    Ok(Content::Own(Box::new(Replayed {
        remembered,
        session,
        good_bytes,
    })))
}

/// Who says in a log that they hold it.
///
/// That it cannot be read only makes the message shorter.
pub(crate) fn holder_in(read: ReadAt<'_>, transfer: &Transfer) -> Option<Holder> {
    match replay(read, transfer) {
        Ok(Content::Own(replayed)) => replayed.remembered.holder,
        _ => None,
    }
}

enum FirstLine {
    Read(Box<LineOne>),
    Not(Content),
}

fn first_line(lines: &mut Lines<'_>) -> io::Result<FirstLine> {
    let not = |content| Ok(FirstLine::Not(content));
    match text::format_of(lines.peek(BEGINNING_BYTES)?) {
        Format::Empty => return not(Content::Empty),
        Format::None => return not(Content::Foreign),
        Format::Unknown => return not(Content::Damaged),
        Format::Newer(format) => return not(Content::Newer(format)),
        Format::Known => {}
    }
    match lines.next()? {
        Some(line) if sealed::is_whole(line, b"") => Ok(match text::read_line_one(line) {
            Some(first) => FirstLine::Read(Box::new(first)),
            // Undamaged, and says what this version cannot: not ours to write over.
            None => FirstLine::Not(Content::Foreign),
        }),
        _ => not(Content::Damaged),
    }
}

/// Takes in records up to the first line that is torn, damaged, of another session or impossible;
/// returns where that one begins.
fn replay_records(
    lines: &mut Lines<'_>,
    session: SessionId,
    remembered: &mut Remembered,
) -> io::Result<u64> {
    loop {
        let good_bytes = lines.offset();
        let Some(line) = lines.next()? else {
            return Ok(good_bytes);
        };
        if !sealed::is_whole(line, session.bytes()) {
            return Ok(good_bytes);
        }
        match text::read_record(line) {
            // A kind of record that came later: what it adds cannot be needed.
            Some(None) => {}
            Some(Some(record)) if is_possible(&record, remembered) => remembered.apply(record),
            _ => return Ok(good_bytes),
        }
    }
}

fn is_possible(record: &Record, remembered: &Remembered) -> bool {
    match record {
        Record::Part(part) => remembered.header.has_part(part.number),
        Record::Bad(number) => remembered.header.has_part(*number),
        Record::UploadId(_) | Record::Completing(_) | Record::Holder(_) => true,
    }
}
