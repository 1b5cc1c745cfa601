use std::sync::Arc;

use jiff::Timestamp;
use ossum_types::{BucketName, ObjectKey, UploadId, VersionId};

use super::lookup::{appended, find, told};
use super::{Overwrite, Store, bucket};
use crate::refusal::Refusal;
use crate::store::{Bucket, Content, Object, Piece, Version, Versioning, Versions};

/// An object that was asked for.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    pub(crate) object: Arc<Object>,
    /// Which version it is; `None` in a bucket that never kept versions.
    pub(crate) version: Option<VersionId>,
}

/// What was stored, and as which version: that is [`Found`] from then on.
pub(crate) type Stored = Found;

/// What a deletion did.
#[derive(Debug, Clone, Default)]
pub(crate) struct Deleted {
    /// The version that is gone, or the delete marker that was made.
    pub(crate) version: Option<VersionId>,
    /// Whether that is a delete marker.
    pub(crate) marker: bool,
}

/// Objects and their versions.
impl Store {
    /// The object `key` of bucket `name`: its newest version, or the one that is named.
    pub(crate) fn find(
        &self,
        name: &BucketName,
        key: &ObjectKey,
        version: Option<&str>,
    ) -> Result<Found, Refusal> {
        let mut buckets = self.lock();
        let bucket = bucket(&mut buckets, name)?;
        find(bucket, key, version).map(|(found, object)| Found {
            object: Arc::clone(object),
            version: told(bucket, found),
        })
    }

    /// Puts `object` under `key`, in a bucket with versions as the newest.
    pub(crate) fn publish(
        &self,
        name: &BucketName,
        key: &ObjectKey,
        object: Object,
        overwrite: Overwrite,
    ) -> Result<Stored, Refusal> {
        let mut buckets = self.lock();
        let bucket = bucket(&mut buckets, name)?;
        check_overwrite(bucket, key, overwrite)?;
        let (stored, replaced) = self.insert(bucket, (name, key), object, None)?;
        drop(buckets); // before what was replaced: that may be thousands of files
        drop(replaced);
        Ok(stored)
    }

    /// Puts what `change` makes of an object in its place, as the same version.
    pub(crate) fn change(
        &self,
        name: &BucketName,
        key: &ObjectKey,
        version: Option<&str>,
        change: impl FnOnce(&Object) -> Result<Object, Refusal>,
    ) -> Result<Stored, Refusal> {
        let mut buckets = self.lock();
        let bucket = bucket(&mut buckets, name)?;
        let (found, object) = find(bucket, key, version)?;
        let changed = change(object)?;
        let found = found.clone();
        self.replace(bucket, (name, key), &found, changed)
    }

    /// Looks at what would be appended to: the newest version, if there is any.
    pub(crate) fn with_appended<T>(
        &self,
        name: &BucketName,
        key: &ObjectKey,
        look: impl FnOnce(Option<&Object>) -> T,
    ) -> Result<T, Refusal> {
        let mut buckets = self.lock();
        let bucket = bucket(&mut buckets, name)?;
        Ok(look(appended(bucket, key)?))
    }

    /// Puts what `grow` makes of the newest version in its place, or makes the first one.
    pub(crate) fn append(
        &self,
        name: &BucketName,
        key: &ObjectKey,
        grow: impl FnOnce(Option<&Object>) -> Result<Object, Refusal>,
    ) -> Result<Stored, Refusal> {
        let mut buckets = self.lock();
        let bucket = bucket(&mut buckets, name)?;
        let grown = grow(appended(bucket, key)?)?;
        let Some(current) = bucket.current(key) else {
            return Ok(self.insert(bucket, (name, key), grown, None)?.0);
        };
        let current = current.clone();
        self.replace(bucket, (name, key), &current, grown)
    }

    /// Deletes object `key`, which need not exist; in a bucket with versions a marker says so.
    pub(crate) fn delete_object(
        &self,
        name: &BucketName,
        key: &ObjectKey,
        now: Timestamp,
    ) -> Result<Deleted, Refusal> {
        let mut buckets = self.lock();
        let bucket = bucket(&mut buckets, name)?;
        if bucket.versioning == Versioning::Never {
            let removed = self.remove(bucket, (name, key), "null")?;
            drop(buckets); // before what was removed: that may be thousands of files
            drop(removed);
            return Ok(Deleted::default());
        }
        let marker = next_version(bucket, key, Content::DeleteMarker, now);
        let version = Some(marker.id.clone());
        let replaced = self.put(bucket, (name, key), marker, None)?;
        drop(buckets);
        drop(replaced);
        Ok(Deleted {
            version,
            marker: true,
        })
    }

