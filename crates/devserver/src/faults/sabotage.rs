//! Changes what is stored as if somebody else had.

use std::io;
use std::iter;
use std::sync::Arc;

use bytes::Bytes;
use jiff::Timestamp;
use ossum_types::{BucketName, ByteRange, Crc64, Crc64Hasher, ETag, ObjectKey, PartNumber};

use super::rule::scramble;
use super::{Effect, PartChange, Turn};
use crate::id;
use crate::refusal::Refusal;
use crate::request::{Request, Target};
use crate::store::{Blob, Object, ObjectReader, Overwrite, Part, Piece, Store};

/// Other bytes come in runs of this length.
const RUN_BYTES: usize = 64 * 1024;

/// Does what `effect` says at its `turn`.
///
/// # Errors
/// What the store says if there is nothing to change.
pub(super) fn apply(
    effect: &Effect,
    turn: Turn,
    store: &Store,
    request: &Request,
    now: Timestamp,
) -> Result<(), Refusal> {
    let Target::Object(bucket, key) = &request.target else {
        return Ok(());
    };
    let place = Place {
        store,
        bucket,
        key,
        upload_id: request.query.get("uploadId").unwrap_or(""),
        now,
    };
    match effect {
        Effect::ReplaceObject(when) if *when == turn => place.replace_object(),
        Effect::TouchObject(when) if *when == turn => place.touch_object(),
        Effect::DeleteObject(when) if *when == turn => {
            // Whoever pinned a version is to miss that one.
            match request.query.get("versionId") {
                Some(version) => store.delete_version(bucket, key, version).map(drop),
                None => store.delete_object(bucket, key, now).map(drop),
            }
        }
        Effect::DropUpload(when) if *when == turn => {
            store.abort_upload(bucket, key, place.upload_id)
        }
        Effect::Part(change) if turn == Turn::Before => place.change_part(*change),
        _ => Ok(()),
    }
}

/// What is to change.
struct Place<'p> {
    store: &'p Store,
    bucket: &'p BucketName,
    key: &'p ObjectKey,
    upload_id: &'p str,
    now: Timestamp,
}

/// Bytes that were just stored, and that nothing names yet.
struct Stored {
    blob: Arc<Blob>,
    crc64: Crc64,
}

impl Place<'_> {
    fn replace_object(&self) -> Result<(), Refusal> {
        let old = self.store.find(self.bucket, self.key, None)?.object;
        let stored = self.store(other_bytes(old.size))?;
        self.publish(Object {
            etag: self.other_etag(),
            ..self.rewritten(&old, stored)
        })
    }

    fn touch_object(&self) -> Result<(), Refusal> {
        let old = self.store.find(self.bucket, self.key, None)?.object;
        let mut reader = ObjectReader::new(Arc::clone(&old), ByteRange::new(0, old.size));
        let stored = self.store(iter::from_fn(|| reader.next_chunk()))?;
        self.publish(self.rewritten(&old, stored))
    }

    /// `old` as it is with the bytes that were just stored.
    fn rewritten(&self, old: &Object, stored: Stored) -> Object {
        Object {
            crc64: stored.crc64,
            modified: self.now,
            pieces: vec![Piece::whole(stored.blob)],
            ..old.clone()
        }
    }

    fn publish(&self, object: Object) -> Result<(), Refusal> {
        let (bucket, key) = (self.bucket, self.key);
        let published = self.store.publish(bucket, key, object, Overwrite::Allow);
        published.map(drop)
    }

    fn change_part(&self, change: PartChange) -> Result<(), Refusal> {
        match change {
            PartChange::Lost(number) => {
                let (bucket, key) = (self.bucket, self.key);
                self.store.remove_part(bucket, key, self.upload_id, number)
            }
            PartChange::Replaced(number) => self.put_part(number, |size| size),
            PartChange::Shortened(number) => self.put_part(number, |size| size.saturating_sub(1)),
        }
    }

    fn put_part(&self, number: PartNumber, size_of: impl Fn(u64) -> u64) -> Result<(), Refusal> {
        let (bucket, key, store) = (self.bucket, self.key, self.store);
        let (id, old) = store.with_upload(bucket, key, self.upload_id, |id, upload| {
            (id.clone(), upload.parts.get(&number).cloned())
        })?;
        let Some(old) = old else { return Ok(()) };
        let size = size_of(old.size);
        let stored = self.store(other_bytes(size))?;
        let part = Part {
            etag: self.other_etag(),
            crc64: stored.crc64,
            size,
            modified: self.now,
            pieces: vec![Piece::whole(stored.blob)],
        };
        store.put_part(bucket, key, &id, number, part)
    }

    fn store(&self, bytes: impl Iterator<Item = io::Result<Bytes>>) -> Result<Stored, Refusal> {
        let stored = self.try_store(bytes);
        stored.map_err(|cause| Refusal::storage("storing other bytes", &cause))
    }

    fn try_store(&self, bytes: impl Iterator<Item = io::Result<Bytes>>) -> io::Result<Stored> {
        let mut writer = self.store.writer(None, self.now)?;
        let mut crc64 = Crc64Hasher::new();
        for chunk in bytes {
            let chunk = chunk?;
            crc64.update(&chunk);
            writer.write(&chunk)?;
        }
        Ok(Stored {
            blob: self.store.finish(writer)?,
            crc64: crc64.finish(),
        })
    }

    fn other_etag(&self) -> ETag {
        let digits = id::unique(self.now).parse();
        digits.expect("hexadecimal digits are an ETag")
    }
}

/// `len` bytes that nobody has uploaded.
fn other_bytes(len: u64) -> impl Iterator<Item = io::Result<Bytes>> {
    let words = (0..).map(|nth| scramble(len, nth)).take(RUN_BYTES / 8);
    let run: Bytes = words.flat_map(u64::to_le_bytes).collect();
    let mut left = len;
    iter::from_fn(move || {
        let take = usize::try_from(left).unwrap_or(usize::MAX).min(run.len());
        left -= take as u64;
        (take > 0).then(|| Ok(run.slice(..take)))
    })
}
