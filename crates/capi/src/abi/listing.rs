//! Of listings of objects and buckets.

use std::ffi::c_int;

use crate::memory::{Element, List, Text};

/// `oss_list_object_content_t`: an object of a listing.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct ListedObject {
    pub(crate) node: List,
    pub(crate) key: Text,
    pub(crate) last_modified: Text,
    pub(crate) etag: Text,
    pub(crate) size: Text,
    pub(crate) owner_id: Text,
    pub(crate) owner_display_name: Text,
    pub(crate) storage_class: Text,
    pub(crate) kind: Text,
}

/// `oss_list_object_common_prefix_t`: what several keys begin with.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct CommonPrefix {
    pub(crate) node: List,
    pub(crate) prefix: Text,
}

/// `oss_list_object_params_t`: what is asked, and answered.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct ListObjectsParams {
    pub(crate) prefix: Text,
    pub(crate) marker: Text,
    pub(crate) delimiter: Text,
    pub(crate) max_ret: c_int,
    pub(crate) truncated: c_int,
    pub(crate) next_marker: Text,
    pub(crate) object_list: List,
    pub(crate) common_prefix_list: List,
}

/// `oss_list_bucket_content_t`: a bucket of a listing.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct ListedBucket {
    pub(crate) node: List,
    pub(crate) create_date: Text,
    pub(crate) extranet_endpoint: Text,
    pub(crate) intranet_endpoint: Text,
    pub(crate) location: Text,
    pub(crate) name: Text,
    pub(crate) storage_class: Text,
}

/// `oss_list_buckets_params_t`: what is asked, and answered.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct ListBucketsParams {
    pub(crate) prefix: Text,
    pub(crate) marker: Text,
    pub(crate) max_keys: c_int,
    pub(crate) truncated: c_int,
    pub(crate) next_marker: Text,
    pub(crate) owner_id: Text,
    pub(crate) owner_name: Text,
    pub(crate) bucket_list: List,
}

/// `oss_bucket_info_t`: what is known of a bucket.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct BucketInfo {
    pub(crate) created_date: Text,
    pub(crate) extranet_endpoint: Text,
    pub(crate) intranet_endpoint: Text,
    pub(crate) location: Text,
    pub(crate) owner_id: Text,
    pub(crate) owner_name: Text,
    pub(crate) acl: Text,
    pub(crate) storage_class: Text,
}

/// `oss_bucket_stat_t`: how much a bucket holds.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct BucketStat {
    pub(crate) storage_in_bytes: u64,
    pub(crate) object_count: u64,
    pub(crate) multipart_upload_count: u64,
}

// SAFETY: each of them is `repr(C)` and begins with its node.
unsafe impl Element for ListedObject {}
// SAFETY: as above.
unsafe impl Element for CommonPrefix {}
// SAFETY: as above.
unsafe impl Element for ListedBucket {}
