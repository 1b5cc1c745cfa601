use std::path::Path;

use ossum_client::Client;
use ossum_client::op::InitiateMultipartUpload;
use ossum_transfer::{Adopt, Modified, Monitor, Upload};
use ossum_types::{Invalid, ObjectUrl, UploadId};

use super::options::Wishes;
use super::succeeded;
use super::watched::see_through;
use crate::abi::Options;
use crate::boundary::{Call, given, guarded};
use crate::config::{client, object, path, text};
use crate::memory::{Table, Text};
use crate::plain::at_home;
use crate::request_headers::UploadHeaders;
use crate::status::{AOSE_OPEN_FILE_ERROR, Failed, OPEN_FILE_ERROR, Status};

/// Uploads a file in parts, remembered by an upload ID in place of a checkpoint.
///
/// Where `upload_id` is null or empty, an upload is begun and its ID put there, in the pool. After a
/// failure it and its parts stay, and the same call with the same ID continues: parts count as there if
/// their CRC-64 is that of the file's bytes, whoever sent them. On success the object holds exactly
/// the file's bytes, and the upload is no more. Requests that may pass are tried again.
///
/// What is kept with the object, of `headers`, is told when the upload begins; what else they say goes
/// with every request. An empty file has no parts: it goes in one request, and begins no upload.
///
/// # Safety
/// `options` is filled in; every pointer is null or of the thing it names.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oss_upload_file(
    options: *mut Options,
    bucket: *const Text,
    object: *const Text,
    upload_id: *mut Text,
    filename: *mut Text,
    part_size: i64,
    headers: *mut Table,
) -> *mut Status {
    let work = |call: Call<'_>| {
        // SAFETY: as the caller says.
        let destination = unsafe { self::object(bucket.as_ref(), object.as_ref())? };
        // SAFETY: as the caller says.
        let (source, upload_id, headers) = unsafe {
            (
                path("the local file", filename.as_ref())?,
                given("upload_id", upload_id)?,
                UploadHeaders::read(headers.as_ref(), None, &destination.key)?,
            )
        };
        let adopt = match text("the upload ID", upload_id)? {
            Some(id) => Adopt::This(parsed(id)?),
            None if is_empty(source)? => Adopt::No,
            None => {
                let begun = begin(call, &destination, &headers)?;
                *upload_id = Text::copied(call.pool(), begun.as_str());
                Adopt::This(begun)
            }
        };
        let client = client(call)?.with_headers(headers.rest);
        let upload = Upload {
            headers: headers.kept,
            modified: Modified::Leave,
            overwrite: headers.overwrite,
            callback: headers.callback,
            adopt,
            options: Wishes::of_parts(part_size).for_upload()?,
            ..Upload::new(source, destination)
        };
        let monitor = Monitor::new();
        let work = ossum_transfer::upload(&client, &upload, &monitor);
        let report = see_through(work, &monitor, None)?;
        Ok(succeeded(report.answered.headers))
    };
    // SAFETY: as the caller says.
    unsafe { guarded(options, std::ptr::null_mut(), work) }
}

fn parsed(id: &str) -> Result<UploadId, Failed> {
    id.parse()
        .map_err(|reason: Invalid| Failed::invalid(reason.to_string()))
}

/// Looks at the file before anything is begun for it.
fn is_empty(source: &Path) -> Result<bool, Failed> {
    let found = source
        .metadata()
        .map_err(|error| Failed::local(&error, AOSE_OPEN_FILE_ERROR, OPEN_FILE_ERROR))?;
    Ok(found.len() == 0)
}

/// Begins an upload.
fn begin(
    call: Call<'_>,
    destination: &ObjectUrl,
    headers: &UploadHeaders,
) -> Result<UploadId, Failed> {
    let ObjectUrl { bucket, key } = destination.clone();
    let initiate = InitiateMultipartUpload {
        headers: headers.kept.clone(),
        overwrite: headers.overwrite,
        ..InitiateMultipartUpload::new(bucket, key)
    };
    at_home(call, async |client: &Client| {
        let client = client.with_headers(headers.rest.clone());
        let begun = client.initiate_multipart_upload(&initiate).await;
        begun.map_err(|error| Failed::from(&error))
    })
}
