//! Reads a log: what it is, and what it remembers.

use std::io;

use crate::bounds::Bounds;
use crate::lines::{Lines, MAX_LINE_BYTES, ReadAt};
use crate::session::SessionId;
use crate::text::{self, Format, LineOne};
use crate::{Holder, Remembered, Transfer, sealed};

/// So many bytes are enough to tell what a file is.
const BEGINNING_BYTES: usize = 64;

/// What a log is to somebody who looks for the checkpoint of one transfer.
#[derive(Debug)]
pub(crate) enum Content<T> {
    /// Nothing yet.
    Empty,
    /// A checkpoint whose line 1 cannot be read: whose it was is lost.
    Damaged,
    /// The transfer's own.
    Own(T),
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
pub(crate) fn replay(read: ReadAt<'_>, transfer: &Transfer) -> io::Result<Content<Replayed>> {
    let mut lines = Lines::new(read);
    first_line(&mut lines, transfer)?.map(|LineOne { header, session }| {
        let mut remembered = Remembered::beginning(header);
        let good_bytes = replay_records(&mut lines, session, &mut remembered)?;
        Ok(Replayed {
            remembered,
            session,
            good_bytes,
        })
    })
}

/// Reads no more of a log than tells whose it is.
pub(crate) fn identify(read: ReadAt<'_>, transfer: &Transfer) -> io::Result<Content<()>> {
    first_line(&mut Lines::new(read), transfer)?.map(|_| Ok(()))
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

fn first_line(lines: &mut Lines<'_>, transfer: &Transfer) -> io::Result<Content<LineOne>> {
    match text::format_of(lines.peek(BEGINNING_BYTES)?) {
        Format::Empty => return Ok(Content::Empty),
        Format::None if is_all_zeros(lines)? => return Ok(Content::Damaged),
        Format::None => return Ok(Content::Foreign),
        Format::Unknown => return Ok(Content::Damaged),
        Format::Newer(format) => return Ok(Content::Newer(format)),
        Format::Known => {}
    }
    let line = match lines.next()? {
        Some(line) if sealed::is_whole(line, b"") => line,
        _ => return Ok(Content::Damaged),
    };
    Ok(match text::read_line_one(line) {
        Ok(first) if first.header.transfer == *transfer => Content::Own(first),
        // Another transfer's, or undamaged and saying what this version cannot: not ours to write
        // over.
        _ => Content::Foreign,
    })
}

/// Whether a log is short and has nothing but zeros: what a power loss leaves of a new file whose
/// length reached the disk and whose bytes did not. Line 1 is synced before any other, so of ours
/// nothing longer can look so.
fn is_all_zeros(lines: &mut Lines<'_>) -> io::Result<bool> {
    let beginning = lines.peek(MAX_LINE_BYTES)?;
    Ok(beginning.len() < MAX_LINE_BYTES && beginning.iter().all(|&byte| byte == 0))
}

impl<T> Content<T> {
    fn map<U>(self, own: impl FnOnce(T) -> io::Result<U>) -> io::Result<Content<U>> {
        Ok(match self {
            Self::Own(value) => Content::Own(own(value)?),
            Self::Empty => Content::Empty,
            Self::Damaged => Content::Damaged,
            Self::Newer(format) => Content::Newer(format),
            Self::Foreign => Content::Foreign,
        })
    }
}

/// Takes in records up to the first line that is torn, damaged, of another session or impossible;
/// returns where that one begins.
fn replay_records(
    lines: &mut Lines<'_>,
    session: SessionId,
    remembered: &mut Remembered,
) -> io::Result<u64> {
    let mut bounds = Bounds::of(&remembered.header);
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
            Ok(None) => {}
            Ok(Some(record)) if bounds.check(&record).is_ok() => {
                bounds = bounds.after(&record);
                remembered.apply(record);
            }
            _ => return Ok(good_bytes),
        }
    }
}
