//! How a call ended: `aos_status_t`, and what becomes one.

mod codes;
mod failed;

use std::ffi::{c_char, c_int};
use std::ptr;

use http::HeaderMap;

pub(crate) use self::codes::*;
pub(crate) use self::failed::Failed;
use crate::memory::{Pool, bytes_of};

/// How a call ended: `aos_status_t`. Its texts are never null.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct Status {
    /// Above 0 a status of HTTP or an `errno`, below 0 one of `AOSE_*`.
    pub(crate) code: c_int,
    pub(crate) error_code: *mut c_char,
    pub(crate) error_msg: *mut c_char,
    pub(crate) req_id: *mut c_char,
}

/// How a call succeeded.
#[derive(Debug, Clone, Default)]
pub(crate) struct Done {
    /// The status of HTTP.
    pub(crate) code: u16,
    /// Those of the answer.
    pub(crate) headers: HeaderMap,
}

impl Done {
    fn request_id(&self) -> &[u8] {
        let id = self.headers.get("x-oss-request-id");
        id.map_or(&[], |id| id.as_bytes())
    }
}

/// How a call ended, before C is told.
pub(crate) type Outcome = Result<Done, Failed>;

impl Status {
    /// `outcome`, as C is told it: in `pool`, with which it goes.
    pub(crate) fn of(pool: &Pool, outcome: &Outcome) -> *mut Self {
        pool.place(match outcome {
            Ok(done) => Self {
                code: done.code.into(),
                error_code: pool.text(""),
                error_msg: pool.text(""),
                req_id: pool.text(done.request_id()),
            },
            Err(failed) => Self {
                code: failed.code,
                error_code: pool.text(&failed.error_code),
                error_msg: pool.text(&failed.message),
                req_id: pool.text(&failed.request_id),
            },
        })
    }
}

/// A status that belongs to nobody: for a call that was given no pool.
struct Lasting(Status);

// SAFETY: its texts are constants, and nobody may write to a status.
unsafe impl Sync for Lasting {}

static NO_POOL: Lasting = Lasting(Status {
    code: AOSE_INVALID_ARGUMENT,
    error_code: CLIENT_ERROR.as_ptr().cast_mut(),
    error_msg: c"the options are null, or have no config or no pool"
        .as_ptr()
        .cast_mut(),
    req_id: c"".as_ptr().cast_mut(),
});

/// The status of a call whose options have no pool that a status could be made in.
pub(crate) fn without_a_pool() -> *mut Status {
    ptr::from_ref(&NO_POOL.0).cast_mut()
}

/// An empty status in `pool`: code 0, which is neither success nor failure. Null without a pool.
///
/// # Safety
/// `pool` is null or not destroyed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aos_status_create(pool: *mut Pool) -> *mut Status {
    // SAFETY: as the caller says.
    match unsafe { pool.as_ref() } {
        Some(pool) => Status::of(pool, &Ok(Done::default())),
        None => ptr::null_mut(),
    }
}

/// A copy of `status` in `pool`, with its request ID. Null where one of them is null.
///
/// # Safety
/// `pool` is null or not destroyed; `status` is null or has its texts.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aos_status_dup(pool: *mut Pool, status: *const Status) -> *mut Status {
    // SAFETY: as the caller says.
    let (Some(pool), Some(status)) = (unsafe { pool.as_ref() }, unsafe { status.as_ref() }) else {
        return ptr::null_mut();
    };
    // SAFETY: as the caller says.
    let copied = |text| pool.text(unsafe { bytes_of(text) }.unwrap_or_default());
    pool.place(Status {
        code: status.code,
        error_code: copied(status.error_code),
        error_msg: copied(status.error_msg),
        req_id: copied(status.req_id),
    })
}

/// Whether the same call may succeed when it is made again: after a status of the 500s, and where no
/// connection was to be had, or it broke or stood still. 1 or 0.
///
/// The resumable calls have tried again by themselves before they tell of a failure.
///
/// # Safety
/// `status` is null or one that this library made.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aos_should_retry(status: *const Status) -> c_int {
    let may_pass = [
        AOSE_CONNECTION_FAILED,
        AOSE_REQUEST_TIMEOUT,
        AOSE_FAILED_CONNECT,
        AOSE_SERVICE_ERROR,
    ];
    // SAFETY: as the caller says.
    let code = unsafe { status.as_ref() }.map_or(AOSE_OK, |status| status.code);
    c_int::from(code / 100 == 5 || may_pass.contains(&code))
}
