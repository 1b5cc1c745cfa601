use std::ptr;

use http::{HeaderName, HeaderValue, Method};
use ossum_client::Operation;

use crate::abi::Options;
use crate::boundary::{Call, guarded};
use crate::config::object;
use crate::memory::{Table, Text};
use crate::plain::{about_object, finished, with_parameter, with_tables};
use crate::status::{Failed, Status};

const TARGET: HeaderName = HeaderName::from_static("x-oss-symlink-target");

/// Makes an object that leads to another one. [`oss_do_put_symlink`] has it all.
///
/// # Safety
/// As there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oss_put_symlink(
    options: *const Options,
    bucket: *const Text,
    sym_object: *const Text,
    target_object: *const Text,
    resp_headers: *mut *mut Table,
) -> *mut Status {
    let headers = ptr::null_mut();
    // SAFETY: as the caller says.
    unsafe {
        oss_do_put_symlink(
            options,
            bucket,
            sym_object,
            target_object,
            headers,
            resp_headers,
        )
    }
}

/// Makes an object that leads to another one of the same bucket, which need not be there.
///
/// `target_object` goes out as it is, and OSS reads it percent-decoded: a name with `%`, `+` or other
/// than ASCII has to be encoded by the caller, with `aos_url_encode_ex`.
///
/// # Safety
/// `options` is filled in; every pointer is null or of the thing it names.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oss_do_put_symlink(
    options: *const Options,
    bucket: *const Text,
    sym_object: *const Text,
    target_object: *const Text,
    headers: *mut Table,
    resp_headers: *mut *mut Table,
) -> *mut Status {
    let work = |call: Call<'_>| {
        // SAFETY: as the caller says.
        unsafe {
            let url = object(bucket.as_ref(), sym_object.as_ref())?;
            let target = target(target_object.as_ref())?;
            let request = about_object(Operation::PutSymlink, Method::PUT, url);
            let request = with_parameter(request, "symlink");
            let mut request = with_tables(request, headers.as_ref(), None)?;
            request.headers.insert(TARGET, target);
            finished(call, &request)
        }
    };
    // SAFETY: as the caller says.
    unsafe { guarded(options, resp_headers, work) }
}

/// Tells where a link leads, in `x-oss-symlink-target` of `resp_headers`, percent-encoded.
///
/// # Safety
/// `options` is filled in; every pointer is null or of the thing it names.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oss_get_symlink(
    options: *const Options,
    bucket: *const Text,
    sym_object: *const Text,
    resp_headers: *mut *mut Table,
) -> *mut Status {
    let work = |call: Call<'_>| {
        // SAFETY: as the caller says.
        let url = unsafe { object(bucket.as_ref(), sym_object.as_ref())? };
        let request = about_object(Operation::GetSymlink, Method::GET, url);
        finished(call, &with_parameter(request, "symlink"))
    };
    // SAFETY: as the caller says.
    unsafe { guarded(options, resp_headers, work) }
}

fn target(name: Option<&Text>) -> Result<HeaderValue, Failed> {
    // SAFETY: the caller of the exported function says that it has its bytes.
    let bytes = name.map_or(&[][..], |name| unsafe { name.bytes() });
    match HeaderValue::from_bytes(bytes) {
        Ok(value) if !value.is_empty() => Ok(value),
        _ => Err(Failed::invalid(
            "the target of the link is null or empty, or has control characters",
        )),
    }
}
