use std::io::{self, BufRead, Read, Write};

use serde::Serialize;

/// No line is longer, in bytes: a key has 1,023 at most, six for each where it is escaped.
const MAX_LINE_BYTES: u64 = 64 << 10;

pub(super) fn write_line(mut to: impl Write, line: &impl Serialize) -> io::Result<()> {
    let mut text = serde_json::to_vec(line)?;
    text.push(b'\n');
    to.write_all(&text)
}

/// Reads a line with its end. One without an end is damaged, whatever is in it.
pub(super) fn read_line(from: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<usize> {
    line.clear();
    let read = from.take(MAX_LINE_BYTES).read_until(b'\n', line)?;
    if read > 0 && line.last() != Some(&b'\n') {
        line.clear();
    }
    Ok(read)
}
