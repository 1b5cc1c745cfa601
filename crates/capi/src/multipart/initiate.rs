use std::path::Path;

use http::Method;
use ossum_client::Operation;
use serde::Deserialize;

use crate::abi::Options;
use crate::boundary::{Call, given, guarded};
use crate::config::object;
use crate::content_type::with_content_type;
use crate::memory::{Table, Text};
use crate::plain::{about_object, send_for_bytes, with_parameter, with_tables};
use crate::status::Status;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Document {
    upload_id: String,
}

/// Begins an upload in parts. What is kept with the object is told here, in `headers`.
///
/// On success `upload_id` is its ID, in the pool; until the upload is completed or aborted, OSS keeps
/// its parts. Without a `Content-Type` it is the one that the key's end stands for.
///
/// # Safety
/// `options` is filled in; every pointer is null or of the thing it names.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oss_init_multipart_upload(
    options: *const Options,
    bucket: *const Text,
    object: *const Text,
    upload_id: *mut Text,
    headers: *mut Table,
    resp_headers: *mut *mut Table,
) -> *mut Status {
    let work = |call: Call<'_>| {
        // SAFETY: as the caller says.
        let (url, headers, upload_id) = unsafe {
            (
                self::object(bucket.as_ref(), object.as_ref())?,
                headers.as_ref(),
                given("upload_id", upload_id)?,
            )
        };
        let key = url.key.clone();
        let request = about_object(Operation::InitiateMultipartUpload, Method::POST, url);
        let request = with_tables(request, headers, None)?;
        let request = with_parameter(request, "uploads");
        let request = with_content_type(request, Path::new(key.as_str()));
        let (answer, body) = send_for_bytes(call, &request)?;
        let begun: Document = answer.document("InitiateMultipartUploadResult", &body)?;
        *upload_id = Text::copied(call.pool(), begun.upload_id);
        Ok(answer.done())
    };
    // SAFETY: as the caller says.
    unsafe { guarded(options, resp_headers, work) }
}
