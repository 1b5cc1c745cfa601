use std::path::Path;

use http::{Method, StatusCode};
use ossum_client::Operation;
use ossum_client::op::PlainRequest;
use ossum_durable::{Durability, Overwrite, Partial, RealFs, Target, publish};

use crate::abi::{Options, Progress};
use crate::boundary::{Call, guarded};
use crate::config::{object, path};
use crate::memory::{List, Table, Text};
use crate::plain::{Answer, Sink, about_object, hand_over, send, with_tables};
use crate::status::{AOSE_OVER_MEMORY, Failed, HTTP_IO_ERROR, Outcome, Status};

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

/// Fetches an object, or what the headers and parameters ask for of it, as a list of buffers, which
/// replaces what was in it.
///
/// Tried once: `aos_should_retry` tells whether it may be made again. Of a whole object the CRC-64 must be
/// the one that OSS tells. More than `max_memory_size` is `AOSE_OVER_MEMORY`. After an error the list may have what came before it. `progress` is called
/// from this thread.
///
/// # Safety
/// `options` is filled in; every pointer is null or of the thing it names. `buffer` need not be
/// initialised.
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
    // SAFETY: as the caller says.
    unsafe { List::empty(buffer) };
    let work = |call: Call<'_>| {
        // SAFETY: as the caller says.
        unsafe {
            let url = self::object(bucket.as_ref(), object.as_ref())?;
            let request = about_object(Operation::GetObject, Method::GET, url);
            let request = with_tables(request, headers.as_ref(), params.as_ref())?;
            into_buffers(call, &request, buffer, progress)
        }
    };
    // SAFETY: as the caller says.
    unsafe { guarded(options, resp_headers, work) }
}

/// Fetches an object into a file, in one request. [`oss_do_get_object_to_file`] has it all.
///
/// # Safety
/// As there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oss_get_object_to_file(
    options: *const Options,
    bucket: *const Text,
    object: *const Text,
    headers: *mut Table,
    params: *mut Table,
    filename: *const Text,
    resp_headers: *mut *mut Table,
) -> *mut Status {
    // SAFETY: as the caller says.
    unsafe {
        oss_do_get_object_to_file(
            options,
            bucket,
            object,
            headers,
            params,
            filename,
            None,
            resp_headers,
        )
    }
}

/// Fetches an object, or what the headers and parameters ask for of it, into a file.
///
/// On success the file has exactly these bytes, durably; until then, and after any error, a file of
/// that name is as it was. They wait in a file beside it, `.ossum-*.tmp`, which only a crash leaves
/// behind. Otherwise as [`oss_do_get_object_to_buffer`].
///
/// # Safety
/// As there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oss_do_get_object_to_file(
    options: *const Options,
    bucket: *const Text,
    object: *const Text,
    headers: *mut Table,
    params: *mut Table,
    filename: *const Text,
    progress: Progress,
    resp_headers: *mut *mut Table,
) -> *mut Status {
    let work = |call: Call<'_>| {
        // SAFETY: as the caller says.
        unsafe {
            let url = self::object(bucket.as_ref(), object.as_ref())?;
            let file = path("the local file", filename.as_ref())?;
            let request = about_object(Operation::GetObject, Method::GET, url);
            let request = with_tables(request, headers.as_ref(), params.as_ref())?;
            into_file(call, &request, file, progress)
        }
    };
    // SAFETY: as the caller says.
    unsafe { guarded(options, resp_headers, work) }
}

/// Receives to the end of a list of buffers.
///
/// # Safety
/// `list` is null, zero, or the head of a whole list of buffers.
pub(super) unsafe fn into_buffers(
    call: Call<'_>,
    request: &PlainRequest,
    list: *mut List,
    progress: Progress,
) -> Outcome {
    if list.is_null() {
        return Err(Failed::invalid("the list of buffers is null"));
    }
    let most = u64::try_from(call.http.max_memory_size).unwrap_or(0);
    let mut received = 0;
    let answer = receive(call, request, progress, &mut |chunk| {
        received += chunk.len() as u64;
        if received > most {
            let message = format!("the body has more than the {most} bytes of max_memory_size");
            return Err(Failed::new(AOSE_OVER_MEMORY, HTTP_IO_ERROR, message));
        }
        // SAFETY: as the caller says.
        unsafe { hand_over(call, list, chunk) };
        Ok(())
    })?;
    Ok(answer.done())
}

/// Receives beside the file that `path` names, and gives that its name when all of it is there.
pub(super) fn into_file(
    call: Call<'_>,
    request: &PlainRequest,
    path: &Path,
    progress: Progress,
) -> Outcome {
    let target = Target::resolve(&RealFs, path)?;
    let partial = Partial::temporary(&RealFs, &target)?;
    let outcome = received_into(&partial, call, request, progress).and_then(|answer| {
        let (overwrite, durability) = (Overwrite::Allow, Durability::Full);
        publish(&RealFs, &partial, &target, overwrite, durability)?;
        Ok(answer.done())
    });
    if outcome.is_err() {
        // Whether this succeeds changes nothing for the caller: the first failure is the one to
        // report.
        let _ = partial.remove(&RealFs);
    }
    outcome
}

fn received_into(
    partial: &Partial,
    call: Call<'_>,
    request: &PlainRequest,
    progress: Progress,
) -> Result<Answer, Failed> {
    let mut end = 0;
    receive(call, request, progress, &mut |chunk| {
        partial.write_all_at(chunk, end)?;
        end += chunk.len() as u64;
        Ok(())
    })
}

/// Receives, and finds that what came is what OSS has, where it tells.
fn receive(
    call: Call<'_>,
    request: &PlainRequest,
    progress: Progress,
    sink: Sink<'_>,
) -> Result<Answer, Failed> {
    let answer = send(call, request, progress, sink)?;
    // What OSS tells is of the whole object, as it is kept.
    if answer.code != StatusCode::PARTIAL_CONTENT && !is_processed(request) {
        answer.check_received()?;
    }
    Ok(answer)
}

/// Whether OSS is asked to make something else of the object first.
fn is_processed(request: &PlainRequest) -> bool {
    const PROCESS: &str = "x-oss-process";
    let signed = request.signed_url.as_ref().and_then(|url| url.query());
    let mut signed = signed.into_iter().flat_map(|query| query.split('&'));
    let named = |parameter: &str| parameter.split('=').next() == Some(PROCESS);
    request.query.iter().any(|(name, _)| name == PROCESS) || signed.any(named)
}
