//! Where everything lies that the machines of a migration have in common.

mod bucket;
mod directory;

use std::fmt;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use ossum_client::Client;
use ossum_types::{Endpoint, PrefixUrl};
use serde::Serialize;
use serde::de::DeserializeOwned;

use self::bucket::Bucket;
use self::directory::Directory;
use crate::error::Error;

/// A directory, or a prefix of a bucket, with small files that appear whole or not at all.
///
/// Its methods block, and panic where they are called from asynchronous code. Any number of threads
/// may use it at once, and any number of machines the same place. Names have `/` between their parts.
#[derive(Debug)]
pub struct Place(Kind);

#[derive(Debug)]
enum Kind {
    Directory(Directory),
    Bucket(Bucket),
}

/// A file of a place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// Its name, from the beginning.
    pub name: String,
    /// Its size in bytes.
    pub size: u64,
}

/// No file that is read as a whole is larger, in bytes: a shard of 10,000 rows has two million.
const MAX_BYTES: u64 = 256 << 20;

impl Place {
    /// The directory; it is made, for its owner alone, when something is put there.
    pub fn directory(path: impl Into<PathBuf>) -> Self {
        Self(Kind::Directory(Directory::new(path.into())))
    }

    /// What is below a prefix, with or without `/` at its end, asked by `client` over a connection of its
    /// own.
    ///
    /// # Errors
    /// [`Error::Transfer`] if the system gives no more files.
    pub fn prefix(client: &Client, url: PrefixUrl) -> Result<Self, Error> {
        Ok(Self(Kind::Bucket(Bucket::new(client, url)?)))
    }

    /// Puts a file that is there with all of `bytes` or as it was before, also after a power loss. One
    /// of that name is replaced.
    ///
    /// # Errors
    /// [`Error::Client`] or [`Error::File`]; the file may have been put all the same.
    pub fn put(&self, name: &str, bytes: impl Into<Bytes>) -> Result<(), Error> {
        match &self.0 {
            Kind::Directory(directory) => directory.put(name, &bytes.into()),
            Kind::Bucket(bucket) => bucket.put(name, bytes.into()),
        }
    }

    /// Puts what a file of this machine has, however large it is, as [`put`](Self::put) does.
    ///
    /// # Errors
    /// As [`put`](Self::put); [`Error::Local`] or [`Error::Transfer`] if the file cannot be read.
    pub fn put_file(&self, name: &str, file: &Path) -> Result<(), Error> {
        match &self.0 {
            Kind::Directory(directory) => directory.put_file(name, file),
            Kind::Bucket(bucket) => bucket.put_file(name, file),
        }
    }

    /// A file's bytes; `None` if there is no such file.
    ///
    /// # Errors
    /// [`Error::Damaged`] above 256 MiB, which nothing has that is put here.
    pub fn get(&self, name: &str) -> Result<Option<Bytes>, Error> {
        let bytes = match &self.0 {
            Kind::Directory(directory) => directory.get(name, MAX_BYTES)?,
            Kind::Bucket(bucket) => bucket.get(name, MAX_BYTES)?,
        };
        match bytes {
            Some(bytes) if bytes.len() as u64 > MAX_BYTES => {
                Err(self.damaged(name, "it is larger than any that is put here"))
            }
            bytes => Ok(bytes),
        }
    }

    /// Whether there is a file of that name.
    ///
    /// # Errors
    /// That it could not be found out.
    pub fn exists(&self, name: &str) -> Result<bool, Error> {
        match &self.0 {
            Kind::Directory(directory) => directory.exists(name),
            Kind::Bucket(bucket) => bucket.exists(name),
        }
    }

    /// Removes a file; that there is none is no error.
    ///
    /// # Errors
    /// That it may still be there.
    pub fn remove(&self, name: &str) -> Result<(), Error> {
        match &self.0 {
            Kind::Directory(directory) => directory.remove(name),
            Kind::Bucket(bucket) => bucket.remove(name),
        }
    }

    /// All files below `prefix`, which ends with `/`, in the order of their names. Held as a whole:
    /// there is a file or two for each shard, and some chunks for each ledger.
    ///
    /// # Errors
    /// That the listing does not go on.
    pub fn list(&self, prefix: &str) -> Result<Vec<Entry>, Error> {
        match &self.0 {
            Kind::Directory(directory) => directory.list(prefix),
            Kind::Bucket(bucket) => bucket.list(prefix),
        }
    }

