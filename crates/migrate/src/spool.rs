//! Objects in the order of their keys, however they came and however many there are.

use std::path::Path;

use ossum_many::{Sorted, Sorter};
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::manifest::Listed;
use crate::{text, time};

/// Takes objects in any order; what is more than fits in memory lies in temporary files.
#[derive(Debug)]
pub(crate) struct Spool {
    sorter: Sorter,
    count: u64,
}

/// So many are held in memory: some thirty megabytes. A hundred million are less than 800 files then, and a process
/// may have a thousand open.
const IN_MEMORY: usize = 1 << 17;

impl Spool {
    /// One whose temporary files lie in `spill`, or where the system has them.
    pub(crate) fn new(spill: Option<&Path>) -> Self {
        let usual = std::env::temp_dir();
        Self {
            sorter: Sorter::new(IN_MEMORY, Some(spill.unwrap_or(&usual))),
            count: 0,
        }
    }

    pub(crate) fn len(&self) -> u64 {
        self.count
    }

    pub(crate) fn put(&mut self, listed: &Listed) -> Result<(), Error> {
        self.count += 1;
        self.sorter.put(encoded(listed)).map_err(failed)
    }

    /// All of them by key, those of one key in the order of what else is known of them.
    pub(crate) fn sorted(
        self,
    ) -> Result<impl Iterator<Item = Result<Listed, Error>> + use<>, Error> {
        let sorted: Sorted = self.sorter.sorted().map_err(failed)?;
        Ok(sorted.map(|record| {
            let record = record.map_err(failed)?;
            Ok(decoded(&record).expect("what was written is read"))
        }))
    }
}

fn failed(source: std::io::Error) -> Error {
    Error::local("keep what is sorted in", "a temporary file".as_ref())(source)
}

#[derive(Serialize, Deserialize)]
struct Rest {
    s: Option<u64>,
    #[serde(with = "text::optional")]
    e: Option<ossum_types::ETag>,
    #[serde(with = "time::as_optional_text")]
    m: Option<std::time::SystemTime>,
    #[serde(with = "text::optional")]
    c: Option<ossum_types::Crc64>,
    #[serde(with = "text::optional")]
    v: Option<ossum_types::VersionId>,
    a: Option<String>,
}

/// The key, so written that records sort as keys do, and the rest.
pub(crate) fn encoded(listed: &Listed) -> Vec<u8> {
    let mut record = Vec::with_capacity(listed.key.len() + 96);
    for byte in listed.key.bytes() {
        record.push(byte);
        if byte == 0 {
            record.push(1);
        }
    }
    record.extend([0, 0]);
    let listed = listed.clone();
    let rest = Rest {
        s: listed.size,
        e: listed.etag,
        m: listed.modified,
        c: listed.crc64,
        v: listed.version,
        a: listed.address,
    };
    serde_json::to_writer(&mut record, &rest).expect("text and numbers can be written");
    record
}

pub(crate) fn decoded(record: &[u8]) -> Option<Listed> {
    let mut key = Vec::new();
    let mut bytes = record.iter().enumerate();
    while let Some((at, byte)) = bytes.next() {
        if *byte != 0 {
            key.push(*byte);
            continue;
        }
        let (_, behind) = bytes.next()?;
        if *behind == 0 {
            let rest: Rest = serde_json::from_slice(&record[at + 2..]).ok()?;
            return Some(Listed {
                key: String::from_utf8(key).ok()?,
                size: rest.s,
                etag: rest.e,
                modified: rest.m,
                crc64: rest.c,
                version: rest.v,
                address: rest.a,
            });
        }
        key.push(0);
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn objects_come_in_the_order_of_keys_and_whole(
            keys in proptest::collection::vec("[\0\u{1}a{]{0,4}", 0..30),
            size in any::<Option<u64>>(),
        ) {
            let mut spool = Spool::new(None);
            let listed = |key: &String| Listed {
                key: key.clone(),
                size,
                etag: Some("AB".parse().unwrap()),
                address: Some("http://x/".to_owned()),
                ..Listed::default()
            };
            for key in &keys {
                spool.put(&listed(key)).unwrap();
            }
            prop_assert_eq!(spool.len(), keys.len() as u64);
            let sorted: Result<Vec<_>, _> = spool.sorted().unwrap().collect();
            let mut expected: Vec<_> = keys.iter().map(listed).collect();
            expected.sort_by(|a, b| a.key.cmp(&b.key));
            prop_assert_eq!(sorted.unwrap(), expected);
        }
    }
}
