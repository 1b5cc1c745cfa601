//! What an inventory of OSS lists: `manifest.json`, and the files that it names, CSV and compressed.
//!
//! The format is that of the official documentation of bucket inventories: no header, columns as `fileSchema` has
//! them, keys percent-encoded.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use csv::{ReaderBuilder, StringRecord};
use md5::{Digest, Md5};
use ossum_client::Client;
use ossum_transfer::{Download, Monitor, Worker};
use ossum_types::{ObjectKey, ObjectUrl};
use percent_encoding::percent_decode_str;
use serde::Deserialize;
use tempfile::TempDir;

use super::Source;
use super::listing::{Listing, Taker};
use super::lists::put_all;
use crate::error::Error;
use crate::manifest::Listed;
use crate::spool::Spool;
use crate::table::Table;
use crate::time;

/// Where an inventory is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inventory {
    /// Its `manifest.json` is a file of this machine, and what it names lies beside it, or in `data` beside it or
    /// beside its directory.
    File(PathBuf),
    /// Its `manifest.json` is an object of the bucket that it was made for.
    Object(ObjectUrl),
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Manifest {
    file_format: String,
    pub(crate) file_schema: String,
    files: Vec<Part>,
}

#[derive(Debug, Deserialize)]
struct Part {
    key: String,
    #[serde(rename = "MD5checksum")]
    md5: Option<String>,
}

/// Lists what it has below the source, which is a prefix of OSS. An inventory in OSS is fetched as the source is read.
pub(super) fn list(
    listing: &Listing<'_>,
    inventory: &Inventory,
    taker: &mut Taker<'_>,
) -> Result<(), Error> {
    let files = Files::of(inventory, listing.client)?;
    let path = files.manifest()?;
    let file = File::open(&path).map_err(Error::local("open", &path))?;
    let manifest = Manifest::read(file).map_err(|why| bad(&path, why))?;
    let columns = Columns::of(&manifest.file_schema);
    let mut spool = Spool::new(listing.spill.as_deref());
    for part in &manifest.files {
        let path = files.part(&part.key)?;
        check(&path, part.md5.as_deref())?;
        let file = File::open(&path).map_err(Error::local("open", &path))?;
        let mut table = table(BufReader::new(file));
        let mut record = StringRecord::new();
        loop {
            listing.monitor.check()?;
            let read = table.next(&mut record);
            if !read.map_err(|error| bad(&path, error.to_string()))? {
                break;
            }
            let found = columns.listed(&record, listing.source);
            if let Some(listed) = found.map_err(|why| bad(&path, why))? {
                spool.put(&listed)?;
            }
        }
        files.done_with(&path);
    }
    put_all(spool, taker)
}

/// One of the files that an inventory names, however large it is.
pub(crate) fn table<R: Read>(file: R) -> Table<R> {
    let mut csv = ReaderBuilder::new();
    Table::new(file, csv.has_headers(false).flexible(true), u64::MAX)
}

impl Manifest {
    /// Of a table; anything else is refused.
    pub(crate) fn read(manifest: impl Read) -> Result<Self, String> {
        let mut text = Vec::new();
        let read = manifest.take(MAX_MANIFEST_BYTES + 1).read_to_end(&mut text);
        read.map_err(|error| error.to_string())?;
        if text.len() as u64 > MAX_MANIFEST_BYTES {
            return Err("it is larger than any manifest of an inventory".to_owned());
        }
        let manifest: Self = serde_json::from_slice(&text)
            .map_err(|error| format!("it is no manifest of an inventory: {error}"))?;
        if !manifest.file_format.eq_ignore_ascii_case("csv") {
            let format = manifest.file_format.escape_debug();
            return Err(format!("its format is {format}, and not CSV"));
        }
        Ok(manifest)
    }
}

/// No manifest is larger, in bytes: it has some hundred for each file, and a file has a million objects.
const MAX_MANIFEST_BYTES: u64 = 64 << 20;

fn bad(path: &Path, why: String) -> Error {
    Error::local("read the inventory", path)(std::io::Error::other(why))
}

/// What is read, wherever it lies.
struct Files<'a> {
    inventory: &'a Inventory,
    worker: Worker,
    temporary: TempDir,
}

impl<'a> Files<'a> {
    fn of(inventory: &'a Inventory, client: &Client) -> Result<Self, Error> {
        let temporary = tempfile::tempdir();
        Ok(Self {
            inventory,
            worker: Worker::new(client)?,
            temporary: temporary.map_err(Error::local("make", "a temporary directory".as_ref()))?,
        })
    }

    fn manifest(&self) -> Result<PathBuf, Error> {
        match self.inventory {
            Inventory::File(path) => Ok(path.clone()),
            Inventory::Object(url) => self.fetched(url.key.as_str(), "manifest.json"),
        }
    }

    fn part(&self, key: &str) -> Result<PathBuf, Error> {
        let name = key.rsplit('/').next().unwrap_or(key);
        let Inventory::File(manifest) = self.inventory else {
            return self.fetched(key, "part.csv.gz");
        };
        let beside = manifest.parent().unwrap_or(Path::new(""));
        let places = [
            beside.join(name),
            beside.join("data").join(name),
            beside.join("../data").join(name),
        ];
        let found = places.iter().find(|path| path.is_file());
        Ok(found.unwrap_or(&places[0]).clone())
    }

    /// The file that an object of the inventory's bucket has become.
    fn fetched(&self, key: &str, name: &str) -> Result<PathBuf, Error> {
        let Inventory::Object(manifest) = self.inventory else {
            return Ok(PathBuf::from(key));
        };
        let key = ObjectKey::from_str(key)?;
        let bucket = manifest.bucket.clone();
        let path = self.temporary.path().join(name);
        let request = Download::new(ObjectUrl { bucket, key }, &path);
        self.worker.download(&request, &Monitor::new())?;
        Ok(path)
    }

