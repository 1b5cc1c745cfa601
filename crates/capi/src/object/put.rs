use std::ptr::{self, NonNull};

use http::Method;
use ossum_client::op::PlainRequest;
use ossum_client::{Operation, Payload};

use crate::abi::{Options, Progress};
use crate::boundary::{Call, guarded};
use crate::config::object;
use crate::memory::{List, Table, Text, append_bytes};
use crate::plain::{about_object, payload_of_list, send_for_bytes, watched, with_tables};
use crate::status::{Failed, Status};

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
/// received, and that must be that of what was sent. `progress` is called from this thread.
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
    let work = |call: Call<'_>| {
        // SAFETY: as the caller says.
        let request = unsafe {
            let payload = watched(payload_of_list(buffer), progress);
            put(
                bucket.as_ref(),
                object.as_ref(),
                payload,
                headers.as_ref(),
                params.as_ref(),
            )?
        };
        let (answer, body) = send_for_bytes(call, &request)?;
        if let Some(list) = NonNull::new(resp_body) {
            // SAFETY: as the caller says.
            unsafe { append_bytes(call.pool(), list, &body) };
        }
        answer.check_sent()?;
        Ok(answer.done())
    };
    // SAFETY: as the caller says.
    unsafe { guarded(options, resp_headers, work) }
}

fn put(
    bucket: Option<&Text>,
    key: Option<&Text>,
    payload: Payload,
    headers: Option<&Table>,
    params: Option<&Table>,
) -> Result<PlainRequest, Failed> {
    let request = about_object(Operation::PutObject, Method::PUT, object(bucket, key)?);
    let mut request = with_tables(request, headers, params)?;
    request.payload = payload;
    Ok(request)
}
