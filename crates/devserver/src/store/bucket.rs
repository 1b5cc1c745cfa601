use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use ossum_types::{ObjectKey, UploadId};

use super::{Object, Upload, Version, Versioning, Versions};

/// A bucket and what is in it.
#[derive(Debug)]
pub(crate) struct Bucket {
    pub(crate) created: Timestamp,
    pub(crate) storage_class: String,
    pub(crate) acl: String,
    pub(crate) versioning: Versioning,
    /// A key is here as long as there is a version of it, if only a delete marker.
    pub(crate) keys: BTreeMap<ObjectKey, Versions>,
    /// In the order `ListMultipartUploads` gives them.
    pub(crate) uploads: BTreeMap<(ObjectKey, UploadId), Upload>,
}

impl Bucket {
    pub(crate) fn new(created: Timestamp, storage_class: &str, acl: &str) -> Self {
        Self {
            created,
            storage_class: storage_class.to_owned(),
            acl: acl.to_owned(),
            versioning: Versioning::Never,
            keys: BTreeMap::new(),
            uploads: BTreeMap::new(),
        }
    }

    /// The newest version of `key`, which may be a delete marker.
    pub(crate) fn current(&self, key: &ObjectKey) -> Option<&Version> {
        self.keys.get(key)?.current()
    }

    /// The object that `key` stands for.
    pub(crate) fn object(&self, key: &ObjectKey) -> Option<&Arc<Object>> {
        self.current(key)?.object()
    }
}
