use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use ossum_types::{BucketName, ObjectKey, PartNumber, UploadId};

use super::{BlobWriter, Bucket, Object, Part, Upload};
use crate::refusal::Refusal;
use crate::settings::Storage;

/// Whether an object may take the place of one that is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Overwrite {
    Allow,
    Forbid,
}

/// The buckets and all that is in them; every method is atomic.
#[derive(Debug, Default)]
pub(crate) struct Store {
    buckets: Mutex<BTreeMap<BucketName, Bucket>>,
}

type Buckets = BTreeMap<BucketName, Bucket>;

impl Store {
    /// Opens what `storage` names.
    pub(crate) fn open(storage: &Storage, now: Timestamp) -> io::Result<Self> {
        let _ = (storage, now);
        Ok(Self::default())
    }

    /// Starts to take in a blob of `expected` bytes, if that is known.
    pub(crate) fn writer(&self, expected: Option<u64>) -> io::Result<BlobWriter> {
        Ok(BlobWriter::in_memory(expected))
    }

    /// Makes bucket `name` unless it is there.
    pub(crate) fn create_bucket(&self, name: &BucketName, bucket: Bucket) -> Result<(), Refusal> {
        self.lock().entry(name.clone()).or_insert(bucket);
        Ok(())
    }

    /// Removes bucket `name` if nothing is in it.
    pub(crate) fn delete_bucket(&self, name: &BucketName) -> Result<(), Refusal> {
        let mut buckets = self.lock();
        let bucket = bucket(&mut buckets, name)?;
        if !bucket.objects.is_empty() || !bucket.uploads.is_empty() {
            let message = "The bucket you tried to delete is not empty.";
            let refusal = Refusal::new(http::StatusCode::CONFLICT, "BucketNotEmpty", message);
            return Err(refusal.detail("BucketName", name.as_str()));
        }
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

    /// The object `key` of bucket `name`.
    pub(crate) fn object(
        &self,
        name: &BucketName,
        key: &ObjectKey,
    ) -> Result<Arc<Object>, Refusal> {
        let found = self.with_bucket(name, |bucket| bucket.objects.get(key).cloned())?;
        found.ok_or_else(|| Refusal::no_such_key(key.as_str()))
    }

    /// Puts `object` under `key`.
    pub(crate) fn publish(
        &self,
        name: &BucketName,
        key: &ObjectKey,
        object: Object,
        overwrite: Overwrite,
    ) -> Result<(), Refusal> {
        let mut buckets = self.lock();
        let bucket = bucket(&mut buckets, name)?;
        check_overwrite(bucket, key, overwrite)?;
        let replaced = bucket.objects.insert(key.clone(), Arc::new(object));
        condemn(replaced.as_deref());
        Ok(())
    }

    /// Removes object `key`, which need not exist.
    pub(crate) fn delete_object(&self, name: &BucketName, key: &ObjectKey) -> Result<(), Refusal> {
        let mut buckets = self.lock();
        let removed = bucket(&mut buckets, name)?.objects.remove(key);
        condemn(removed.as_deref());
        Ok(())
    }

    /// Opens an upload for `key`.
    pub(crate) fn open_upload(
        &self,
        name: &BucketName,
        key: &ObjectKey,
        id: UploadId,
        upload: Upload,
        overwrite: Overwrite,
    ) -> Result<(), Refusal> {
        let mut buckets = self.lock();
        let bucket = bucket(&mut buckets, name)?;
        check_overwrite(bucket, key, overwrite)?;
        bucket.uploads.insert((key.clone(), id), upload);
        Ok(())
    }

    /// Looks at an upload.
    pub(crate) fn with_upload<T>(
        &self,
        name: &BucketName,
        key: &ObjectKey,
        id: &str,
        look: impl FnOnce(&UploadId, &Upload) -> T,
    ) -> Result<T, Refusal> {
        let missing = || Refusal::no_such_upload(id);
        let place = (key.clone(), id.parse().map_err(|_| missing())?);
        let mut buckets = self.lock();
        let upload = bucket(&mut buckets, name)?.uploads.get(&place);
        upload
            .map(|upload| look(&place.1, upload))
            .ok_or_else(missing)
    }

    /// Adds a part to an upload, in place of one with the same number.
    pub(crate) fn put_part(
        &self,
        name: &BucketName,
        key: &ObjectKey,
        id: &UploadId,
        number: PartNumber,
        part: Part,
    ) -> Result<(), Refusal> {
        let mut buckets = self.lock();
        let place = (key.clone(), id.clone());
        let upload = bucket(&mut buckets, name)?.uploads.get_mut(&place);
        let upload = upload.ok_or_else(|| Refusal::no_such_upload(id.as_str()))?;
        if let Some(replaced) = upload.parts.insert(number, part) {
            replaced.blob.condemn();
        }
        Ok(())
    }

    /// Ends an upload; with it go its parts.
    pub(crate) fn abort_upload(
        &self,
        name: &BucketName,
        key: &ObjectKey,
        id: &str,
    ) -> Result<(), Refusal> {
        let missing = || Refusal::no_such_upload(id);
        let place = (key.clone(), id.parse().map_err(|_| missing())?);
        let mut buckets = self.lock();
        let removed = bucket(&mut buckets, name)?.uploads.remove(&place);
        for part in removed.ok_or_else(missing)?.parts.values() {
            part.blob.condemn();
        }
        Ok(())
    }

    /// Ends an upload by making its object, which `assemble` puts together from the parts.
    ///
    /// Parts that are not in the object go.
    pub(crate) fn complete_upload(
        &self,
        name: &BucketName,
        key: &ObjectKey,
        id: &str,
        overwrite: Overwrite,
        assemble: impl FnOnce(&Upload) -> Result<Object, Refusal>,
    ) -> Result<Arc<Object>, Refusal> {
        let missing = || Refusal::no_such_upload(id);
        let place = (key.clone(), id.parse().map_err(|_| missing())?);
        let mut buckets = self.lock();
        let bucket = bucket(&mut buckets, name)?;
        let upload = bucket.uploads.get(&place).ok_or_else(missing)?;
        let object = Arc::new(assemble(upload)?);
        check_overwrite(bucket, key, overwrite)?;
        let upload = bucket.uploads.remove(&place).ok_or_else(missing)?;
        condemn_unused(&upload, &object);
        let replaced = bucket.objects.insert(key.clone(), Arc::clone(&object));
        condemn(replaced.as_deref());
        Ok(object)
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

fn check_overwrite(bucket: &Bucket, key: &ObjectKey, overwrite: Overwrite) -> Result<(), Refusal> {
    if overwrite == Overwrite::Forbid && bucket.objects.contains_key(key) {
        return Err(Refusal::already_exists());
    }
    Ok(())
}

fn condemn(object: Option<&Object>) {
    for piece in object.iter().flat_map(|object| &object.pieces) {
        piece.blob.condemn();
    }
}

fn condemn_unused(upload: &Upload, object: &Object) {
    for part in upload.parts.values() {
        let used = |piece: &super::Piece| Arc::ptr_eq(&piece.blob, &part.blob);
        if !object.pieces.iter().any(used) {
            part.blob.condemn();
        }
    }
}
