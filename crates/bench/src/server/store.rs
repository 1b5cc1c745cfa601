use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use ossum_types::Crc64;
use serde::Serialize;

use super::pattern;

/// What the server knows: the objects there are, unfinished uploads, and what was asked of it.
#[derive(Default)]
pub(crate) struct Store {
    objects: Mutex<BTreeMap<String, Object>>,
    uploads: Mutex<BTreeMap<String, Parts>>,
    next: AtomicU64,
    requests: AtomicU64,
    bytes_in: AtomicU64,
    bytes_out: AtomicU64,
    /// Downloads that are still given; `None` if all are.
    downloads_left: Mutex<Option<u64>>,
}

pub(super) type Parts = BTreeMap<u64, Part>;

#[derive(Debug, Clone, Copy)]
pub(super) struct Part {
    pub(super) size: u64,
    pub(super) crc64: Crc64,
}

/// An object: the first bytes of the pattern, or something uploaded that is gone.
#[derive(Debug, Clone, Copy)]
pub(super) struct Object {
    pub(super) size: u64,
    pub(super) crc64: Crc64,
    pub(super) is_there: bool,
}

/// What was asked since it was last looked at.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub(crate) struct Counted {
    pub(crate) requests: u64,
    /// Of bodies, without what frames them.
    pub(crate) bytes_in: u64,
    pub(crate) bytes_out: u64,
}

impl Store {
    /// Makes objects of `size` bytes of the pattern.
    pub(crate) fn offer(&self, keys: impl IntoIterator<Item = String>, size: u64) {
        let object = Object {
            size,
            crc64: pattern::crc64(size),
            is_there: true,
        };
        self.objects()
            .extend(keys.into_iter().map(|key| (key, object)));
    }

    /// Forgets all objects and uploads.
    pub(crate) fn clear(&self) {
        self.objects().clear();
        self.uploads().clear();
    }

    /// Gives so many more downloads and then none; all of them if there is no number.
    pub(crate) fn give_downloads(&self, number: Option<u64>) {
        *self.downloads_left() = number;
    }

    /// Whether a download is still given.
    pub(super) fn gives_download(&self) -> bool {
        match &mut *self.downloads_left() {
            Some(0) => false,
            Some(left) => {
                *left -= 1;
                true
            }
            None => true,
        }
    }

    /// What was counted since the last call.
    pub(crate) fn counted(&self) -> Counted {
        Counted {
            requests: self.requests.swap(0, Ordering::Relaxed),
            bytes_in: self.bytes_in.swap(0, Ordering::Relaxed),
            bytes_out: self.bytes_out.swap(0, Ordering::Relaxed),
        }
    }

    pub(super) fn count_request(&self) -> u64 {
        self.requests.fetch_add(1, Ordering::Relaxed);
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    pub(super) fn count_in(&self, bytes: u64) {
        self.bytes_in.fetch_add(bytes, Ordering::Relaxed);
    }

    pub(super) fn count_out(&self, bytes: u64) {
        self.bytes_out.fetch_add(bytes, Ordering::Relaxed);
    }

    pub(super) fn object(&self, key: &str) -> Option<Object> {
        self.objects().get(key).copied()
    }

    /// Up to `limit` objects below `prefix`, after `after`.
    pub(super) fn list(&self, prefix: &str, after: &str, limit: usize) -> Vec<(String, Object)> {
        let objects = self.objects();
        let from = prefix.max(after).to_owned();
        let below = objects
            .range(from..)
            .filter(|(key, _)| key.as_str() != after);
        let below = below.take_while(|(key, _)| key.starts_with(prefix));
        below
            .map(|(key, object)| (key.clone(), *object))
            .take(limit)
            .collect()
    }

    pub(super) fn put(&self, key: &str, size: u64, crc64: Crc64) {
        let object = Object {
            size,
            crc64,
            is_there: false,
        };
        self.objects().insert(key.to_owned(), object);
    }

    pub(super) fn begin_upload(&self) -> String {
        let id = format!("{:032X}", self.next.fetch_add(1, Ordering::Relaxed));
        self.uploads().insert(id.clone(), Parts::new());
        id
    }

    /// Whether there is such an upload.
    pub(super) fn put_part(&self, id: &str, number: u64, part: Part) -> bool {
        let mut uploads = self.uploads();
        let parts = uploads.get_mut(id);
        parts.map(|parts| parts.insert(number, part)).is_some()
    }

    pub(super) fn parts(&self, id: &str) -> Option<Parts> {
        self.uploads().get(id).cloned()
    }

    /// Ends an upload, and gives what its parts are together.
    pub(super) fn end_upload(&self, id: &str) -> Option<Part> {
        let parts = self.uploads().remove(id)?;
        let nothing = Part {
            size: 0,
            crc64: Crc64::EMPTY,
        };
        Some(parts.into_values().fold(nothing, |all, part| Part {
            size: all.size + part.size,
            crc64: all.crc64.combine(part.crc64, part.size),
        }))
    }

    fn downloads_left(&self) -> MutexGuard<'_, Option<u64>> {
        let left = self.downloads_left.lock();
        left.unwrap_or_else(PoisonError::into_inner)
    }

    fn objects(&self) -> MutexGuard<'_, BTreeMap<String, Object>> {
        self.objects.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn uploads(&self) -> MutexGuard<'_, BTreeMap<String, Parts>> {
        self.uploads.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
