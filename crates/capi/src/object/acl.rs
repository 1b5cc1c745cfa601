use std::ffi::c_int;

use http::{HeaderName, HeaderValue, Method};
use ossum_client::Operation;

use crate::abi::Options;
use crate::acl::{self, Policy};
use crate::boundary::{Call, given, guarded};
use crate::config::object;
use crate::memory::{Table, Text};
use crate::plain::{about_object, finished, send_for_bytes, with_parameter};
use crate::status::Status;

const ACL: HeaderName = HeaderName::from_static("x-oss-object-acl");

/// Sets who else may use an object.
///
/// # Safety
/// `options` is filled in; every pointer is null or of the thing it names.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oss_put_object_acl(
    options: *const Options,
    bucket: *const Text,
    object: *const Text,
    oss_acl: c_int,
    resp_headers: *mut *mut Table,
) -> *mut Status {
    let work = |call: Call<'_>| {
        // SAFETY: as the caller says.
        let url = unsafe { self::object(bucket.as_ref(), object.as_ref())? };
        let word = acl::word(oss_acl)?;
        let request = about_object(Operation::PutObjectAcl, Method::PUT, url);
        let mut request = with_parameter(request, "acl");
        request.headers.insert(ACL, HeaderValue::from_static(word));
        finished(call, &request)
    };
    // SAFETY: as the caller says.
    unsafe { guarded(options, resp_headers, work) }
}

/// Tells who else may use an object: `private`, `public-read`, `public-read-write`, or `default`, which
/// is what the bucket says. The text is in the pool of `options`.
///
/// # Safety
/// `options` is filled in; every pointer is null or of the thing it names.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oss_get_object_acl(
    options: *const Options,
    bucket: *const Text,
    object: *const Text,
    oss_acl: *mut Text,
    resp_headers: *mut *mut Table,
) -> *mut Status {
    let work = |call: Call<'_>| {
        // SAFETY: as the caller says.
        let (url, oss_acl) = unsafe {
            let url = self::object(bucket.as_ref(), object.as_ref())?;
            (url, given("oss_acl", oss_acl)?)
        };
        let request = about_object(Operation::GetObjectAcl, Method::GET, url);
        let (answer, body) = send_for_bytes(call, &with_parameter(request, "acl"))?;
        let policy: Policy = answer.document("AccessControlPolicy", &body)?;
        *oss_acl = Text::copied(call.pool(), policy.access_control_list.grant);
        Ok(answer.done())
    };
    // SAFETY: as the caller says.
    unsafe { guarded(options, resp_headers, work) }
}
