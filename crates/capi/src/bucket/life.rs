//! Whether there is a bucket: it is made, looked for, removed.

use std::ffi::c_int;

use http::Method;
use ossum_client::Operation;
use ossum_client::op::{PlainRequest, PutBucket};
use ossum_types::Invalid;

use super::storage_class;
use crate::abi::Options;
use crate::acl;
use crate::boundary::{Call, guarded};
use crate::config::bucket;
use crate::memory::{Table, Text};
use crate::plain::{about_bucket, finished};
use crate::status::{Failed, Status};

/// `OSS_STORAGE_CLASS_BUTT`: none is named.
const NO_CLASS: c_int = 3;

/// Makes a bucket in the region of the endpoint; `oss_acl` is one of `oss_acl_e`.
///
/// # Safety
/// `options` is filled in; every pointer is null or of the thing it names.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oss_create_bucket(
    options: *const Options,
    bucket: *const Text,
    oss_acl: c_int,
    resp_headers: *mut *mut Table,
) -> *mut Status {
    // SAFETY: as the caller says.
    unsafe {
        oss_create_bucket_with_storage_class(options, bucket, oss_acl, NO_CLASS, resp_headers)
    }
}

/// The same with the storage class of objects that name none: one of `oss_storage_class_type_e`.
///
/// # Safety
/// `options` is filled in; every pointer is null or of the thing it names.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oss_create_bucket_with_storage_class(
    options: *const Options,
    bucket: *const Text,
    oss_acl: c_int,
    storage_class: c_int,
    resp_headers: *mut *mut Table,
) -> *mut Status {
    let work = |call: Call<'_>| {
        // SAFETY: as the caller says.
        let bucket = unsafe { self::bucket(bucket.as_ref())? };
        let put = PutBucket {
            acl: Some(acl::word(oss_acl)?.to_owned()),
            storage_class: self::storage_class(storage_class)?.map(str::to_owned),
            ..PutBucket::new(bucket)
        };
        let worded: Result<PlainRequest, Invalid> = (&put).try_into();
        let request = worded.map_err(|reason| Failed::invalid(reason.to_string()))?;
        finished(call, &request)
    };
    // SAFETY: as the caller says.
    unsafe { guarded(options, resp_headers, work) }
}

/// Tells whether there is a bucket, and the caller may know.
///
/// # Safety
/// `options` is filled in; every pointer is null or of the thing it names.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oss_head_bucket(
    options: *const Options,
    bucket: *const Text,
    resp_headers: *mut *mut Table,
) -> *mut Status {
    let asked = (Operation::HeadBucket, Method::HEAD);
    // SAFETY: as the caller says.
    unsafe { ask(options, bucket, asked, resp_headers) }
}

/// Removes a bucket with nothing in it, neither objects nor uploads.
///
/// # Safety
/// `options` is filled in; every pointer is null or of the thing it names.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oss_delete_bucket(
    options: *const Options,
    bucket: *const Text,
    resp_headers: *mut *mut Table,
) -> *mut Status {
    let asked = (Operation::DeleteBucket, Method::DELETE);
    // SAFETY: as the caller says.
    unsafe { ask(options, bucket, asked, resp_headers) }
}

/// # Safety
/// As of the exported functions.
unsafe fn ask(
    options: *const Options,
    bucket: *const Text,
    (operation, method): (Operation, Method),
    resp_headers: *mut *mut Table,
) -> *mut Status {
    let work = |call: Call<'_>| {
        // SAFETY: as the caller says.
        let bucket = unsafe { self::bucket(bucket.as_ref())? };
        let request = about_bucket(operation, method, bucket);
        finished(call, &request)
    };
    // SAFETY: as the caller says.
    unsafe { guarded(options, resp_headers, work) }
}
