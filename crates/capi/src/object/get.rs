use std::ptr::NonNull;

use http::Method;
use http::header::RANGE;
use ossum_client::Operation;
use ossum_client::op::PlainRequest;

use crate::abi::{Options, Progress};
use crate::boundary::{Call, guarded};
use crate::config::object;
use crate::memory::{List, Table, Text, append_bytes};
use crate::plain::{Answer, about_object, send, with_tables};
use crate::status::{Failed, Status};

/// Fetches an object into memory, in one request. [`oss_do_get_object_to_buffer`] has it all.
///
/// # Safety
/// As there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oss_get_object_to_buffer(
    options: *const Options,
    bucket: *const Text,
    object: *const Text,
    headers: *mut Table,
    params: *mut Table,
    buffer: *mut List,
    resp_headers: *mut *mut Table,
) -> *mut Status {
    // SAFETY: as the caller says.
    unsafe {
        oss_do_get_object_to_buffer(
            options,
            bucket,
            object,
            headers,
            params,
            buffer,
            None,
            resp_headers,
        )
    }
}

/// Fetches an object, or what the headers and parameters ask for of it, to the end of a list of
/// buffers.
///
/// Tried once: `aos_should_retry` tells whether it may be made again. Of a whole object the CRC-64 must be
/// the one that OSS tells. After an error the list may have what came before it. `progress` is called
/// from this thread.
///
/// # Safety
/// `options` is filled in; every pointer is null or of the thing it names. `buffer` is the head of a list,
/// or zero.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oss_do_get_object_to_buffer(
    options: *const Options,
    bucket: *const Text,
    object: *const Text,
    headers: *mut Table,
    params: *mut Table,
    buffer: *mut List,
    progress: Progress,
    resp_headers: *mut *mut Table,
) -> *mut Status {
    let work = |call: Call<'_>| {
        // SAFETY: as the caller says.
        let request = unsafe {
            get(
                bucket.as_ref(),
                object.as_ref(),
                headers.as_ref(),
                params.as_ref(),
            )?
        };
        let answer = send(call, &request, progress, &mut |chunk| {
            if let Some(list) = NonNull::new(buffer) {
                // SAFETY: as the caller says.
                unsafe { append_bytes(call.pool(), list, chunk) };
            }
            Ok(())
        })?;
        check(&request, &answer)?;
        Ok(answer.done())
    };
    // SAFETY: as the caller says.
    unsafe { guarded(options, resp_headers, work) }
}

fn get(
    bucket: Option<&Text>,
    key: Option<&Text>,
    headers: Option<&Table>,
    params: Option<&Table>,
) -> Result<PlainRequest, Failed> {
    let request = about_object(Operation::GetObject, Method::GET, object(bucket, key)?);
    with_tables(request, headers, params)
}

/// Of a range, and of what OSS makes of an object by `x-oss-process`, nothing tells the CRC-64.
fn check(request: &PlainRequest, answer: &Answer) -> Result<(), Failed> {
    let is_processed = request
        .query
        .iter()
        .any(|(name, _)| name == "x-oss-process");
    if request.headers.contains_key(RANGE) || is_processed {
        return Ok(());
    }
    answer.check_received()
}
