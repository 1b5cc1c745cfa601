//! What a program fills in before a call. All of it lives in the pool, and is null without one.

use std::ffi::c_int;

use crate::abi::{CommonPrefix, ListBucketsParams, ListObjectsParams, ListedBucket, ListedObject};
use crate::memory::{List, Pool, Text, create, create_element};

/// As many as OSS gives in one answer.
const MOST_OF_A_PAGE: c_int = 1000;

/// Asks for the objects of a bucket from the first on, 1,000 at a time.
///
/// # Safety
/// `pool` is null or not destroyed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oss_create_list_object_params(pool: *mut Pool) -> *mut ListObjectsParams {
    let params = |pool: &Pool| ListObjectsParams {
        prefix: Text::copied(pool, ""),
        marker: Text::copied(pool, ""),
        delimiter: Text::copied(pool, ""),
        max_ret: MOST_OF_A_PAGE,
        truncated: 1,
        next_marker: Text::NULL,
        object_list: List::UNLINKED,
        common_prefix_list: List::UNLINKED,
    };
    // SAFETY: as the caller says; the lists are of what was just made.
    unsafe {
        let params = create(pool, params);
        if let Some(params) = params.as_mut() {
            List::ensure_head((&mut params.object_list).into());
            List::ensure_head((&mut params.common_prefix_list).into());
        }
        params
    }
}

/// Asks for the buckets of the account from the first on, as many as OSS gives.
///
/// # Safety
/// `pool` is null or not destroyed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oss_create_list_buckets_params(pool: *mut Pool) -> *mut ListBucketsParams {
    let params = |pool: &Pool| ListBucketsParams {
        prefix: Text::copied(pool, ""),
        marker: Text::copied(pool, ""),
        max_keys: 0,
        truncated: 0,
        next_marker: Text::copied(pool, ""),
        owner_id: Text::copied(pool, ""),
        owner_name: Text::copied(pool, ""),
        bucket_list: List::UNLINKED,
    };
    // SAFETY: as the caller says; the list is of what was just made.
    unsafe {
        let params = create(pool, params);
        if let Some(params) = params.as_mut() {
            List::ensure_head((&mut params.bucket_list).into());
        }
        params
    }
}

/// An object of a listing.
///
/// # Safety
/// `pool` is null or not destroyed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oss_create_list_object_content(pool: *mut Pool) -> *mut ListedObject {
    let object = ListedObject {
        node: List::UNLINKED,
        key: Text::NULL,
        last_modified: Text::NULL,
        etag: Text::NULL,
        size: Text::NULL,
        owner_id: Text::NULL,
        owner_display_name: Text::NULL,
        storage_class: Text::NULL,
        kind: Text::NULL,
    };
    // SAFETY: as the caller says.
    unsafe { create_element(pool, object) }
}

/// A common prefix of a listing.
///
/// # Safety
/// `pool` is null or not destroyed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oss_create_list_object_common_prefix(
    pool: *mut Pool,
) -> *mut CommonPrefix {
    let prefix = CommonPrefix {
        node: List::UNLINKED,
        prefix: Text::NULL,
    };
    // SAFETY: as the caller says.
    unsafe { create_element(pool, prefix) }
}

/// A bucket of a listing.
///
/// # Safety
/// `pool` is null or not destroyed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oss_create_list_bucket_content(pool: *mut Pool) -> *mut ListedBucket {
    let bucket = ListedBucket {
        node: List::UNLINKED,
        create_date: Text::NULL,
        extranet_endpoint: Text::NULL,
        intranet_endpoint: Text::NULL,
        location: Text::NULL,
        name: Text::NULL,
        storage_class: Text::NULL,
    };
    // SAFETY: as the caller says.
    unsafe { create_element(pool, bucket) }
}
