//! What a program fills in before a call. All of it lives in the pool, and is null without one.

use std::ffi::c_int;

use crate::abi::{
    CompletePart, ListPartsParams, ListUploadsParams, ListedPart, ListedUpload, PartCopyParams,
    UploadFile,
};
use crate::memory::{List, Pool, Text, create, create_element};

/// As many as OSS gives in one answer.
const MOST_OF_A_PAGE: c_int = 1000;

/// A file to be named, with no range yet.
///
/// # Safety
/// `pool` is null or not destroyed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oss_create_upload_file(pool: *mut Pool) -> *mut UploadFile {
    let file = UploadFile {
        filename: Text::NULL,
        file_pos: 0,
        file_last: 0,
    };
    // SAFETY: as the caller says.
    unsafe { create(pool, |_| file) }
}

/// A part to be named when its upload is completed.
///
/// # Safety
/// `pool` is null or not destroyed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oss_create_complete_part_content(pool: *mut Pool) -> *mut CompletePart {
    let part = CompletePart {
        node: List::UNLINKED,
        part_number: Text::NULL,
        etag: Text::NULL,
    };
    // SAFETY: as the caller says.
    unsafe { create_element(pool, part) }
}

/// A part of a listing.
///
/// # Safety
/// `pool` is null or not destroyed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oss_create_list_part_content(pool: *mut Pool) -> *mut ListedPart {
    let part = ListedPart {
        node: List::UNLINKED,
        part_number: Text::NULL,
        size: Text::NULL,
        etag: Text::NULL,
        last_modified: Text::NULL,
    };
    // SAFETY: as the caller says.
    unsafe { create_element(pool, part) }
}

/// An upload of a listing.
///
/// # Safety
/// `pool` is null or not destroyed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oss_create_list_multipart_upload_content(
    pool: *mut Pool,
) -> *mut ListedUpload {
    let upload = ListedUpload {
        node: List::UNLINKED,
        key: Text::NULL,
        upload_id: Text::NULL,
        initiated: Text::NULL,
    };
    // SAFETY: as the caller says.
    unsafe { create_element(pool, upload) }
}

/// Asks for the parts of an upload from the first on, 1,000 at a time.
///
/// # Safety
/// `pool` is null or not destroyed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oss_create_list_upload_part_params(
    pool: *mut Pool,
) -> *mut ListPartsParams {
    let params = |pool: &Pool| ListPartsParams {
        part_number_marker: Text::copied(pool, ""),
        max_ret: MOST_OF_A_PAGE,
        truncated: 1,
        next_part_number_marker: Text::NULL,
        part_list: List::UNLINKED,
    };
    // SAFETY: as the caller says; the list is of what was just made.
    unsafe {
        let params = create(pool, params);
        if let Some(params) = params.as_mut() {
            List::ensure_head((&mut params.part_list).into());
        }
        params
    }
}

/// Asks for the uploads of a bucket from the first on, 1,000 at a time.
///
/// # Safety
/// `pool` is null or not destroyed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oss_create_list_multipart_upload_params(
    pool: *mut Pool,
) -> *mut ListUploadsParams {
    let params = |pool: &Pool| ListUploadsParams {
        prefix: Text::copied(pool, ""),
        key_marker: Text::copied(pool, ""),
        upload_id_marker: Text::copied(pool, ""),
        delimiter: Text::copied(pool, ""),
        max_ret: MOST_OF_A_PAGE,
        truncated: 1,
        next_key_marker: Text::NULL,
        next_upload_id_marker: Text::NULL,
        upload_list: List::UNLINKED,
    };
    // SAFETY: as the caller says; the list is of what was just made.
    unsafe {
        let params = create(pool, params);
        if let Some(params) = params.as_mut() {
            List::ensure_head((&mut params.upload_list).into());
        }
        params
    }
}

/// A copy of a part, with nothing said of it yet.
///
/// # Safety
/// `pool` is null or not destroyed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oss_create_upload_part_copy_params(
    pool: *mut Pool,
) -> *mut PartCopyParams {
    let params = PartCopyParams {
        source_bucket: Text::NULL,
        source_object: Text::NULL,
        dest_bucket: Text::NULL,
        dest_object: Text::NULL,
        upload_id: Text::NULL,
        part_num: 0,
        range_start: 0,
        range_end: 0,
    };
    // SAFETY: as the caller says.
    unsafe { create(pool, |_| params) }
}