    /// Deletes one version for good; it need not exist.
    pub(crate) fn delete_version(
        &self,
        name: &BucketName,
        key: &ObjectKey,
        version: &str,
    ) -> Result<Deleted, Refusal> {
        let mut buckets = self.lock();
        let bucket = bucket(&mut buckets, name)?;
        let told = bucket.versioning != Versioning::Never;
        let removed = self.remove(bucket, (name, key), version)?;
        drop(buckets);
        Ok(Deleted {
            version: version.parse().ok().filter(|_| told),
            marker: removed.is_some_and(|removed| removed.object().is_none()),
        })
    }

    /// Saves `object` as the newest version; also returns the one it replaces.
    pub(super) fn insert(
        &self,
        bucket: &mut Bucket,
        place: (&BucketName, &ObjectKey),
        object: Object,
        upload: Option<&UploadId>,
    ) -> Result<(Stored, Option<Version>), Refusal> {
        let object = Arc::new(object);
        let content = Content::Object(Arc::clone(&object));
        let version = next_version(bucket, place.1, content, object.modified);
        let stored = Stored {
            object,
            version: told(bucket, &version),
        };
        let replaced = self.put(bucket, place, version, upload)?;
        Ok((stored, replaced))
    }

    /// Saves `object` in the place of `version`, whose ID and order it keeps.
    fn replace(
        &self,
        bucket: &mut Bucket,
        place: (&BucketName, &ObjectKey),
        version: &Version,
        object: Object,
    ) -> Result<Stored, Refusal> {
        let object = Arc::new(object);
        let changed = Version {
            id: version.id.clone(),
            order: version.order,
            modified: object.modified,
            content: Content::Object(Arc::clone(&object)),
        };
        let version = told(bucket, &changed);
        self.put(bucket, place, changed, None)?;
        Ok(Stored { object, version })
    }

    /// Saves a version, and returns the one it replaces.
    fn put(
        &self,
        bucket: &mut Bucket,
        (name, key): (&BucketName, &ObjectKey),
        version: Version,
        upload: Option<&UploadId>,
    ) -> Result<Option<Version>, Refusal> {
        keep(pieces(&version));
        self.on_disk("saving an object", |disk| {
            disk.save_version(name, key, &version, upload)
        })?;
        let replaced = bucket.keys.entry(key.clone()).or_default().put(version);
        condemn(replaced.iter().flat_map(pieces));
        Ok(replaced)
    }

    /// Removes a version, and returns it.
    fn remove(
        &self,
        bucket: &mut Bucket,
        (name, key): (&BucketName, &ObjectKey),
        version: &str,
    ) -> Result<Option<Version>, Refusal> {
        let Some(versions) = bucket.keys.get_mut(key) else {
            return Ok(None);
        };
        let Some(found) = versions.find(version) else {
            return Ok(None);
        };
        self.on_disk("removing an object", |disk| {
            disk.remove_version(name, key, &found.id)
        })?;
        let removed = versions.remove(version);
        condemn(removed.iter().flat_map(pieces));
        if versions.is_empty() {
            bucket.keys.remove(key);
        }
        Ok(removed)
    }
}

fn next_version(bucket: &Bucket, key: &ObjectKey, content: Content, now: Timestamp) -> Version {
    let order = bucket.keys.get(key).map_or(0, Versions::next_order);
    Version {
        id: bucket.versioning.next_id(order, now),
        order,
        modified: now,
        content,
    }
}

/// Refuses to replace an object where that is forbidden.
///
/// Where versions are kept nothing is lost, and the wish is ignored (official documentation of
/// `x-oss-forbid-overwrite`).
pub(super) fn check_overwrite(
    bucket: &Bucket,
    key: &ObjectKey,
    overwrite: Overwrite,
) -> Result<(), Refusal> {
    let forbidden = overwrite == Overwrite::Forbid && bucket.versioning == Versioning::Never;
    if forbidden && bucket.object(key).is_some() {
        return Err(Refusal::already_exists());
    }
    Ok(())
}

fn pieces(version: &Version) -> impl Iterator<Item = &Piece> {
    let object = version.object();
    object.into_iter().flat_map(|object| &object.pieces)
}

/// A record that names `pieces` is about to be written.
pub(super) fn keep<'p>(pieces: impl IntoIterator<Item = &'p Piece>) {
    pieces.into_iter().for_each(|piece| piece.blob.keep());
}

/// A record that named `pieces` is gone.
pub(super) fn condemn<'p>(pieces: impl IntoIterator<Item = &'p Piece>) {
    pieces.into_iter().for_each(|piece| piece.blob.condemn());
}
