use crate::error::Error;
use crate::job::Options;
use crate::manifest::{Listed, Piece, ShardWriter};
use crate::place::Place;

/// Fills one shard after the other.
#[derive(Debug)]
pub(super) struct Shards<'a> {
    place: &'a Place,
    options: Options,
    open: Option<ShardWriter>,
    closed: u32,
    rows: u64,
}

impl<'a> Shards<'a> {
    pub(super) fn new(place: &'a Place, options: Options) -> Self {
        Self {
            place,
            options,
            open: None,
            closed: 0,
            rows: 0,
        }
    }

    /// Adds a row, to another shard where this one would have too much with it.
    pub(super) fn add(&mut self, listed: &Listed, piece: &Piece) -> Result<(), Error> {
        let bytes = match piece {
            Piece::Object => listed.size.unwrap_or(0),
            Piece::Range { range, .. } => range.len(),
        };
        let is_full = |shard: &ShardWriter| {
            shard.is_large()
                || shard.rows() >= self.options.shard_objects
                || shard.bytes().saturating_add(bytes) > self.options.shard_bytes
        };
        if self.open.as_ref().is_some_and(is_full) {
            self.close()?;
        }
        self.open.get_or_insert_default().add(listed, piece);
        self.rows += 1;
        Ok(())
    }

    /// Puts what is open, if anything is.
    pub(super) fn close(&mut self) -> Result<(), Error> {
        if let Some(shard) = self.open.take() {
            shard.put(self.place, self.closed)?;
            self.closed += 1;
        }
        Ok(())
    }

    /// How many were put.
    pub(super) fn closed(&self) -> u32 {
        self.closed
    }

    /// How many rows were added.
    pub(super) fn rows(&self) -> u64 {
        self.rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::Rows;

    fn shards(sizes: &[u64], options: Options) -> Vec<Vec<u64>> {
        let dir = tempfile::tempdir().unwrap();
        let place = Place::directory(dir.path());
        let mut shards = Shards::new(&place, options);
        for (at, size) in sizes.iter().enumerate() {
            let listed = Listed {
                key: format!("{at:03}"),
                size: Some(*size),
                ..Listed::default()
            };
            shards.add(&listed, &Piece::Object).unwrap();
        }
        shards.close().unwrap();
        shards.close().unwrap();
        assert_eq!(shards.rows(), sizes.len() as u64);
        let rows = |number| Rows::of_shard(&place, number).unwrap();
        let sizes = |number| {
            rows(number)
                .iter()
                .filter_map(|row| row.listed.size)
                .collect()
        };
        (0..shards.closed()).map(sizes).collect()
    }

    #[test]
    fn a_shard_has_neither_too_many_rows_nor_too_many_bytes() {
        let options = Options {
            shard_objects: 3,
            shard_bytes: 10,
            split_bytes: 100,
        };
        let none: [[u64; 0]; 0] = [];
        assert_eq!(shards(&[], options), none);
        assert_eq!(shards(&[1; 7], options), [vec![1; 3], vec![1; 3], vec![1]]);
        assert_eq!(shards(&[5, 5, 1], options), [vec![5, 5], vec![1]]);
        // A single row may have more.
        assert_eq!(shards(&[1, 50, 1], options), [[1], [50], [1]]);
        assert_eq!(shards(&[0; 4], options), [vec![0; 3], vec![0]]);
    }
}
