//! Uploads in parts, by hand: each call is one request.

mod abort;
mod complete;
mod create;
mod initiate;
mod list_parts;
mod list_uploads;
mod part;
mod part_copy;

use std::ffi::c_int;

use ossum_client::op::PlainRequest;
use ossum_types::{Invalid, PartNumber, UploadId};

use crate::config::text;
use crate::memory::Text;
use crate::status::Failed;

/// The upload that a text names.
fn upload_id(id: Option<&Text>) -> Result<UploadId, Failed> {
    let id = id.ok_or_else(|| Failed::invalid("the upload ID is null"))?;
    let id = text("the upload ID", id)?.unwrap_or_default();
    id.parse()
        .map_err(|reason: Invalid| Failed::invalid(reason.to_string()))
}

/// Makes `request` one about an upload, whatever its caller's parameters say.
fn about_upload(request: &mut PlainRequest, id: Option<&Text>) -> Result<(), Failed> {
    let id = upload_id(id)?;
    // Of a name given twice the last value counts.
    request
        .query
        .push(("uploadId".to_owned(), id.as_str().to_owned()));
    Ok(())
}

fn part_number(number: c_int) -> Result<PartNumber, Failed> {
    let number = u32::try_from(number)
        .map_err(|_| Failed::invalid(format!("the part number {number} is below 1")))?;
    PartNumber::new(number).map_err(|reason| Failed::invalid(reason.to_string()))
}