    /// Whether it is part of what is below a prefix at an endpoint.
    pub(crate) fn is_below(&self, endpoint: &Endpoint, url: &PrefixUrl) -> bool {
        match &self.0 {
            Kind::Directory(_) => false,
            Kind::Bucket(bucket) => bucket.is_below(endpoint, url),
        }
    }

    /// Puts a small file of JSON.
    pub(crate) fn put_json(&self, name: &str, value: &impl Serialize) -> Result<(), Error> {
        let mut bytes = serde_json::to_vec(value)
            .map_err(|error| self.damaged(name, &format!("it cannot be written: {error}")))?;
        bytes.push(b'\n');
        self.put(name, bytes)
    }

    /// Reads a small file of JSON.
    pub(crate) fn get_json<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, Error> {
        let Some(bytes) = self.get(name)? else {
            return Ok(None);
        };
        let value = serde_json::from_slice(&bytes);
        value
            .map(Some)
            .map_err(|error| self.damaged(name, &error.to_string()))
    }

    /// That a file here is not what it should be.
    pub(crate) fn damaged(&self, name: &str, why: &str) -> Error {
        Error::Damaged {
            place: self.to_string(),
            name: name.to_owned(),
            why: why.to_owned(),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Directory(directory) => directory.fmt(f),
            Kind::Bucket(bucket) => bucket.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use ossum_testkit::Server;

    use super::*;

    /// Does the same in both kinds of place.
    fn in_each(test: impl Fn(&Place)) {
        let dir = tempfile::tempdir().unwrap();
        test(&Place::directory(dir.path().join("work")));
        let oss = Server::new().in_process();
        test(&Place::prefix(oss.client(), "oss://bkt/work".parse().unwrap()).unwrap());
    }

    fn names(place: &Place, prefix: &str) -> Vec<(String, u64)> {
        let entries = place.list(prefix).unwrap().into_iter();
        entries.map(|entry| (entry.name, entry.size)).collect()
    }

    #[test]
    fn what_is_put_is_there_and_what_is_put_again_replaces_it() {
        in_each(|place| {
            assert_eq!(place.get("done/000001.json").unwrap(), None);
            assert!(!place.exists("done/000001.json").unwrap());
            place.put("done/000001.json", "one").unwrap();
            place.put("done/000001.json", "two!").unwrap();
            let there = place.get("done/000001.json").unwrap().unwrap();
            assert_eq!(&there[..], b"two!");
            assert!(place.exists("done/000001.json").unwrap());
            place.remove("done/000001.json").unwrap();
            place.remove("done/000001.json").unwrap();
            assert!(!place.exists("done/000001.json").unwrap());
        });
    }

    #[test]
    fn what_is_listed_is_in_the_order_of_names_and_below_the_prefix_alone() {
        in_each(|place| {
            assert_eq!(names(place, "ledger/000001/"), []);
            for name in ["ledger/000001/b", "ledger/000001/a", "ledger/000002/c", "x"] {
                place.put(name, "12").unwrap();
            }
            let one = [
                ("ledger/000001/a".to_owned(), 2),
                ("ledger/000001/b".to_owned(), 2),
            ];
            assert_eq!(names(place, "ledger/000001/"), one);
            assert_eq!(names(place, "ledger/").len(), 3);
        });
    }

    #[test]
    fn a_file_of_this_machine_is_put_as_it_is() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("report");
        for bytes in [&b"1,2\n"[..], b""] {
            fs::write(&file, bytes).unwrap();
            in_each(|place| {
                place.put_file("report.csv", &file).unwrap();
                assert_eq!(&place.get("report.csv").unwrap().unwrap()[..], bytes);
            });
        }
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_a_crash_left_half_written_is_not_listed() {
        let dir = tempfile::tempdir().unwrap();
        let place = Place::directory(dir.path());
        place.put("done/000001.json", "1").unwrap();
        fs::write(dir.path().join("done/.ossum-x.tmp"), "half").unwrap();
        assert_eq!(names(&place, "done/"), [("done/000001.json".to_owned(), 1)]);
    }

    #[test]
    fn json_that_is_damaged_is_named() {
        in_each(|place| {
            place.put("job.json", "{").unwrap();
            let error = place.get_json::<u64>("job.json").unwrap_err();
            assert!(error.to_string().starts_with("job.json in "), "{error}");
        });
    }
}
