//! Of requests that are signed and not sent.

use std::ffi::{c_char, c_int, c_void};

use super::Progress;
use crate::memory::{List, Pool, Table};

/// `aos_http_request_t`. Only the method, the headers and the parameters mean anything here.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct HttpRequest {
    pub(crate) host: *mut c_char,
    pub(crate) proto: *mut c_char,
    pub(crate) signed_url: *mut c_char,
    /// `http_method_e`
    pub(crate) method: c_int,
    pub(crate) uri: *mut c_char,
    pub(crate) resource: *mut c_char,
    pub(crate) headers: *mut Table,
    pub(crate) query_params: *mut Table,
    pub(crate) body: List,
    pub(crate) body_len: i64,
    pub(crate) file_path: *mut c_char,
    pub(crate) file_buf: *mut c_void,
    pub(crate) pool: *mut Pool,
    pub(crate) user_data: *mut c_void,
    /// A function, null.
    pub(crate) read_body: *mut c_void,
    pub(crate) kind: c_int,
    pub(crate) progress_callback: Progress,
    pub(crate) crc64: u64,
    pub(crate) consumed_bytes: i64,
    pub(crate) normalize_url: c_int,
}
