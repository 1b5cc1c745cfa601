//! Tables of strangers: CSV, compressed.
//!
//! A few bytes may unfold to more than any memory has. So a table is read a record at a time, and one with a record
//! that is larger than any of ours is refused before more of it is unfolded.

use std::io::{self, Read};

use csv::{ReaderBuilder, StringRecord};
use flate2::read::MultiGzDecoder;

/// No record is longer, in bytes: an address has 64 KiB at most, and as much a key that was made of it.
const MAX_RECORD_BYTES: u64 = 256 << 10;

/// A table, from its first record to its last.
#[derive(Debug)]
pub(crate) struct Table<R: Read>(csv::Reader<Bounded<MultiGzDecoder<R>>>);

impl<R: Read> Table<R> {
    /// Reads it as `csv` says, and no more than `most_bytes` of what it unfolds to.
    pub(crate) fn new(compressed: R, csv: &ReaderBuilder, most_bytes: u64) -> Self {
        Self(csv.from_reader(Bounded {
            inner: MultiGzDecoder::new(compressed),
            left_of_record: MAX_RECORD_BYTES,
            left: most_bytes,
        }))
    }

    /// What its columns are called.
    ///
    /// # Errors
    /// That it cannot be read.
    pub(crate) fn headers(&mut self) -> csv::Result<&StringRecord> {
        self.0.headers()
    }

    /// Reads the next record; tells whether there is one.
    ///
    /// # Errors
    /// That it cannot be read, or is too large.
    pub(crate) fn next(&mut self, record: &mut StringRecord) -> csv::Result<bool> {
        self.0.get_mut().left_of_record = MAX_RECORD_BYTES;
        self.0.read_record(record)
    }
}

/// Fails where it would have to read more than it may.
#[derive(Debug)]
struct Bounded<R> {
    inner: R,
    left_of_record: u64,
    left: u64,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let may = self.left_of_record.min(self.left);
        if may == 0 && !buffer.is_empty() {
            let why = match self.left {
                0 => "it unfolds to more than any that is made",
                _ => "a row is longer than 256 KiB",
            };
            return Err(io::Error::other(why));
        }
        let len = self.inner.by_ref().take(may).read(buffer)?;
        self.left_of_record -= len as u64;
        self.left -= len as u64;
        Ok(len)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn gz(text: &[u8]) -> Vec<u8> {
        let mut gz = GzEncoder::new(Vec::new(), Compression::best());
        gz.write_all(text).unwrap();
        gz.finish().unwrap()
    }

    fn records(compressed: &[u8], most_bytes: u64) -> csv::Result<usize> {
        let mut table = Table::new(
            compressed,
            ReaderBuilder::new().has_headers(false),
            most_bytes,
        );
        let mut record = StringRecord::new();
        let mut count = 0;
        while table.next(&mut record)? {
            count += 1;
        }
        Ok(count)
    }

    /// Cases: 109.
    #[test]
    fn a_record_that_unfolds_without_end_is_refused_and_many_small_ones_are_read() {
        let bomb = gz(&vec![b'a'; 32 << 20]);
        assert!(bomb.len() < 64 << 10);
        let refused = records(&bomb, u64::MAX).unwrap_err().to_string();
        assert_eq!(refused, "a row is longer than 256 KiB");
        let quoted = gz(format!("\"{}", "\n".repeat(1 << 20)).as_bytes());
        records(&quoted, u64::MAX).unwrap_err();
        let many = gz("a,b\n".repeat(1 << 20).as_bytes());
        assert_eq!(records(&many, u64::MAX).unwrap(), 1 << 20);
    }

    #[test]
    fn a_table_is_read_as_far_as_it_may_be() {
        let table = gz("a,b\n".repeat(1000).as_bytes());
        assert_eq!(records(&table, 4001).unwrap(), 1000);
        let refused = records(&table, 3999).unwrap_err().to_string();
        assert_eq!(refused, "it unfolds to more than any that is made");
    }
}
