use ossum_types::{Crc64, ETag};
use serde::{Deserialize, Serialize};

use super::records::Records;
use crate::error::Error;
use crate::sync::plan::Origin;

/// Something whose CRC-64 is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Known {
    size: u64,
    crc64: String,
    name: String,
    what: Kind,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
enum Kind {
    Object {
        etag: String,
    },
    /// Which file it is, and when it was last changed in any way.
    File {
        identity: String,
    },
}

impl Known {
    pub(super) fn object(name: String, size: u64, crc64: Crc64, etag: &ETag) -> Self {
        let etag = etag.to_string();
        Self {
            size,
            crc64: crc64.to_string(),
            name,
            what: Kind::Object { etag },
        }
    }

    pub(super) fn file(name: String, size: u64, crc64: Crc64, identity: String) -> Self {
        Self {
            size,
            crc64: crc64.to_string(),
            name,
            what: Kind::File { identity },
        }
    }

    /// Puts it where [`Matched`] expects it: with those of the same bytes, objects before files.
    pub(super) fn put_in(&self, records: &mut Records<Self>) -> Result<(), Error> {
        let kind = match self.what {
            Kind::Object { .. } => "object",
            Kind::File { .. } => "with file",
        };
        let key = format!("{:020} {:>20} {kind}", self.size, self.crc64);
        records.put(key.as_bytes(), self)
    }

    fn has_bytes_of(&self, other: &Self) -> bool {
        self.size == other.size && self.crc64 == other.crc64
    }
}

/// A file, and an object that has its bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Match {
    /// The file's.
    pub(super) name: String,
    pub(super) origin: Origin,
}

/// All files that an object has the bytes of, each with the first such object. Holds one object.
///
/// Several files may have one origin: nothing happens to it before all of them are there.
pub(super) struct Matched<K> {
    known: K,
    object: Option<Known>,
}

impl<K: Iterator<Item = Result<Known, Error>>> Matched<K> {
    /// `known` in the order that [`Known::put_in`] makes.
    pub(super) fn among(known: K) -> Self {
        Self {
            known,
            object: None,
        }
    }

    fn of(&self, name: String, size: u64, crc64: String, identity: String) -> Option<Match> {
        let object = self.object.as_ref()?;
        let Kind::Object { etag } = &object.what else {
            return None;
        };
        let has_its_bytes = object.size == size && object.crc64 == crc64;
        has_its_bytes.then(|| Match {
            name,
            origin: Origin {
                key: object.name.clone(),
                etag: etag.clone(),
                crc64,
                file: identity,
            },
        })
    }
}

impl<K: Iterator<Item = Result<Known, Error>>> Iterator for Matched<K> {
    type Item = Result<Match, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let known = match self.known.next()? {
                Ok(known) => known,
                Err(error) => return Some(Err(error)),
            };
            match known.what {
                Kind::File { identity } => {
                    if let Some(found) = self.of(known.name, known.size, known.crc64, identity) {
                        return Some(Ok(found));
                    }
                }
                Kind::Object { .. } => {
                    let is_first = !self
                        .object
                        .as_ref()
                        .is_some_and(|object| object.has_bytes_of(&known));
                    if is_first {
                        self.object = Some(known);
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    fn matched(files: &[(u64, u64)], objects: &[(u64, u64)]) -> BTreeMap<String, String> {
        let mut records = Records::new(None);
        let etag = "E".parse().unwrap();
        for (number, (size, crc64)) in files.iter().enumerate() {
            let (name, crc64) = (format!("f{number:02}"), crc64.to_string().parse().unwrap());
            let file = Known::file(name, *size, crc64, "i".to_owned());
            file.put_in(&mut records).unwrap();
        }
        for (number, (size, crc64)) in objects.iter().enumerate() {
            let (name, crc64) = (format!("o{number:02}"), crc64.to_string().parse().unwrap());
            let object = Known::object(name, *size, crc64, &etag);
            object.put_in(&mut records).unwrap();
        }
        let all = Matched::among(records.in_order().unwrap());
        let all = all.map(Result::unwrap);
        all.map(|found| (found.name, found.origin.key)).collect()
    }

    fn bytes() -> impl Strategy<Value = Vec<(u64, u64)>> {
        // Sizes of one and of two digits: as text they are in another order than as numbers.
        let size = prop_oneof![Just(1), Just(9), Just(10), Just(u64::MAX)];
        let crc64 = prop_oneof![Just(0), Just(7), Just(10), Just(u64::MAX)];
        proptest::collection::vec((size, crc64), 0..12)
    }

    proptest! {
        #[test]
        fn each_file_gets_the_first_object_of_its_size_and_checksum(files in bytes(), objects in bytes()) {
            let expected: BTreeMap<String, String> = files
                .iter()
                .enumerate()
                .filter_map(|(number, file)| {
                    let object = objects.iter().position(|object| object == file)?;
                    Some((format!("f{number:02}"), format!("o{object:02}")))
                })
                .collect();
            prop_assert_eq!(matched(&files, &objects), expected);
        }
    }

    #[test]
    fn the_same_checksum_of_another_size_is_no_match() {
        assert_eq!(matched(&[(1, 7)], &[(2, 7), (1, 8)]), BTreeMap::new());
        assert_eq!(
            matched(&[(1, 7), (1, 7)], &[(1, 7)]).len(),
            2,
            "one origin for two"
        );
    }
}
