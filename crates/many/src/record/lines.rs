//! The lines of the log: `{mark, 32 hexadecimal digits} {bytes}`.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::Path;

/// In hexadecimal digits.
const MARK_LEN: usize = 32;

/// A mark, a blank, the digits of a number below 2^64, and the end.
const MAX_LINE_LEN: u64 = MARK_LEN as u64 + 22;

/// How much a record says to be done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Noted {
    /// Items. One that was copied again, as it had changed, counts each time.
    pub(crate) files: u64,
    /// Their bytes.
    pub(crate) bytes: u64,
}

pub(super) fn line(mark: u128, bytes: u64) -> String {
    format!("{mark:032x} {bytes}\n")
}

/// All that is said to be done, in order. Lines that are none are passed over.
pub(super) fn read_marks(log: File) -> io::Result<Vec<u128>> {
    let mut marks = Vec::new();
    for_each(log, |mark, _| marks.push(mark))?;
    marks.sort_unstable();
    marks.dedup();
    Ok(marks)
}

/// How much the log at `path` says to be done.
///
/// # Errors
/// What the operating system said, also where there is none.
pub(crate) fn noted(path: &Path) -> io::Result<Noted> {
    let mut noted = Noted::default();
    for_each(File::open(path)?, |_, bytes| {
        noted.files += 1;
        noted.bytes = noted.bytes.saturating_add(bytes);
    })?;
    Ok(noted)
}

fn for_each(mut log: File, take: impl FnMut(u128, u64)) -> io::Result<()> {
    log.seek(SeekFrom::Start(0))?;
    for_each_line(BufReader::new(log), take)
}

pub(crate) fn for_each_line(
    mut lines: impl BufRead,
    mut take: impl FnMut(u128, u64),
) -> io::Result<()> {
    let mut line = Vec::new();
    loop {
        line.clear();
        // A damaged record may have a line without an end.
        if (&mut lines)
            .take(MAX_LINE_LEN)
            .read_until(b'\n', &mut line)?
            == 0
        {
            return Ok(());
        }
        if let Some((mark, bytes)) = read(&line) {
            take(mark, bytes);
        }
    }
}

fn read(line: &[u8]) -> Option<(u128, u64)> {
    let line = str::from_utf8(line.strip_suffix(b"\n")?).ok()?;
    let (mark, bytes) = line.split_once(' ')?;
    let mark = Some(mark).filter(|mark| mark.len() == MARK_LEN)?;
    Some((u128::from_str_radix(mark, 16).ok()?, bytes.parse().ok()?))
}

/// Ends a line that was cut off, so that the next one stands by itself.
pub(super) fn end_line(log: &mut File) -> io::Result<()> {
    let len = log.metadata()?.len();
    if len == 0 {
        return Ok(());
    }
    let mut last = [0];
    log.seek(SeekFrom::Start(len - 1))?;
    log.read_exact(&mut last)?;
    if last == *b"\n" {
        return Ok(());
    }
    log.write_all(b"\n")
}
