use std::ffi::c_int;

use http::Method;
use ossum_client::Operation;
use ossum_client::op::{PlainRequest, RestoreObject, RestoreTier};

use crate::abi::Options;
use crate::boundary::{Call, guarded};
use crate::config::object;
use crate::memory::{Table, Text};
use crate::plain::{about_object, finished, with_parameter, with_tables};
use crate::status::{Failed, Status};

/// Begins to make an archived object readable, for a day: 202, or 200 where it is readable by now. While it
/// is under way, 409.
///
/// # Safety
/// `options` is filled in; every pointer is null or of the thing it names.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oss_restore_object(
    options: *const Options,
    bucket: *const Text,
    object: *const Text,
    headers: *mut Table,
    resp_headers: *mut *mut Table,
) -> *mut Status {
    let work = |call: Call<'_>| {
        // SAFETY: as the caller says.
        unsafe {
            let url = self::object(bucket.as_ref(), object.as_ref())?;
            let request = about_object(Operation::RestoreObject, Method::POST, url);
            let request = with_parameter(request, "restore");
            finished(call, &with_tables(request, headers.as_ref(), None)?)
        }
    };
    // SAFETY: as the caller says.
    unsafe { guarded(options, resp_headers, work) }
}

/// The same for so many days, 1 at least, and as fast as `tier` says, an `oss_tier_type_e`.
///
/// # Safety
/// As [`oss_restore_object`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oss_restore_object_with_tier(
    options: *const Options,
    bucket: *const Text,
    object: *const Text,
    tier: c_int,
    day: c_int,
    headers: *mut Table,
    resp_headers: *mut *mut Table,
) -> *mut Status {
    let work = |call: Call<'_>| {
        // SAFETY: as the caller says.
        unsafe {
            let url = self::object(bucket.as_ref(), object.as_ref())?;
            let restore = RestoreObject {
                tier: Some(tier_of(tier)?),
                ..RestoreObject::new(url.bucket, url.key, days(day)?)
            };
            let request = PlainRequest::try_from(&restore)
                .map_err(|invalid| Failed::invalid(invalid.to_string()))?;
            finished(call, &with_tables(request, headers.as_ref(), None)?)
        }
    };
    // SAFETY: as the caller says.
    unsafe { guarded(options, resp_headers, work) }
}

fn tier_of(number: c_int) -> Result<RestoreTier, Failed> {
    match number {
        0 => Ok(RestoreTier::Expedited),
        1 => Ok(RestoreTier::Standard),
        2 => Ok(RestoreTier::Bulk),
        _ => Err(Failed::invalid(format!("{number} is no oss_tier_type_e"))),
    }
}

fn days(day: c_int) -> Result<u32, Failed> {
    let days = u32::try_from(day).ok().filter(|days| *days > 0);
    days.ok_or_else(|| Failed::invalid(format!("{day} are no days to restore an object for")))
}
