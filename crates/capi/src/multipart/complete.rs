use std::ptr;

use http::header::CONTENT_TYPE;
use ossum_client::op::{CompleteMultipartUpload, CompletedPart, PartsToJoin, PlainRequest};
use ossum_types::{ETag, Invalid, ObjectUrl, PartNumber};

use super::upload_id;
use crate::abi::{CompletePart, Options};
use crate::boundary::{Call, guarded};
use crate::config::{object, text};
use crate::memory::{List, Table, Text};
use crate::plain::{hand_over, send_for_bytes, with_tables};
use crate::status::{Failed, Status};

/// Makes an object of the parts of an upload. [`oss_do_complete_multipart_upload`] has it all.
///
/// # Safety
/// As there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oss_complete_multipart_upload(
    options: *const Options,
    bucket: *const Text,
    object: *const Text,
    upload_id: *const Text,
    part_list: *mut List,
    headers: *mut Table,
    resp_headers: *mut *mut Table,
) -> *mut Status {
    // SAFETY: as the caller says.
    unsafe {
        oss_do_complete_multipart_upload(
            options,
            bucket,
            object,
            upload_id,
            part_list,
            headers,
            ptr::null_mut(),
            resp_headers,
            ptr::null_mut(),
        )
    }
}

/// Makes an object of the parts of an upload that a list names by number and `ETag`, in any order; or
/// of all that OSS has of it, if `part_list` is null or empty and the header `x-oss-complete-all` says so.
///
/// Tried once. After an answer that was lost the upload may be no more because the object is there:
/// `oss_head_object` tells. The list stays as it is.
///
/// # Safety
/// `options` is filled in; every pointer is null or of the thing it names. `part_list` is the head of a
/// list of `oss_complete_part_content_t`. `resp_body` need not be initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oss_do_complete_multipart_upload(
    options: *const Options,
    bucket: *const Text,
    object: *const Text,
    upload_id: *const Text,
    part_list: *mut List,
    headers: *mut Table,
    params: *mut Table,
    resp_headers: *mut *mut Table,
    resp_body: *mut List,
) -> *mut Status {
    // SAFETY: as the caller says. The two lists may be one.
    let parts = unsafe {
        let parts = named(part_list);
        List::empty(resp_body);
        parts
    };
    let work = |call: Call<'_>| {
        // SAFETY: as the caller says.
        let request = unsafe {
            complete(
                self::object(bucket.as_ref(), object.as_ref())?,
                upload_id.as_ref(),
                parts?,
                headers.as_ref(),
                params.as_ref(),
            )?
        };
        let (answer, body) = send_for_bytes(call, &request)?;
        // SAFETY: as the caller says.
        unsafe { hand_over(call, resp_body, &body) };
        Ok(answer.done())
    };
    // SAFETY: as the caller says.
    unsafe { guarded(options, resp_headers, work) }
}

const COMPLETE_ALL: &str = "x-oss-complete-all";

fn complete(
    url: ObjectUrl,
    id: Option<&Text>,
    parts: Vec<CompletedPart>,
    headers: Option<&Table>,
    params: Option<&Table>,
) -> Result<PlainRequest, Failed> {
    let of_all = headers.is_some_and(|headers| headers.has(COMPLETE_ALL));
    let parts = match (parts.is_empty(), of_all) {
        (true, true) => PartsToJoin::All,
        (true, false) => return Err(Failed::invalid("part_list is null, or has no part")),
        (false, _) => PartsToJoin::Named(parts),
    };
    let ObjectUrl { bucket, key } = url;
    let upload_id = upload_id(id)?;
    let complete = CompleteMultipartUpload {
        parts,
        ..CompleteMultipartUpload::new(bucket, key, upload_id, Vec::new())
    };
    let worded: Result<PlainRequest, Invalid> = (&complete).try_into();
    let request = worded.map_err(|reason| Failed::invalid(reason.to_string()))?;
    let of_document = request.headers.get(CONTENT_TYPE).cloned();
    let ours = request.query.clone();
    let mut request = with_tables(request, headers, params)?;
    // Of a name given twice the last value counts. The answer goes to the caller as it is, who has
    // not asked for an encoded key.
    request.query.extend(ours);
    request.query.retain(|(name, _)| name != "encoding-type");
    // That of the object was told when the upload began; this is that of the list.
    request.headers.remove(CONTENT_TYPE);
    request
        .headers
        .extend(of_document.map(|kind| (CONTENT_TYPE, kind)));
    Ok(request)
}

/// The parts that a list names.
///
/// # Safety
/// `list` is null, or the head of a whole list of `oss_complete_part_content_t`.
unsafe fn named(list: *const List) -> Result<Vec<CompletedPart>, Failed> {
    // SAFETY: as the caller says; an element begins with its node.
    let parts = unsafe { List::elements(list).map(|node| &*node.cast::<CompletePart>()) };
    parts.map(part).collect()
}

fn part(part: &CompletePart) -> Result<CompletedPart, Failed> {
    let invalid = |reason: Invalid| Failed::invalid(reason.to_string());
    let number = text("a part number", &part.part_number)?.unwrap_or_default();
    let etag = text("an ETag", &part.etag)?.unwrap_or_default();
    Ok(CompletedPart {
        number: number.parse::<PartNumber>().map_err(invalid)?,
        etag: etag.parse::<ETag>().map_err(invalid)?,
    })
}
