//! What fuzzers feed the readers of this crate with, and what holds whatever they read.
//!
//! A checksum keeps out what is damaged by chance, not what somebody made up. So the first byte
//! tells whether the rest is read as it is, or with a checksum put to each of its lines.

use std::io;

use crate::replay::{self, Content, Replayed};
use crate::session::SessionId;
use crate::text::{self, LineOne};
use crate::{Remembered, Transfer, pointers, sealed};

/// Reads a journal.
///
/// # Panics
/// If it remembers what no journal of the transfer can say.
pub fn journal(bytes: &[u8]) {
    let (sealed, rest) = form_of(bytes);
    let log = if sealed {
        sealed_lines(rest)
    } else {
        rest.to_vec()
    };
    let _ = text::is_checkpoint(&log);
    // Whose it is it says itself, or all the rest would be another's.
    let first = log.split(|&byte| byte == b'\n').next().unwrap_or_default();
    let Ok(LineOne { header, .. }) = text::read_line_one(first) else {
        let _ = text::format_of(&log);
        return;
    };
    let Some(found) = replayed(&log, &header.transfer) else {
        return;
    };
    check(&found.remembered);
    let good_bytes = usize::try_from(found.good_bytes).expect("it is in memory");
    let again = replayed(&log[..good_bytes], &header.transfer);
    let again = again.expect("what was understood is still there");
    assert_eq!(again.remembered, found.remembered);
    assert_eq!(again.good_bytes, found.good_bytes);
}

/// Reads a pointer.
///
/// # Panics
/// If it does not say the same when it is written again.
pub fn pointer(bytes: &[u8]) {
    let (sealed, rest) = form_of(bytes);
    let line = if sealed {
        sealed_lines(rest)
    } else {
        rest.to_vec()
    };
    if line.len() > pointers::MAX_POINTER_BYTES {
        return;
    }
    if let Ok(pointer) = text::read_pointer(&line) {
        let again = text::read_pointer(&text::pointer_line(&pointer));
        assert_eq!(again, Ok(pointer));
    }
}

fn form_of(bytes: &[u8]) -> (bool, &[u8]) {
    match bytes.split_first() {
        Some((first, rest)) => (first % 2 == 1, rest),
        None => (false, bytes),
    }
}

/// Puts a checksum to each line, as whoever wants to be believed would.
fn sealed_lines(lines: &[u8]) -> Vec<u8> {
    let mut log = Vec::new();
    let mut session: Option<SessionId> = None;
    for line in lines.split(|&byte| byte == b'\n') {
        let object = String::from_utf8_lossy(line);
        let is_first = log.is_empty();
        let seed = session.as_ref().map_or(&b""[..], |session| session.bytes());
        let line = sealed::seal(&object, seed);
        if is_first && let Ok(first) = text::read_line_one(&line[..line.len() - 1]) {
            session = Some(first.session);
        }
        log.extend_from_slice(&line);
    }
    log
}

fn replayed(log: &[u8], transfer: &Transfer) -> Option<Replayed> {
    let read = |buffer: &mut [u8], offset: u64| -> io::Result<usize> {
        let start = usize::try_from(offset).map_or(log.len(), |offset| offset.min(log.len()));
        let read = (log.len() - start).min(buffer.len());
        buffer[..read].copy_from_slice(&log[start..start + read]);
        Ok(read)
    };
    match replay::replay(&read, transfer) {
        Ok(Content::Own(replayed)) => Some(replayed),
        Ok(_) => None,
        Err(error) => panic!("memory can be read: {error}"),
    }
}

/// Every part that is remembered is one of the layout's.
fn check(remembered: &Remembered) {
    let header = &remembered.header;
    let parts = header.size.div_ceil(header.part_size.get()).max(1);
    for (number, part) in &remembered.parts {
        assert_eq!(*number, part.number);
        assert!(u64::from(number.get()) <= parts);
    }
}

#[cfg(test)]
mod tests {
    use ossum_testkit::corpus;

    use super::*;

    /// Cases: 89, 99.
    #[test]
    fn what_fuzzing_kept_of_journals_is_read_or_refused() {
        for (_, bytes) in corpus("journal") {
            journal(&bytes);
        }
    }

    /// Cases: 89, 99.
    #[test]
    fn what_fuzzing_kept_of_pointers_is_read_or_refused() {
        for (_, bytes) in corpus("pointer") {
            pointer(&bytes);
        }
    }
}
