use ossum_types::{BucketName, ObjectKey, PartNumber, UploadId};

use super::objects::{check_overwrite, condemn, keep};
use super::{Overwrite, Store, Stored, bucket};
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
        keep(&part.pieces);
        self.on_disk("saving a part", |disk| {
            disk.save_part(name, id, number, &part)
        })?;
        if let Some(replaced) = upload.parts.insert(number, part) {
            condemn(&replaced.pieces);
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
            condemn(&removed.pieces);
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
        condemn(removed.iter().flat_map(pieces));
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
    ) -> Result<Stored, Refusal> {
        let place = place(key, id)?;
        let mut buckets = self.lock();
        let bucket = bucket(&mut buckets, name)?;
        let upload = bucket.uploads.get(&place);
        let object = assemble(upload.ok_or_else(|| Refusal::no_such_upload(id))?)?;
        check_overwrite(bucket, key, overwrite)?;
        let (stored, _replaced) = self.insert(bucket, (name, key), object, Some(&place.1))?;
        // From here on the object stands: if the upload's records stay, the next start sees from
        // the object's that the upload is over.
        let _ = self.on_disk("ending an upload", |disk| {
            disk.remove_upload(name, &place.1)
        });
        let upload = bucket.uploads.remove(&place);
        condemn(upload.iter().flat_map(pieces));
        drop(buckets);
        self.sweep_upload(name, &place.1);
        Ok(stored)
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

fn pieces(upload: &Upload) -> impl Iterator<Item = &Piece> {
    upload.parts.values().flat_map(|part| &part.pieces)
}
