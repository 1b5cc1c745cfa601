use std::io;
use std::marker::PhantomData;
use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::Error;
use crate::sorted::{Sorted, Sorter};

/// So many are held at a time: a few MiB, of usual names.
const IN_MEMORY: usize = 1 << 15;

/// Things of one kind to be sorted, by keys that need not be theirs.
pub(super) struct Records<T> {
    sorter: Sorter,
    count: u64,
    kind: PhantomData<T>,
}

/// The things in the order of their keys.
pub(super) struct RecordsInOrder<T> {
    sorted: Sorted,
    kind: PhantomData<T>,
}

impl<T: Serialize> Records<T> {
    /// None yet; what does not fit in memory will be in files in `spill`.
    pub(super) fn new(spill: Option<&Path>) -> Self {
        Self {
            sorter: Sorter::new(IN_MEMORY, spill),
            count: 0,
            kind: PhantomData,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Adds one. Those of one key come in the order of their text.
    pub(super) fn put(&mut self, key: &[u8], thing: &T) -> Result<(), Error> {
        self.count += 1;
        // The key, the text, and how long the key is, which would be in the way at the front.
        let mut record = key.to_vec();
        let put = serde_json::to_writer(&mut record, thing).map_err(io::Error::from);
        let key_bytes = u32::try_from(key.len()).map_err(io::Error::other);
        let put = put.and(key_bytes).and_then(|key_bytes| {
            record.extend_from_slice(&key_bytes.to_le_bytes());
            self.sorter.put(record)
        });
        put.map_err(of_records)
    }

    pub(super) fn in_order(self) -> Result<RecordsInOrder<T>, Error> {
        Ok(RecordsInOrder {
            sorted: self.sorter.sorted().map_err(of_records)?,
            kind: PhantomData,
        })
    }
}

impl<T: DeserializeOwned> Iterator for RecordsInOrder<T> {
    type Item = Result<T, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let record = self.sorted.next()?;
        Some(record.and_then(|record| read(&record)).map_err(of_records))
    }
}

fn read<T: DeserializeOwned>(record: &[u8]) -> io::Result<T> {
    let text = record.split_last_chunk().and_then(|(rest, key_bytes)| {
        let key_bytes = usize::try_from(u32::from_le_bytes(*key_bytes)).ok()?;
        rest.get(key_bytes..)
    });
    let text = text.ok_or(io::ErrorKind::InvalidData)?;
    Ok(serde_json::from_slice(text)?)
}

fn of_records(source: io::Error) -> Error {
    Error::Local {
        action: "sort what may have been renamed in",
        path: "a temporary file".into(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::by_name;
    use super::*;

    proptest! {
        #[test]
        fn names_come_in_their_order_whatever_is_in_them(
            mut names in proptest::collection::vec("[a\u{1}\"中/-]{0,4}", 0..12),
        ) {
            let mut records = Records::new(None);
            for name in &names {
                records.put(&by_name(name), name).unwrap();
            }
            prop_assert_eq!(records.is_empty(), names.is_empty());
            let in_order: Vec<String> = records.in_order().unwrap().map(Result::unwrap).collect();
            names.sort();
            prop_assert_eq!(in_order, names);
        }
    }
}
