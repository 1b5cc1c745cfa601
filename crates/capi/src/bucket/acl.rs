use std::ffi::c_int;

use http::{HeaderName, HeaderValue, Method};
use ossum_client::Operation;

use crate::abi::Options;
use crate::acl::{self, Policy};
use crate::boundary::{Call, given, guarded};
use crate::config::bucket;
use crate::memory::{Table, Text};
use crate::plain::{about_bucket, finished, send_for_bytes, with_parameter};
use crate::status::Status;

const ACL: HeaderName = HeaderName::from_static("x-oss-acl");

/// Changes who else may use a bucket; `oss_acl` is one of `oss_acl_e`.
///
/// # Safety
/// `options` is filled in; every pointer is null or of the thing it names.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oss_put_bucket_acl(
    options: *const Options,
    bucket: *const Text,
    oss_acl: c_int,
    resp_headers: *mut *mut Table,
) -> *mut Status {
    let work = |call: Call<'_>| {
        // SAFETY: as the caller says.
        let bucket = unsafe { self::bucket(bucket.as_ref())? };
        let request = about_bucket(Operation::PutBucketAcl, Method::PUT, bucket);
        let mut request = with_parameter(request, "acl");
        let acl = HeaderValue::from_static(acl::word(oss_acl)?);
        request.headers.insert(ACL, acl);
        finished(call, &request)
    };
    // SAFETY: as the caller says.
    unsafe { guarded(options, resp_headers, work) }
}

/// Tells who else may use a bucket: `oss_acl` is `private`, `public-read` or `public-read-write`, in
/// the pool.
///
/// # Safety
/// `options` is filled in; every pointer is null or of the thing it names.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oss_get_bucket_acl(
    options: *const Options,
    bucket: *const Text,
    oss_acl: *mut Text,
    resp_headers: *mut *mut Table,
) -> *mut Status {
    let work = |call: Call<'_>| {
        // SAFETY: as the caller says.
        let (bucket, oss_acl) =
            unsafe { (self::bucket(bucket.as_ref())?, given("oss_acl", oss_acl)?) };
        let request = with_parameter(
            about_bucket(Operation::GetBucketAcl, Method::GET, bucket),
            "acl",
        );
        let (answer, body) = send_for_bytes(call, &request)?;
        let policy: Policy = answer.document("AccessControlPolicy", &body)?;
        *oss_acl = Text::copied(call.pool(), policy.access_control_list.grant);
        Ok(answer.done())
    };
    // SAFETY: as the caller says.
    unsafe { guarded(options, resp_headers, work) }
}
