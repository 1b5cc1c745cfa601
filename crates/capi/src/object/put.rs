use std::path::Path;
use std::ptr;

use http::Method;
use ossum_client::op::PlainRequest;
use ossum_client::{Operation, Payload};

use crate::abi::{Options, Progress};
use crate::boundary::{Call, guarded};
use crate::config::{object, path};
use crate::content_type::with_content_type;
use crate::memory::{List, Table, Text};
use crate::plain::{
    about_object, hand_over, payload_in_place_of_body, payload_of_file, send_for_bytes, watched,
    with_tables,
};
use crate::status::{Outcome, Status};

/// Makes an object of a list of buffers, in one request. [`oss_do_put_object_from_buffer`] has it all.
///
/// # Safety
/// As there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oss_put_object_from_buffer(
    options: *const Options,
    bucket: *const Text,
    object: *const Text,
    buffer: *const List,
    headers: *mut Table,
    resp_headers: *mut *mut Table,
) -> *mut Status {
    // SAFETY: as the caller says.
    unsafe {
        oss_do_put_object_from_buffer(
            options,
            bucket,
            object,
            buffer,
            headers,
            ptr::null_mut(),
            None,
            resp_headers,
            ptr::null_mut(),
        )
    }
}

/// Makes an object of a list of buffers, in one request, with the caller's headers and parameters.
///
/// Tried once: `aos_should_retry` tells whether it may be made again. OSS tells the CRC-64 of what it
/// received, and that must be that of what was sent. Without a `Content-Type` the object gets that
/// of its name. `progress` is called from this thread.
///
/// # Safety
/// `options` is filled in; every pointer is null or of the thing it names.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oss_do_put_object_from_buffer(
    options: *const Options,
    bucket: *const Text,
    object: *const Text,
    buffer: *const List,
    headers: *mut Table,
    params: *mut Table,
    progress: Progress,
    resp_headers: *mut *mut Table,
    resp_body: *mut List,
) -> *mut Status {
    // SAFETY: as the caller says.
    let payload = unsafe { payload_in_place_of_body(buffer, resp_body) };
    let work = |call: Call<'_>| {
        // SAFETY: as the caller says.
        unsafe {
            let url = self::object(bucket.as_ref(), object.as_ref())?;
            let request = about_object(Operation::PutObject, Method::PUT, url);
            let request = with_tables(request, headers.as_ref(), params.as_ref())?;
            let request = named_by_key(request);
            put(call, request, payload?, progress, resp_body)
        }
    };
    // SAFETY: as the caller says.
    unsafe { guarded(options, resp_headers, work) }
}

/// Makes an object of a file, in one request. [`oss_do_put_object_from_file`] has it all.
///
/// # Safety
/// As there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oss_put_object_from_file(
    options: *const Options,
    bucket: *const Text,
    object: *const Text,
    filename: *const Text,
    headers: *mut Table,
    resp_headers: *mut *mut Table,
) -> *mut Status {
    // SAFETY: as the caller says.
    unsafe {
        oss_do_put_object_from_file(
            options,
            bucket,
            object,
            filename,
            headers,
            ptr::null_mut(),
            None,
            resp_headers,
            ptr::null_mut(),
        )
    }
}

/// Makes an object of a file, in one request, of at most 5 GiB. A file that becomes shorter while it
/// is sent makes no object. Without a `Content-Type` the object gets that of the file's name.
/// Otherwise as [`oss_do_put_object_from_buffer`].
///
/// # Safety
/// As there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oss_do_put_object_from_file(
    options: *const Options,
    bucket: *const Text,
    object: *const Text,
    filename: *const Text,
    headers: *mut Table,
    params: *mut Table,
    progress: Progress,
    resp_headers: *mut *mut Table,
    resp_body: *mut List,
) -> *mut Status {
    // SAFETY: as the caller says.
    unsafe { List::empty(resp_body) };
    let work = |call: Call<'_>| {
        // SAFETY: as the caller says.
        unsafe {
            let url = self::object(bucket.as_ref(), object.as_ref())?;
            let file = path("the local file", filename.as_ref())?;
            let request = about_object(Operation::PutObject, Method::PUT, url);
            let request = with_tables(request, headers.as_ref(), params.as_ref())?;
            let request = with_content_type(request, file);
            put(
                call,
                request,
                payload_of_file(file, None)?,
                progress,
                resp_body,
            )
        }
    };
    // SAFETY: as the caller says.
    unsafe { guarded(options, resp_headers, work) }
}

/// The same request with the `Content-Type` that its object's name stands for, if it has none.
pub(super) fn named_by_key(request: PlainRequest) -> PlainRequest {
    match request.key.clone() {
        Some(key) => with_content_type(request, Path::new(key.as_str())),
        None => request,
    }
}

/// Sends `payload`, and finds that it has arrived as it is.
///
/// # Safety
/// `resp_body` is null, zero, or the head of a whole list of buffers.
pub(super) unsafe fn put(
    call: Call<'_>,
    mut request: PlainRequest,
    payload: Payload,
    progress: Progress,
    resp_body: *mut List,
) -> Outcome {
    request.payload = watched(payload, progress);
    let (answer, body) = send_for_bytes(call, &request)?;
    // SAFETY: as the caller says.
    unsafe { hand_over(call, resp_body, &body) };
    answer.check_sent()?;
    Ok(answer.done())
}
