//! Requests that somebody else has signed: whoever has the URL can make them, without keys.

use std::ptr;

use http::{Method, Uri};
use ossum_client::Operation;
use ossum_client::op::PlainRequest;

use super::get::{into_buffers, into_file};
use super::put::put;
use crate::abi::Options;
use crate::boundary::{Call, guarded};
use crate::config::{path, text};
use crate::memory::{List, Table, Text};
use crate::plain::{finished, payload_of_file, payload_of_list, with_tables};
use crate::status::{Failed, Status};

/// Makes an object of a list of buffers, where a URL leads that was signed for it.
///
/// `headers` must be those that were signed with it; no `Content-Type` is added. Tried once. Neither
/// endpoint nor keys of the config are used, only its proxy.
///
/// # Safety
/// `options` is filled in; every pointer is null or of the thing it names.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oss_put_object_from_buffer_by_url(
    options: *const Options,
    signed_url: *const Text,
    buffer: *const List,
    headers: *mut Table,
    resp_headers: *mut *mut Table,
) -> *mut Status {
    let work = |call: Call<'_>| {
        // SAFETY: as the caller says.
        unsafe {
            let url = address(signed_url.as_ref())?;
            let request = to(&url, Operation::PutObject, Method::PUT, headers)?;
            let payload = payload_of_list(buffer)?;
            put(call.by(&url), request, payload, None, ptr::null_mut())
        }
    };
    // SAFETY: as the caller says.
    unsafe { guarded(options, resp_headers, work) }
}

/// The same of a file.
///
/// # Safety
/// As [`oss_put_object_from_buffer_by_url`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oss_put_object_from_file_by_url(
    options: *const Options,
    signed_url: *const Text,
    filename: *const Text,
    headers: *mut Table,
    resp_headers: *mut *mut Table,
) -> *mut Status {
    let work = |call: Call<'_>| {
        // SAFETY: as the caller says.
        unsafe {
            let url = address(signed_url.as_ref())?;
            let request = to(&url, Operation::PutObject, Method::PUT, headers)?;
            let payload = payload_of_file(path("the local file", filename.as_ref())?, None)?;
            put(call.by(&url), request, payload, None, ptr::null_mut())
        }
    };
    // SAFETY: as the caller says.
    unsafe { guarded(options, resp_headers, work) }
}

/// Fetches what a signed URL leads to, as a list of buffers. `params` have been part of the URL
/// when it was signed, and are not looked at.
///
/// # Safety
/// As [`oss_put_object_from_buffer_by_url`]; `buffer` need not be initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oss_get_object_to_buffer_by_url(
    options: *const Options,
    signed_url: *const Text,
    headers: *mut Table,
    _params: *mut Table,
    buffer: *mut List,
    resp_headers: *mut *mut Table,
) -> *mut Status {
    // SAFETY: as the caller says.
    unsafe { List::empty(buffer) };
    let work = |call: Call<'_>| {
        // SAFETY: as the caller says.
        unsafe {
            let url = address(signed_url.as_ref())?;
            let request = to(&url, Operation::GetObject, Method::GET, headers)?;
            into_buffers(call.by(&url), &request, buffer, None)
        }
    };
    // SAFETY: as the caller says.
    unsafe { guarded(options, resp_headers, work) }
}

/// Fetches what a signed URL leads to into a file, which is there with all of its bytes, or as it
/// was before. `params` as there.
///
/// # Safety
/// As [`oss_put_object_from_buffer_by_url`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oss_get_object_to_file_by_url(
    options: *const Options,
    signed_url: *const Text,
    headers: *mut Table,
    _params: *mut Table,
    filename: *const Text,
    resp_headers: *mut *mut Table,
) -> *mut Status {
    let work = |call: Call<'_>| {
        // SAFETY: as the caller says.
        unsafe {
            let url = address(signed_url.as_ref())?;
            let request = to(&url, Operation::GetObject, Method::GET, headers)?;
            let file = path("the local file", filename.as_ref())?;
            into_file(call.by(&url), &request, file, None)
        }
    };
    // SAFETY: as the caller says.
    unsafe { guarded(options, resp_headers, work) }
}

/// Asks what is known of the object that a signed URL leads to.
///
/// # Safety
/// As [`oss_put_object_from_buffer_by_url`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oss_head_object_by_url(
    options: *const Options,
    signed_url: *const Text,
    headers: *mut Table,
    resp_headers: *mut *mut Table,
) -> *mut Status {
    let work = |call: Call<'_>| {
        // SAFETY: as the caller says.
        unsafe {
            let url = address(signed_url.as_ref())?;
            let request = to(&url, Operation::HeadObject, Method::HEAD, headers)?;
            finished(call.by(&url), &request)
        }
    };
    // SAFETY: as the caller says.
    unsafe { guarded(options, resp_headers, work) }
}

/// A request to where a signed URL leads.
///
/// # Safety
/// `headers` is null or a table.
unsafe fn to(
    url: &Uri,
    operation: Operation,
    method: Method,
    headers: *mut Table,
) -> Result<PlainRequest, Failed> {
    let request = PlainRequest {
        signed_url: Some(url.clone()),
        ..PlainRequest::new(operation, method)
    };
    // SAFETY: as the caller says.
    with_tables(request, unsafe { headers.as_ref() }, None)
}

/// Without a scheme it is `http://`. What is wrong with it is not told with it: it is a secret.
fn address(url: Option<&Text>) -> Result<Uri, Failed> {
    let invalid = || Failed::invalid("the signed URL is null or empty, or no URL");
    let url = text("the signed URL", url.ok_or_else(invalid)?)?.ok_or_else(invalid)?;
    let uri = if url.contains("://") {
        url.parse()
    } else {
        format!("http://{url}").parse()
    };
    let uri: Uri = uri.map_err(|_| invalid())?;
    match uri.scheme_str() {
        Some("http" | "https") if uri.authority().is_some() => Ok(uri),
        _ => Err(invalid()),
    }
}
