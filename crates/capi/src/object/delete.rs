use http::Method;
use ossum_client::Operation;

use crate::abi::Options;
use crate::boundary::{Call, guarded};
use crate::config::object;
use crate::memory::{Table, Text};
use crate::plain::{about_object, finished};
use crate::status::Status;

/// Deletes an object. One that is not there is deleted too: 204.
///
/// # Safety
/// `options` is filled in; every pointer is null or of the thing it names.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oss_delete_object(
    options: *const Options,
    bucket: *const Text,
    object: *const Text,
    resp_headers: *mut *mut Table,
) -> *mut Status {
    let work = |call: Call<'_>| {
        // SAFETY: as the caller says.
        let url = unsafe { self::object(bucket.as_ref(), object.as_ref())? };
        let request = about_object(Operation::DeleteObject, Method::DELETE, url);
        finished(call, &request)
    };
    // SAFETY: as the caller says.
    unsafe { guarded(options, resp_headers, work) }
}
