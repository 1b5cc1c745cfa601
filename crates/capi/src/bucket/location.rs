use http::Method;
use ossum_client::Operation;
use serde::Deserialize;

use crate::abi::Options;
use crate::boundary::{Call, given, guarded};
use crate::config::bucket;
use crate::memory::{Table, Text};
use crate::plain::{about_bucket, send_for_bytes, with_parameter};
use crate::status::Status;

/// Tells where a bucket is, such as `oss-cn-hangzhou`, in the pool.
///
/// # Safety
/// `options` is filled in; every pointer is null or of the thing it names.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oss_get_bucket_location(
    options: *const Options,
    bucket: *const Text,
    oss_location: *mut Text,
    resp_headers: *mut *mut Table,
) -> *mut Status {
    let work = |call: Call<'_>| {
        // SAFETY: as the caller says.
        let (bucket, location) = unsafe {
            (
                self::bucket(bucket.as_ref())?,
                given("oss_location", oss_location)?,
            )
        };
        let request = with_parameter(
            about_bucket(Operation::GetBucketLocation, Method::GET, bucket),
            "location",
        );
        let (answer, body) = send_for_bytes(call, &request)?;
        let document: Document = answer.document("LocationConstraint", &body)?;
        *location = Text::copied(call.pool(), document.name);
        Ok(answer.done())
    };
    // SAFETY: as the caller says.
    unsafe { guarded(options, resp_headers, work) }
}

#[derive(Deserialize)]
struct Document {
    #[serde(rename = "$text")]
    name: String,
}
