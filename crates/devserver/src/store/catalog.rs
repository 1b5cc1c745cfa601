mod lookup;
mod objects;
mod uploads;

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::StatusCode;
use jiff::Timestamp;
use ossum_types::{BucketName, ObjectKey};

use objects::Stored;
pub(crate) use objects::{Deleted, Found};

use super::disk::Disk;
use super::{Blob, BlobWriter, Bucket, Versioning};
use crate::refusal::Refusal;
use crate::settings::Storage;

/// Whether an object may take the place of one that is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Overwrite {
    Allow,
    Forbid,
}

/// The buckets and all that is in them; every method is atomic.
///
/// A change is written to the disk, if there is one, and then to the catalog, under one lock: so
/// the disk never knows less than an answer has told.
#[derive(Debug)]
pub(crate) struct Store {
    buckets: Mutex<Buckets>,
    disk: Option<Disk>,
}

type Buckets = BTreeMap<BucketName, Bucket>;

impl Store {
    /// Opens what `storage` names.
    pub(crate) fn open(storage: &Storage) -> io::Result<Self> {
        let (disk, buckets) = match storage {
            Storage::Memory => (None, Buckets::new()),
            Storage::Directory(root) => {
                let (disk, buckets) = Disk::open(root)?;
                (Some(disk), buckets)
            }
        };
        Ok(Self {
            buckets: Mutex::new(buckets),
            disk,
        })
    }

    /// Starts to take in a blob of `expected` bytes, if that is known.
    pub(crate) fn writer(&self, expected: Option<u64>, now: Timestamp) -> io::Result<BlobWriter> {
        match &self.disk {
            None => Ok(BlobWriter::in_memory(expected)),
            Some(disk) => disk.writer(now),
        }
    }

    /// Ends a blob; on return it is as durable as the store is, but nothing names it yet.
    pub(crate) fn finish(&self, writer: BlobWriter) -> io::Result<Arc<Blob>> {
        let blob = Arc::new(writer.finish()?);
        if let Some(disk) = &self.disk {
            disk.sync_blobs()?;
        }
        Ok(blob)
    }

    /// Makes bucket `name` unless it is there.
    pub(crate) fn create_bucket(&self, name: &BucketName, bucket: Bucket) -> Result<(), Refusal> {
        let mut buckets = self.lock();
        if !buckets.contains_key(name) {
            self.on_disk("making a bucket", |disk| disk.save_bucket(name, &bucket))?;
            buckets.insert(name.clone(), bucket);
        }
        Ok(())
    }

    /// Removes bucket `name` if nothing is in it.
    pub(crate) fn delete_bucket(&self, name: &BucketName) -> Result<(), Refusal> {
        let mut buckets = self.lock();
        let bucket = bucket(&mut buckets, name)?;
        if !bucket.keys.is_empty() || !bucket.uploads.is_empty() {
            let message = "The bucket you tried to delete is not empty.";
            let refusal = Refusal::new(StatusCode::CONFLICT, "BucketNotEmpty", message);
            return Err(refusal.detail("BucketName", name.as_str()));
        }
        self.on_disk("removing a bucket", |disk| disk.remove_bucket(name))?;
        buckets.remove(name);
        Ok(())
    }

    /// Looks at all buckets.
    pub(crate) fn with_buckets<T>(&self, look: impl FnOnce(&Buckets) -> T) -> T {
        look(&self.lock())
    }

    /// Looks at bucket `name`.
    pub(crate) fn with_bucket<T>(
        &self,
        name: &BucketName,
        look: impl FnOnce(&Bucket) -> T,
    ) -> Result<T, Refusal> {
        bucket(&mut self.lock(), name).map(|bucket| look(bucket))
    }

    /// Refuses what a request to store `key` would be refused for at its end.
    pub(crate) fn check_overwrite(
        &self,
        name: &BucketName,
        key: &ObjectKey,
        overwrite: Overwrite,
    ) -> Result<(), Refusal> {
        let mut buckets = self.lock();
        objects::check_overwrite(bucket(&mut buckets, name)?, key, overwrite)
    }

    /// Starts or ceases to keep versions in bucket `name`.
    pub(crate) fn set_versioning(
        &self,
        name: &BucketName,
        versioning: Versioning,
    ) -> Result<(), Refusal> {
        self.set(name, |bucket| &mut bucket.versioning, versioning)
    }

    /// Changes who else may use bucket `name`.
    pub(crate) fn set_acl(&self, name: &BucketName, acl: &str) -> Result<(), Refusal> {
        self.set(name, |bucket| &mut bucket.acl, acl.to_owned())
    }

    /// Changes what `field` finds of bucket `name`: on the disk too, or not at all.
    fn set<T>(
        &self,
        name: &BucketName,
        field: impl Fn(&mut Bucket) -> &mut T,
        value: T,
    ) -> Result<(), Refusal> {
        let mut buckets = self.lock();
        let bucket = bucket(&mut buckets, name)?;
        let before = std::mem::replace(field(bucket), value);
        let saved = self.on_disk("changing a bucket", |disk| disk.save_bucket(name, bucket));
        if saved.is_err() {
            *field(bucket) = before;
        }
        saved
    }

    /// Carries out `change` on the disk, if there is one.
    fn on_disk(
        &self,
        doing: &str,
        change: impl FnOnce(&Disk) -> io::Result<()>,
    ) -> Result<(), Refusal> {
        match &self.disk {
            None => Ok(()),
            Some(disk) => change(disk).map_err(|cause| Refusal::storage(doing, &cause)),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Buckets> {
        // A panic cannot leave the catalog half changed: every change is one insert or remove.
        self.buckets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn bucket<'b>(buckets: &'b mut Buckets, name: &BucketName) -> Result<&'b mut Bucket, Refusal> {
    buckets
        .get_mut(name)
        .ok_or_else(|| Refusal::no_such_bucket(name.as_str()))
}
