//! Addresses that carry their own signature.

use std::ffi::{c_char, c_int};
use std::ptr::{self, NonNull};
use std::time::{Duration, SystemTime};

use http::Method;
use ossum_client::op::PlainRequest;
use ossum_client::{Client, Operation};
use ossum_types::ObjectUrl;

use crate::abi::{HttpRequest, Options};
use crate::boundary::{Call, attempted, given};
use crate::config::object;
use crate::memory::{List, Pool, Table, Text, create};
use crate::plain::{about_object, at_home, with_tables};
use crate::status::Failed;

/// A request to be signed: `GET`, with empty tables of headers and parameters. Null without a pool.
///
/// # Safety
/// `pool` is null or not destroyed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aos_http_request_create(pool: *mut Pool) -> *mut HttpRequest {
    let table =
        || NonNull::new(pool).map_or(ptr::null_mut(), |pool| Table::create(pool, 0).as_ptr());
    let request = |_: &Pool| HttpRequest {
        host: ptr::null_mut(),
        proto: ptr::null_mut(),
        signed_url: ptr::null_mut(),
        method: HTTP_GET,
        uri: ptr::null_mut(),
        resource: ptr::null_mut(),
        headers: table(),
        query_params: table(),
        body: List::UNLINKED,
        body_len: 0,
        file_path: ptr::null_mut(),
        file_buf: ptr::null_mut(),
        pool,
        user_data: ptr::null_mut(),
        read_body: ptr::null_mut(),
        kind: 0,
        progress_callback: None,
        crc64: 0,
        consumed_bytes: 0,
        normalize_url: 0,
    };
    // SAFETY: as the caller says; the list is of what was just made.
    unsafe {
        let request = create(pool, request);
        if let Some(request) = request.as_mut() {
            List::ensure_head((&mut request.body).into());
        }
        request
    }
}

/// The address of a request about an object, which whoever has it can make until `expires`, in seconds
/// since 1970, without credentials. Nothing is sent, and `req` stays as it is.
///
/// Of `req`, the method, the headers and the parameters count. Headers that are signed, which are
/// `Content-Type`, `Content-MD5` and `x-oss-*`, have to be sent with the same values. The text is in
/// the pool of `options`. Null if it cannot be had: a pointer is null, a name is none, `expires` is past
/// or, with V4, more than 7 days off; the log tells which.
///
/// # Safety
/// `options` is filled in; every pointer is null or of the thing it names.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oss_gen_signed_url(
    options: *const Options,
    bucket: *const Text,
    object: *const Text,
    expires: i64,
    req: *mut HttpRequest,
) -> *mut c_char {
    let work = |call: Call<'_>| {
        // SAFETY: as the caller says.
        let request = unsafe {
            let url = self::object(bucket.as_ref(), object.as_ref())?;
            let asked = given("req", req)?;
            let request = about(asked.method, url)?;
            with_tables(request, asked.headers.as_ref(), asked.query_params.as_ref())?
        };
        let end = moment(expires)?;
        let url = at_home(call, async |client: &Client| {
            let signed = client.presign_until(&request, end).await;
            Ok(signed.map_err(|error| Failed::from(&error))?.url)
        })?;
        Ok(call.pool().text(url))
    };
    // SAFETY: as the caller says.
    unsafe { attempted(options, work) }.unwrap_or(ptr::null_mut())
}

const HTTP_GET: c_int = 0;

/// A request with a method of `http_method_e`.
fn about(method: c_int, url: ObjectUrl) -> Result<PlainRequest, Failed> {
    let (operation, method) = match method {
        HTTP_GET => (Operation::GetObject, Method::GET),
        1 => (Operation::HeadObject, Method::HEAD),
        2 => (Operation::PutObject, Method::PUT),
        3 => (Operation::AppendObject, Method::POST),
        4 => (Operation::DeleteObject, Method::DELETE),
        _ => return Err(Failed::invalid(format!("there is no method {method}"))),
    };
    Ok(about_object(operation, method, url))
}

fn moment(unix_seconds: i64) -> Result<SystemTime, Failed> {
    let since = u64::try_from(unix_seconds).ok().map(Duration::from_secs);
    since
        .and_then(|since| SystemTime::UNIX_EPOCH.checked_add(since))
        .ok_or_else(|| Failed::invalid(format!("there is no moment {unix_seconds}")))
}
