//! The structures that programs fill in and read, field for field as the official headers have them.

#[cfg(test)]
mod layouts;
mod listing;
mod multipart;
mod objects;
mod request;

use std::ffi::{c_char, c_int, c_void};

pub(crate) use self::listing::*;
pub(crate) use self::multipart::*;
pub(crate) use self::objects::*;
pub(crate) use self::request::HttpRequest;
use crate::memory::{Pool, Text};

/// `oss_config_t`: where the service is, who asks, and through which proxy.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct Config {
    pub(crate) endpoint: Text,
    pub(crate) access_key_id: Text,
    pub(crate) access_key_secret: Text,
    pub(crate) sts_token: Text,
    pub(crate) is_cname: c_int,
    pub(crate) proxy_host: Text,
    pub(crate) proxy_port: c_int,
    pub(crate) proxy_user: Text,
    pub(crate) proxy_passwd: Text,
    pub(crate) signature_version: c_int,
    pub(crate) region: Text,
    pub(crate) cloudbox_id: Text,
}

/// `aos_http_request_options_t`: how connections are made and watched.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct HttpOptions {
    /// In bytes a second.
    pub(crate) speed_limit: c_int,
    /// In seconds.
    pub(crate) speed_time: c_int,
    pub(crate) dns_cache_timeout: c_int,
    /// In seconds.
    pub(crate) connect_timeout: c_int,
    /// In bytes.
    pub(crate) max_memory_size: i64,
    pub(crate) enable_crc: c_int,
    pub(crate) proxy_host: *mut c_char,
    pub(crate) proxy_auth: *mut c_char,
    pub(crate) verify_ssl: c_int,
    pub(crate) ca_path: *mut c_char,
    pub(crate) ca_file: *mut c_char,
    pub(crate) verify_object_strict: c_int,
}

/// `aos_http_controller_t`.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct Controller {
    pub(crate) options: *mut HttpOptions,
    pub(crate) pool: *mut Pool,
    pub(crate) start_time: i64,
    pub(crate) first_byte_time: i64,
    pub(crate) finish_time: i64,
    /// A bit field of one bit.
    pub(crate) owner: u32,
    pub(crate) user_data: *mut c_void,
}

/// `oss_request_options_t`.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct Options {
    pub(crate) config: *mut Config,
    pub(crate) ctl: *mut Controller,
    pub(crate) pool: *mut Pool,
}

/// `oss_resumable_clt_params_t`.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct ResumableParams {
    /// In bytes; 0 is as it suits.
    pub(crate) part_size: i64,
    pub(crate) thread_num: i32,
    pub(crate) enable_checkpoint: c_int,
    pub(crate) checkpoint_path: Text,
}

/// `oss_progress_callback`: how many bytes are there, of how many.
pub(crate) type Progress = Option<unsafe extern "C" fn(consumed_bytes: i64, total_bytes: i64)>;
