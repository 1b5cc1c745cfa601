use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use ossum_types::{ObjectKey, UploadId};

use super::{Object, Upload};

/// A bucket and what is in it.
#[derive(Debug)]
pub(crate) struct Bucket {
    pub(crate) created: Timestamp,
    pub(crate) storage_class: String,
    pub(crate) acl: String,
    pub(crate) objects: BTreeMap<ObjectKey, Arc<Object>>,
    /// In the order `ListMultipartUploads` gives them.
    pub(crate) uploads: BTreeMap<(ObjectKey, UploadId), Upload>,
}

impl Bucket {
    pub(crate) fn new(created: Timestamp, storage_class: &str, acl: &str) -> Self {
        Self {
            created,
            storage_class: storage_class.to_owned(),
            acl: acl.to_owned(),
            objects: BTreeMap::new(),
            uploads: BTreeMap::new(),
        }
    }
}