    /// Makes room for the next one.
    fn done_with(&self, path: &Path) {
        if path.starts_with(self.temporary.path()) {
            // It goes with its directory at the latest.
            let _ = std::fs::remove_file(path);
        }
    }
}

fn check(path: &Path, md5: Option<&str>) -> Result<(), Error> {
    let Some(md5) = md5 else { return Ok(()) };
    let mut file = File::open(path).map_err(Error::local("open", path))?;
    let mut hasher = Md5::new();
    let mut block = vec![0; 256 << 10];
    loop {
        let len = file.read(&mut block).map_err(Error::local("read", path))?;
        if len == 0 {
            break;
        }
        hasher.update(&block[..len]);
    }
    if hex::encode(hasher.finalize()).eq_ignore_ascii_case(md5) {
        return Ok(());
    }
    Err(bad(path, "its MD5 is not that of the manifest".to_owned()))
}

/// Where each column is.
#[derive(Debug)]
pub(crate) struct Columns(Vec<String>);

impl Columns {
    pub(crate) fn of(schema: &str) -> Self {
        let names = schema
            .split(',')
            .map(|name| name.trim().to_ascii_lowercase());
        Self(names.collect())
    }

    fn field<'r>(&self, record: &'r StringRecord, name: &str) -> Option<&'r str> {
        let at = self.0.iter().position(|its| its == name)?;
        record.get(at).filter(|field| !field.is_empty())
    }

    /// The object of a line; `None` for what is not below the source, or is no current version.
    pub(crate) fn listed(
        &self,
        record: &StringRecord,
        source: &Source,
    ) -> Result<Option<Listed>, String> {
        let Source::Oss { url, .. } = source else {
            return Err("an inventory is of a bucket of OSS".to_owned());
        };
        let is = |name, value: &str| {
            self.field(record, name)
                .is_some_and(|field| field.eq_ignore_ascii_case(value))
        };
        if let Some(bucket) = self.field(record, "bucket")
            && bucket != url.bucket.as_str()
        {
            return Err(format!("it is of the bucket {}", bucket.escape_debug()));
        }
        if is("islatest", "false") || is("isdeletemarker", "true") {
            return Ok(None);
        }
        let key = self.field(record, "key").ok_or("a line has no key")?;
        let key = percent_decode_str(key).decode_utf8();
        let key = key.map_err(|_| "a key is not UTF-8".to_owned())?;
        let Some(below) = key.strip_prefix(&url.prefix) else {
            return Ok(None);
        };
        let modified = self.field(record, "lastmodifieddate").and_then(moment);
        Ok(Some(Listed {
            key: below.to_owned(),
            size: self
                .field(record, "size")
                .and_then(|size| size.parse().ok()),
            etag: self
                .field(record, "etag")
                .and_then(|etag| etag.parse().ok()),
            modified,
            crc64: self
                .field(record, "crc64")
                .and_then(|crc64| crc64.parse().ok()),
            ..Listed::default()
        }))
    }
}

/// Also with `-` between hours, minutes and seconds, as inventories have it.
fn moment(text: &str) -> Option<std::time::SystemTime> {
    time::parse(text).or_else(|| {
        let (date, clock) = text.split_once('T')?;
        time::parse(&format!("{date}T{}", clock.replace('-', ":")))
    })
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    fn listed(schema: &str, fields: &[&str]) -> Result<Option<Listed>, String> {
        let source = Source::parse("oss://bkt/data/").unwrap();
        Columns::of(schema).listed(&StringRecord::from(fields.to_vec()), &source)
    }

    #[test]
    fn a_line_is_read_by_the_columns_that_there_are() {
        let schema = "Bucket, Key, Size, LastModifiedDate, ETag, Crc64";
        let fields = [
            "bkt",
            "data%2Fa%20b",
            "12",
            "2026-11-27T20-00-36Z",
            "AB",
            "7",
        ];
        let found = listed(schema, &fields).unwrap().unwrap();
        assert_eq!((found.key.as_str(), found.size), ("a b", Some(12)));
        assert_eq!(found.modified, time::parse("2026-11-27T20:00:36Z"));
        assert_eq!(found.crc64, Some("7".parse().unwrap()));
        let found = listed("Key", &["data/x"]).unwrap().unwrap();
        assert_eq!((found.key.as_str(), found.size), ("x", None));
    }

    #[test]
    fn what_is_elsewhere_or_no_more_is_not_listed() {
        let schema = "Key, IsLatest, IsDeleteMarker";
        assert_eq!(listed(schema, &["other/x", "true", "false"]), Ok(None));
        assert_eq!(listed(schema, &["data/x", "false", "false"]), Ok(None));
        assert_eq!(listed(schema, &["data/x", "true", "true"]), Ok(None));
        assert!(listed("Bucket, Key", &["other", "data/x"]).is_err());
        assert!(listed("Bucket, Key", &["bkt", ""]).is_err());
    }

    #[test]
    fn a_manifest_is_read_up_to_its_limit_and_not_beyond() {
        let manifest = br#"{"fileFormat":"CSV","fileSchema":"Key","files":[]}"#;
        let read = |len_bytes: u64| {
            let padding = io::repeat(b' ').take(len_bytes - manifest.len() as u64);
            Manifest::read(manifest.chain(padding))
        };
        assert_eq!(read(MAX_MANIFEST_BYTES).unwrap().file_schema, "Key");
        let refused = read(MAX_MANIFEST_BYTES + 1).err().unwrap();
        assert!(refused.contains("larger"), "{refused}");
        let endless = Manifest::read(manifest.chain(io::repeat(b' ')));
        assert!(endless.is_err());
    }
}
