use std::io;

/// Reads bytes at an offset, as many as come at once; 0 at the end.
pub(crate) type ReadAt<'a> = &'a dyn Fn(&mut [u8], u64) -> io::Result<usize>;

/// No line is longer, its newline included: line 1 with the longest keys and path, all escaped,
/// stays below it.
pub(crate) const MAX_LINE_BYTES: usize = 64 * 1024;

/// So much is read at a time.
const CHUNK_BYTES: usize = 32 * 1024;

/// And so much at first: most transfers have no log, and line 1 is seldom longer.
const FIRST_CHUNK_BYTES: usize = 2 * 1024;

/// Goes through a log line by line, in bounded memory whatever is in it.
pub(crate) struct Lines<'a> {
    read: ReadAt<'a>,
    /// What was read and not yet given out begins at `start`.
    buffer: Vec<u8>,
    start: usize,
    /// Where in the log the buffer begins.
    offset: u64,
    at_end: bool,
}

impl<'a> Lines<'a> {
    pub(crate) fn new(read: ReadAt<'a>) -> Self {
        Self {
            read,
            buffer: Vec::new(),
            start: 0,
            offset: 0,
            at_end: false,
        }
    }

    /// Where the next line begins, in bytes.
    pub(crate) fn offset(&self) -> u64 {
        self.offset + self.start as u64
    }

    /// The next `len` bytes, or what there is; they stay to be read.
    pub(crate) fn peek(&mut self, len: usize) -> io::Result<&[u8]> {
        while self.buffer.len() - self.start < len && !self.at_end {
            self.fill()?;
        }
        let waiting = &self.buffer[self.start..];
        Ok(&waiting[..len.min(waiting.len())])
    }

    /// The next line without its newline; `None` at the end, before a line that was cut off, and
    /// before one that is too long to be ours.
    pub(crate) fn next(&mut self) -> io::Result<Option<&[u8]>> {
        let mut searched = self.start;
        loop {
            let found = self.buffer[searched..].iter().position(|&b| b == b'\n');
            if let Some(length) = found.map(|at| searched + at - self.start) {
                return Ok(self.take(length));
            }
            searched = self.buffer.len();
            if self.at_end || searched - self.start >= MAX_LINE_BYTES {
                return Ok(None);
            }
            // What was given out goes, and the line begins the buffer.
            let given_out = self.start;
            self.fill()?;
            searched -= given_out;
        }
    }

    fn take(&mut self, length: usize) -> Option<&[u8]> {
        if length >= MAX_LINE_BYTES {
            return None;
        }
        let line = self.start..self.start + length;
        self.start = line.end + 1;
        Some(&self.buffer[line])
    }

    /// Reads on, in place of what was given out.
    fn fill(&mut self) -> io::Result<()> {
        self.offset += self.start as u64;
        self.buffer.drain(..self.start);
        self.start = 0;
        let waiting = self.buffer.len();
        let more = match self.offset {
            0 if waiting == 0 => FIRST_CHUNK_BYTES,
            _ => CHUNK_BYTES,
        };
        self.buffer.resize(waiting + more, 0);
        let outcome = self.read_into(waiting);
        let read = *outcome.as_ref().unwrap_or(&0);
        self.buffer.truncate(waiting + read);
        self.at_end = read == 0;
        outcome.map(drop)
    }

    fn read_into(&mut self, waiting: usize) -> io::Result<usize> {
        loop {
            match (self.read)(&mut self.buffer[waiting..], self.offset + waiting as u64) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                outcome => return outcome,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::{Cell, RefCell};

    use super::*;

    /// A log that gives out `at_once` bytes at a time.
    fn log(bytes: &[u8], at_once: usize) -> impl Fn(&mut [u8], u64) -> io::Result<usize> {
        move |buffer, offset| {
            let rest = &bytes[bytes.len().min(usize::try_from(offset).unwrap())..];
            let read = rest.len().min(at_once).min(buffer.len());
            buffer[..read].copy_from_slice(&rest[..read]);
            Ok(read)
        }
    }

    fn all(bytes: &[u8], at_once: usize) -> (Vec<Vec<u8>>, u64) {
        let read = log(bytes, at_once);
        let mut lines = Lines::new(&read);
        let mut found = Vec::new();
        while let Some(line) = lines.next().unwrap() {
            found.push(line.to_vec());
        }
        (found, lines.offset())
    }

    #[test]
    fn lines_are_the_same_however_they_are_read() {
        let bytes = b"one\n\ntwo two\ntorn";
        for at_once in [1, 2, 5, 1000] {
            let (lines, offset) = all(bytes, at_once);
            assert_eq!(lines, [&b"one"[..], b"", b"two two"], "{at_once}");
            assert_eq!(offset, 13, "{at_once}");
        }
    }

    #[test]
    fn an_interruption_is_tried_again_and_any_other_failure_told() {
        let log = log(b"one\n", 1000);
        let failure = Cell::new(None);
        let read = |buffer: &mut [u8], offset| match failure.take() {
            Some(kind) => Err(io::Error::from(kind)),
            None => log(buffer, offset),
        };
        failure.set(Some(io::ErrorKind::Interrupted));
        assert_eq!(Lines::new(&read).next().unwrap(), Some(&b"one"[..]));
        failure.set(Some(io::ErrorKind::TimedOut));
        let error = Lines::new(&read).next().unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }

    #[test]
    fn a_line_has_64_kib_at_most_and_what_is_longer_is_not_read() {
        let mut bytes = vec![b'x'; 65_535];
        bytes.push(b'\n');
        assert_eq!(all(&bytes, 1000).0.len(), 1);
        bytes.insert(0, b'x');
        assert_eq!(all(&bytes, 1000), (vec![], 0));
    }

    #[test]
    fn endless_garbage_is_given_up_early() {
        let read = Cell::new(0);
        let endless = |buffer: &mut [u8], _| {
            read.set(read.get() + buffer.len());
            Ok(buffer.len())
        };
        let endless: ReadAt = &endless;
        assert_eq!(Lines::new(endless).next().unwrap(), None);
        assert!(read.get() <= 2 * MAX_LINE_BYTES, "{}", read.get());
    }

    #[test]
    fn little_is_read_at_first_and_then_much_at_a_time() {
        let asked = RefCell::new(Vec::new());
        let bytes = vec![b'x'; 80_000];
        let all = log(&bytes, usize::MAX);
        let read = |buffer: &mut [u8], offset| {
            asked.borrow_mut().push(buffer.len());
            all(buffer, offset)
        };
        let mut lines = Lines::new(&read);
        assert_eq!(lines.peek(2048).unwrap().len(), 2048);
        assert_eq!(*asked.borrow(), [2048]);
        assert_eq!(lines.next().unwrap(), None);
        assert_eq!(*asked.borrow(), [2048, 32_768, 32_768]);
    }

    #[test]
    fn peeking_takes_nothing() {
        let read = log(b"one\ntwo\n", 3);
        let mut lines = Lines::new(&read);
        assert_eq!(lines.peek(6).unwrap(), b"one\ntw");
        assert_eq!(lines.next().unwrap(), Some(&b"one"[..]));
        assert_eq!(lines.peek(4).unwrap(), b"two\n");
        assert_eq!(lines.peek(100).unwrap(), b"two\n");
    }
}
