use http::Method;
use ossum_client::Operation;

use super::about_upload;
use crate::abi::Options;
use crate::boundary::{Call, guarded};
use crate::config::object;
use crate::memory::{Table, Text};
use crate::plain::{about_object, finished};
use crate::status::Status;

/// Ends an upload and throws its parts away. A part that is being sent meanwhile may stay: the same
/// call again, until it is 404, ends that too.
///
/// # Safety
/// `options` is filled in; every pointer is null or of the thing it names.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oss_abort_multipart_upload(
    options: *const Options,
    bucket: *const Text,
    object: *const Text,
    upload_id: *mut Text,
    resp_headers: *mut *mut Table,
) -> *mut Status {
    let work = |call: Call<'_>| {
        // SAFETY: as the caller says.
        let (url, upload_id) = unsafe {
            (
                self::object(bucket.as_ref(), object.as_ref())?,
                upload_id.as_ref(),
            )
        };
        let mut request = about_object(Operation::AbortMultipartUpload, Method::DELETE, url);
        about_upload(&mut request, upload_id)?;
        finished(call, &request)
    };
    // SAFETY: as the caller says.
    unsafe { guarded(options, resp_headers, work) }
}
