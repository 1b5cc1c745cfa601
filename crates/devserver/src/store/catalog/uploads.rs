use std::collections::HashSet;
use std::sync::Arc;

use ossum_types::{BucketName, ObjectKey, PartNumber, UploadId};

use super::{Overwrite, Store, bucket, check_overwrite, condemn, keep};
use crate::refusal::Refusal;
use crate::store::{Object, Part, Piece, Upload};

/// Multipart uploads.
impl Store {
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
        self.on_disk("opening an upload", |disk| {
            disk.save_upload(name, key, &id, &upload)
        })?;
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
        let place = place(key, id)?;
        let mut buckets = self.lock();
        let upload = bucket(&mut buckets, name)?.uploads.get(&place);
        upload
            .map(|upload| look(&place.1, upload))
            .ok_or_else(|| Refusal::no_such_upload(id))
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
        // It may have ended while the part came in.
        let upload = upload.ok_or_else(|| Refusal::no_such_upload(id.as_str()))?;
        part.blob.keep();
        self.on_disk("saving a part", |disk| {
            disk.save_part(name, id, number, &part)
        })?;
        if let Some(replaced) = upload.parts.insert(number, part) {
            replaced.blob.condemn();
        }
        Ok(())
    }

    /// Removes a part from an upload, if it has it.
    pub(crate) fn remove_part(
        &self,
        name: &BucketName,
        key: &ObjectKey,
        id: &str,
        number: PartNumber,
    ) -> Result<(), Refusal> {
        let place = place(key, id)?;
        let mut buckets = self.lock();
        let upload = bucket(&mut buckets, name)?.uploads.get_mut(&place);
        let upload = upload.ok_or_else(|| Refusal::no_such_upload(id))?;
        self.on_disk("removing a part", |disk| {
            disk.remove_part(name, &place.1, number)
        })?;
        if let Some(removed) = upload.parts.remove(&number) {
            removed.blob.condemn();
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
        let place = place(key, id)?;
        let mut buckets = self.lock();
        let bucket = bucket(&mut buckets, name)?;
        if !bucket.uploads.contains_key(&place) {
            return Err(Refusal::no_such_upload(id));
        }
        self.on_disk("ending an upload", |disk| {
            disk.remove_upload(name, &place.1)
        })?;
        let removed = bucket.uploads.remove(&place);
        for part in removed.iter().flat_map(|upload| upload.parts.values()) {
            part.blob.condemn();
        }
        drop(buckets);
        self.sweep_upload(name, &place.1);
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
        let place = place(key, id)?;
        let mut buckets = self.lock();
        let bucket = bucket(&mut buckets, name)?;
        let upload = bucket.uploads.get(&place);
        let object = assemble(upload.ok_or_else(|| Refusal::no_such_upload(id))?)?;
        check_overwrite(bucket, key, overwrite)?;
        keep(&object);
        self.on_disk("saving an object", |disk| {
            disk.save_object(name, key, &object, Some(&place.1))
        })?;
        let object = Arc::new(object);
        let replaced = bucket.objects.insert(key.clone(), Arc::clone(&object));
        condemn(replaced.as_deref());
        // From here on the object stands: if the upload's records stay, the next start sees from
        // the object's that the upload is over.
        let _ = self.on_disk("ending an upload", |disk| {
            disk.remove_upload(name, &place.1)
        });
        let upload = bucket.uploads.remove(&place);
        if let Some(upload) = &upload {
            condemn_unused(upload, &object);
        }
        drop(buckets);
        self.sweep_upload(name, &place.1);
        Ok(object)
    }

    /// Removes what remains of an upload on the disk, while others go on.
    fn sweep_upload(&self, name: &BucketName, id: &UploadId) {
        if let Some(disk) = &self.disk {
            disk.sweep_upload(name, id);
        }
    }
}

/// Where upload `id` of `key` is, if anywhere.
fn place(key: &ObjectKey, id: &str) -> Result<(ObjectKey, UploadId), Refusal> {
    let parsed = id.parse().map_err(|_| Refusal::no_such_upload(id))?;
    Ok((key.clone(), parsed))
}

fn condemn_unused(upload: &Upload, object: &Object) {
    let used: HashSet<_> = object
        .pieces
        .iter()
        .map(|piece: &Piece| Arc::as_ptr(&piece.blob))
        .collect();
    let parts = upload.parts.values();
    for part in parts.filter(|part| !used.contains(&Arc::as_ptr(&part.blob))) {
        part.blob.condemn();
    }
}
