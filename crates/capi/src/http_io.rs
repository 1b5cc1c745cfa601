//! What a program makes before its first call, and ends after its last.

use std::ffi::{c_char, c_int};
use std::ptr;

use crate::abi::{Config, Controller, HttpOptions, Options, ResumableParams};
use crate::memory::{Pool, Text, bytes_of, create};
use crate::status::AOSE_OK;

/// Gets ready; always `AOSE_OK`. There is nothing global to make, so a process may fork before or
/// after it; what is under way in other threads stays with the parent.
#[unsafe(no_mangle)]
pub extern "C" fn aos_http_io_initialize(_user_agent: *const c_char, _flags: c_int) -> c_int {
    AOSE_OK
}

/// Ends what [`aos_http_io_initialize`] began: nothing. Pools live on until they are destroyed.
#[unsafe(no_mangle)]
pub extern "C" fn aos_http_io_deinitialize() {}

/// Options without a config and a controller, in `pool`, which is theirs: or in a new one, which
/// nobody ends, where that is null.
///
/// # Safety
/// `pool` is null or not destroyed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oss_request_options_create(pool: *mut Pool) -> *mut Options {
    let pool = if pool.is_null() {
        // SAFETY: it has no parent.
        unsafe { Pool::create(ptr::null_mut()) }.as_ptr()
    } else {
        pool
    };
    let options = Options {
        config: ptr::null_mut(),
        ctl: ptr::null_mut(),
        pool,
    };
    // SAFETY: the pool is not destroyed.
    unsafe { create(pool, |_| options) }
}

/// A config with nothing set, in `pool`. Null without a pool.
///
/// # Safety
/// `pool` is null or not destroyed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oss_config_create(pool: *mut Pool) -> *mut Config {
    let config = Config {
        endpoint: Text::NULL,
        access_key_id: Text::NULL,
        access_key_secret: Text::NULL,
        sts_token: Text::NULL,
        is_cname: 0,
        proxy_host: Text::NULL,
        proxy_port: 0,
        proxy_user: Text::NULL,
        proxy_passwd: Text::NULL,
        signature_version: 0,
        region: Text::NULL,
        cloudbox_id: Text::NULL,
    };
    // SAFETY: as the caller says.
    unsafe { create(pool, |_| config) }
}

/// A controller in `pool`, with options of its own: to change them changes no other controller's.
/// Null without a pool.
///
/// # Safety
/// `pool` is null or not destroyed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aos_http_controller_create(
    pool: *mut Pool,
    owner: c_int,
) -> *mut Controller {
    // SAFETY: as the caller says.
    let options = unsafe { aos_http_request_options_create(pool) };
    let controller = Controller {
        options,
        pool,
        start_time: 0,
        first_byte_time: 0,
        finish_time: 0,
        owner: u32::from(owner != 0),
        user_data: ptr::null_mut(),
    };
    // SAFETY: as the caller says.
    unsafe { create(pool, |_| controller) }
}

/// Options of connections as they are unless changed, in `pool`. Null without a pool.
///
/// # Safety
/// `pool` is null or not destroyed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aos_http_request_options_create(pool: *mut Pool) -> *mut HttpOptions {
    // SAFETY: as the caller says.
    unsafe { create(pool, |_| HttpOptions::DEFAULT) }
}

impl HttpOptions {
    /// As the official headers have it.
    pub(crate) const DEFAULT: Self = Self {
        speed_limit: 1024,
        speed_time: 15,
        dns_cache_timeout: 60,
        connect_timeout: 10,
        max_memory_size: 1 << 30,
        enable_crc: 1,
        proxy_host: ptr::null_mut(),
        proxy_auth: ptr::null_mut(),
        verify_ssl: 1,
        ca_path: ptr::null_mut(),
        ca_file: ptr::null_mut(),
        verify_object_strict: 1,
    };
}

/// How a resumable transfer is done, in `pool`. The path is copied, and kept only where there is a
/// checkpoint. Null without a pool.
///
/// # Safety
/// `pool` is null or not destroyed; `checkpoint_path` is null or ends with a zero.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oss_create_resumable_clt_params_content(
    pool: *mut Pool,
    part_size: i64,
    thread_num: i32,
    enable_checkpoint: c_int,
    checkpoint_path: *const c_char,
) -> *mut ResumableParams {
    // SAFETY: as the caller says.
    let (Some(owner), path) = (unsafe { pool.as_ref() }, unsafe {
        bytes_of(checkpoint_path)
    }) else {
        return ptr::null_mut();
    };
    let path = path.filter(|_| enable_checkpoint != 0);
    owner.place(ResumableParams {
        part_size,
        thread_num,
        enable_checkpoint,
        checkpoint_path: path.map_or(Text::NULL, |path| Text::copied(owner, path)),
    })
}
