//! The form of the store on disk.
//!
//! ```text
//! ossum-devserver.json         what this directory is
//! lock                         held by the one server that uses it
//! blobs/ID                     bytes that came in one request
//! buckets/NAME/bucket.json     a bucket; its directory is nothing without it
//! buckets/NAME/objects/H.json  an object: key, metadata, blobs; H is the SHA-256 of the key
//! buckets/NAME/objects/H.V.json  the same of version V, where that is not `null`
//! buckets/NAME/uploads/ID/     an upload: upload.json, and a file for each part
//! ```
//!
//! Names come from keys only through a hash, so no key leaves the directory. Bytes are durable
//! before the record that names them, and a record appears whole or not at all; what no record
//! names is swept at the next start. So a crash at any point leaves objects old or new, never half.

mod load;
mod record;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use ossum_durable::{Durability, Fs, FsFile, RealFs, write_whole};
use ossum_types::{BucketName, ObjectKey, PartNumber, UploadId, VersionId};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::version::is_null;
use super::{BlobWriter, Bucket, Part, Upload, Version};
use crate::id;

const MARKER: &str = "ossum-devserver.json";
const FORMAT: u32 = 2;
/// It knew no versions; it is read, and is the newest from then on.
const OLDEST_FORMAT: u32 = 1;

/// A directory that keeps a store.
#[derive(Debug)]
pub(super) struct Disk {
    root: PathBuf,
    /// Held as long as the store is open.
    _lock: Box<dyn FsFile>,
}

impl Disk {
    /// Starts to take in a blob.
    pub(super) fn writer(&self, now: Timestamp) -> io::Result<BlobWriter> {
        BlobWriter::in_file(self.blobs().join(id::unique(now)))
    }

    /// Makes the names of finished blobs durable.
    pub(super) fn sync_blobs(&self) -> io::Result<()> {
        RealFs.sync_directory(&self.blobs())
    }

    pub(super) fn save_bucket(&self, name: &BucketName, bucket: &Bucket) -> io::Result<()> {
        let directory = self.bucket(name);
        fs::create_dir_all(directory.join("objects"))?;
        fs::create_dir_all(directory.join("uploads"))?;
        RealFs.sync_directory(&self.buckets())?;
        save(&directory.join("bucket.json"), &record::Bucket::of(bucket))
    }

    pub(super) fn remove_bucket(&self, name: &BucketName) -> io::Result<()> {
        let directory = self.bucket(name);
        remove(&directory.join("bucket.json"))?;
        // Nothing without its record: if it stays, the next start sweeps it.
        let _ = fs::remove_dir_all(directory);
        Ok(())
    }

    /// Saves a version; `upload` is the one it was made of, which is over with it.
    pub(super) fn save_version(
        &self,
        name: &BucketName,
        key: &ObjectKey,
        version: &Version,
        upload: Option<&UploadId>,
    ) -> io::Result<()> {
        let record = record::Version::of(key, version, upload)?;
        save(&self.version(name, key, &version.id), &record)
    }

    pub(super) fn remove_version(
        &self,
        name: &BucketName,
        key: &ObjectKey,
        version: &VersionId,
    ) -> io::Result<()> {
        remove(&self.version(name, key, version))
    }

    pub(super) fn save_upload(
        &self,
        name: &BucketName,
        key: &ObjectKey,
        id: &UploadId,
        upload: &Upload,
    ) -> io::Result<()> {
        let directory = self.upload(name, id);
        fs::create_dir(&directory)?;
        RealFs.sync_directory(&self.bucket(name).join("uploads"))?;
        let record = record::Upload::of(key, upload);
        save(&directory.join("upload.json"), &record)
    }

    pub(super) fn save_part(
        &self,
        name: &BucketName,
        id: &UploadId,
        number: PartNumber,
        part: &Part,
    ) -> io::Result<()> {
        let path = self.upload(name, id).join(format!("{number}.json"));
        save(&path, &record::Part::of(part)?)
    }

    /// Ends an upload; [`sweep_upload`](Self::sweep_upload) then removes what remains of it.
    pub(super) fn remove_part(
        &self,
        name: &BucketName,
        id: &UploadId,
        number: PartNumber,
    ) -> io::Result<()> {
        remove(&self.upload(name, id).join(format!("{number}.json")))
    }

    pub(super) fn remove_upload(&self, name: &BucketName, id: &UploadId) -> io::Result<()> {
        remove(&self.upload(name, id).join("upload.json"))
    }

    /// Removes what remains of an upload that is over: thousands of files, perhaps.
    pub(super) fn sweep_upload(&self, name: &BucketName, id: &UploadId) {
        // If it stays, the next start sweeps it.
        let _ = fs::remove_dir_all(self.upload(name, id));
    }

    fn blobs(&self) -> PathBuf {
        self.root.join("blobs")
    }

    fn buckets(&self) -> PathBuf {
        self.root.join("buckets")
    }

    /// A bucket's name is one DNS label, so it is also a safe file name.
    fn bucket(&self, name: &BucketName) -> PathBuf {
        self.buckets().join(name.as_str())
    }

    /// Version IDs are made here, and loaded from nowhere but the records: hexadecimal digits.
    fn version(&self, name: &BucketName, key: &ObjectKey, version: &VersionId) -> PathBuf {
        let hash = hex::encode(Sha256::digest(key.as_str()));
        let objects = self.bucket(name).join("objects");
        if is_null(version) {
            objects.join(format!("{hash}.json"))
        } else {
            objects.join(format!("{hash}.{version}.json"))
        }
    }

    /// Upload IDs are made here: hexadecimal digits.
    fn upload(&self, name: &BucketName, id: &UploadId) -> PathBuf {
        self.bucket(name).join("uploads").join(id.as_str())
    }
}

/// Writes a record so that it is there whole, or as it was.
fn save(path: &Path, record: &impl Serialize) -> io::Result<()> {
    let bytes = serde_json::to_vec(record)?;
    write_whole(&RealFs, path, &bytes, Durability::Full).map_err(io::Error::other)
}

/// Removes a record, which need not be there; on return it will not come back.
fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Ok(()) => {}
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(cause) => return Err(cause),
    }
    match path.parent() {
        Some(directory) => RealFs.sync_directory(directory),
        None => Ok(()),
    }
}
