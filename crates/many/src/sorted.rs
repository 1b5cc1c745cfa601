//! Sorts records of bytes, in memory as far as they are few.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::vec::IntoIter;

/// Takes records in any order.
///
/// What is more than fits in memory is sorted in pieces, each in a temporary file without a name,
/// which is gone with the process.
#[derive(Debug)]
pub struct Sorter {
    most_in_memory: usize,
    /// Where temporary files are made; without it all is held.
    spill: Option<PathBuf>,
    held: Vec<Vec<u8>>,
    pieces: Vec<Piece>,
}

/// The records in the order of their bytes.
///
/// After the first error there is nothing more.
#[derive(Debug)]
pub struct Sorted(Kind);

#[derive(Debug)]
enum Kind {
    Held(IntoIter<Vec<u8>>),
    Spilt(Merged),
}

/// So many sorted records, in a file.
#[derive(Debug)]
struct Piece {
    left: usize,
    file: BufReader<File>,
}

/// Sorted pieces, of which one record each is held.
#[derive(Debug)]
struct Merged {
    pieces: Vec<Piece>,
    first: BinaryHeap<Reverse<(Vec<u8>, usize)>>,
}

impl Sorter {
    /// One that holds so many records at a time, and makes temporary files in `spill`.
    pub fn new(most_in_memory: usize, spill: Option<&Path>) -> Self {
        Self {
            most_in_memory,
            spill: spill.map(Path::to_owned),
            held: Vec::new(),
            pieces: Vec::new(),
        }
    }

    /// Adds a record.
    ///
    /// # Errors
    /// What the operating system said of the temporary file.
    pub fn put(&mut self, record: Vec<u8>) -> io::Result<()> {
        if self.held.len() >= self.most_in_memory
            && let Some(directory) = &self.spill
        {
            let piece = write_sorted(&mut self.held, tempfile::tempfile_in(directory)?)?;
            self.pieces.push(piece);
        }
        self.held.push(record);
        Ok(())
    }

    /// All of them, sorted.
    ///
    /// # Errors
    /// As [`put`](Self::put).
    pub fn sorted(mut self) -> io::Result<Sorted> {
        if let Some(directory) = &self.spill
            && !self.pieces.is_empty()
        {
            let last = write_sorted(&mut self.held, tempfile::tempfile_in(directory)?)?;
            self.pieces.push(last);
            return Merged::of(self.pieces).map(|merged| Sorted(Kind::Spilt(merged)));
        }
        self.held.sort_unstable();
        Ok(Sorted(Kind::Held(self.held.into_iter())))
    }
}

/// Writes what is held in order, and holds it no more.
fn write_sorted(held: &mut Vec<Vec<u8>>, file: File) -> io::Result<Piece> {
    held.sort_unstable();
    let left = held.len();
    let mut piece = BufWriter::new(file);
    for record in held.drain(..) {
        let len = u32::try_from(record.len()).map_err(io::Error::other)?;
        piece.write_all(&len.to_le_bytes())?;
        piece.write_all(&record)?;
    }
    let mut file = piece.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.seek(SeekFrom::Start(0))?;
    Ok(Piece {
        left,
        file: BufReader::new(file),
    })
}

impl Merged {
    fn of(pieces: Vec<Piece>) -> io::Result<Self> {
        let mut merged = Self {
            first: BinaryHeap::with_capacity(pieces.len()),
            pieces,
        };
        for piece in 0..merged.pieces.len() {
            merged.refill(piece)?;
        }
        Ok(merged)
    }

    fn refill(&mut self, piece: usize) -> io::Result<()> {
        if let Some(record) = self.pieces[piece].take()? {
            self.first.push(Reverse((record, piece)));
        }
        Ok(())
    }

    fn take(&mut self) -> io::Result<Option<Vec<u8>>> {
        let Some(Reverse((record, piece))) = self.first.pop() else {
            return Ok(None);
        };
        self.refill(piece)?;
        Ok(Some(record))
    }
}

impl Piece {
    fn take(&mut self) -> io::Result<Option<Vec<u8>>> {
        let Some(left) = self.left.checked_sub(1) else {
            return Ok(None);
        };
        let mut len = [0; 4];
        self.file.read_exact(&mut len)?;
        let mut record = vec![0; u32::from_le_bytes(len) as usize];
        self.file.read_exact(&mut record)?;
        self.left = left;
        Ok(Some(record))
    }
}

impl Iterator for Sorted {
    type Item = io::Result<Vec<u8>>;

    fn next(&mut self) -> Option<Self::Item> {
        match &mut self.0 {
            Kind::Held(records) => records.next().map(Ok),
            Kind::Spilt(merged) => {
                let taken = merged.take();
                if taken.is_err() {
                    merged.first.clear();
                }
                taken.transpose()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sorted(most: usize, spill: Option<&Path>, records: &[Vec<u8>]) -> Vec<Vec<u8>> {
        let mut sorter = Sorter::new(most, spill);
        for record in records {
            sorter.put(record.clone()).unwrap();
            assert!(spill.is_none() || sorter.held.len() <= most);
        }
        sorter.sorted().unwrap().collect::<Result<_, _>>().unwrap()
    }

    proptest! {
        #[test]
        fn records_come_sorted_however_few_fit_in_memory(
            records in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..4), 0..40),
            most in 1_usize..10,
        ) {
            let dir = tempfile::tempdir().unwrap();
            let mut expected = records.clone();
            expected.sort();
            prop_assert_eq!(&sorted(most, Some(dir.path()), &records), &expected);
            prop_assert_eq!(&sorted(most, None, &records), &expected);
            // Nothing is left, and nothing had a name.
            prop_assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
        }
    }

    #[test]
    fn where_no_temporary_file_can_be_made_that_is_an_error_and_nothing_is_lost_silently() {
        let dir = tempfile::tempdir().unwrap();
        let absent = dir.path().join("absent");
        let mut sorter = Sorter::new(1, Some(&absent));
        sorter.put(vec![1]).unwrap();
        assert!(sorter.put(vec![2]).is_err());
    }
}
