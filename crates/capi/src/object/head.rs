use http::Method;
use ossum_client::Operation;

use crate::abi::Options;
use crate::boundary::{Call, guarded};
use crate::config::object;
use crate::memory::{Table, Text};
use crate::plain::{about_object, finished, with_parameter, with_tables};
use crate::status::Status;

/// Asks what is known of an object: everything is in `resp_headers`.
///
/// # Safety
/// `options` is filled in; every pointer is null or of the thing it names.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oss_head_object(
    options: *const Options,
    bucket: *const Text,
    object: *const Text,
    headers: *mut Table,
    resp_headers: *mut *mut Table,
) -> *mut Status {
    let work = |call: Call<'_>| {
        // SAFETY: as the caller says.
        let (url, headers) = unsafe {
            (
                self::object(bucket.as_ref(), object.as_ref())?,
                headers.as_ref(),
            )
        };
        let request = about_object(Operation::HeadObject, Method::HEAD, url);
        finished(call, &with_tables(request, headers, None)?)
    };
    // SAFETY: as the caller says.
    unsafe { guarded(options, resp_headers, work) }
}

/// Asks for size, `ETag` and time of an object, which costs OSS less than all that is known of it.
///
/// # Safety
/// `options` is filled in; every pointer is null or of the thing it names.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oss_get_object_meta(
    options: *const Options,
    bucket: *const Text,
    object: *const Text,
    resp_headers: *mut *mut Table,
) -> *mut Status {
    let work = |call: Call<'_>| {
        // SAFETY: as the caller says.
        let url = unsafe { self::object(bucket.as_ref(), object.as_ref())? };
        let request = about_object(Operation::GetObjectMeta, Method::HEAD, url);
        finished(call, &with_parameter(request, "objectMeta"))
    };
    // SAFETY: as the caller says.
    unsafe { guarded(options, resp_headers, work) }
}
