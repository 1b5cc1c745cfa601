//! Of uploads in parts.

use std::ffi::c_int;

use crate::memory::{Element, List, Text};

/// `oss_upload_file_t`: a file, or what is in it from one byte to before another.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct UploadFile {
    pub(crate) filename: Text,
    pub(crate) file_pos: i64,
    pub(crate) file_last: i64,
}

/// `oss_complete_part_content_t`: a part, to be named when its upload is completed.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct CompletePart {
    pub(crate) node: List,
    pub(crate) part_number: Text,
    pub(crate) etag: Text,
}

/// `oss_list_part_content_t`: a part that OSS has.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct ListedPart {
    pub(crate) node: List,
    pub(crate) part_number: Text,
    pub(crate) size: Text,
    pub(crate) etag: Text,
    pub(crate) last_modified: Text,
}

/// `oss_list_upload_part_params_t`: what is asked, and answered.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct ListPartsParams {
    pub(crate) part_number_marker: Text,
    pub(crate) max_ret: c_int,
    pub(crate) truncated: c_int,
    pub(crate) next_part_number_marker: Text,
    pub(crate) part_list: List,
}

/// `oss_list_multipart_upload_content_t`: an upload that is neither completed nor aborted.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct ListedUpload {
    pub(crate) node: List,
    pub(crate) key: Text,
    pub(crate) upload_id: Text,
    pub(crate) initiated: Text,
}

/// `oss_list_multipart_upload_params_t`: what is asked, and answered.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct ListUploadsParams {
    pub(crate) prefix: Text,
    pub(crate) key_marker: Text,
    pub(crate) upload_id_marker: Text,
    pub(crate) delimiter: Text,
    pub(crate) max_ret: c_int,
    pub(crate) truncated: c_int,
    pub(crate) next_key_marker: Text,
    pub(crate) next_upload_id_marker: Text,
    pub(crate) upload_list: List,
}

/// `oss_upload_part_copy_params_t`.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct PartCopyParams {
    pub(crate) source_bucket: Text,
    pub(crate) source_object: Text,
    pub(crate) dest_bucket: Text,
    pub(crate) dest_object: Text,
    pub(crate) upload_id: Text,
    pub(crate) part_num: c_int,
    pub(crate) range_start: i64,
    /// The last byte.
    pub(crate) range_end: i64,
}

// SAFETY: each of them is `repr(C)` and begins with its node.
unsafe impl Element for CompletePart {}
// SAFETY: as above.
unsafe impl Element for ListedPart {}
// SAFETY: as above.
unsafe impl Element for ListedUpload {}
