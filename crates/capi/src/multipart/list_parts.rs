use std::ffi::c_int;

use http::Method;
use ossum_client::Operation;
use serde::Deserialize;

use super::about_upload;
use crate::abi::{ListPartsParams, ListedPart, Options};
use crate::boundary::{Call, given, guarded};
use crate::config::{object, text};
use crate::listing::{ask, ask_for_page, check_next};
use crate::memory::{List, Pool, Table, Text, append_element};
use crate::plain::{about_object, send_for_bytes};
use crate::status::Status;

/// Lists the parts of an upload, ascending, from the one after `part_number_marker` on: at most
/// `max_ret`, or as many as OSS gives if that is 0.
///
/// They are added to `part_list`. Where `truncated` is 1, the next call's `part_number_marker` is this
/// one's `next_part_number_marker`. After an error nothing of `params` has changed.
///
/// # Safety
/// `options` is filled in; every pointer is null or of the thing it names. The head in `params` is
/// that of a list, or zero.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oss_list_upload_part(
    options: *const Options,
    bucket: *const Text,
    object: *const Text,
    upload_id: *const Text,
    params: *mut ListPartsParams,
    resp_headers: *mut *mut Table,
) -> *mut Status {
    let work = |call: Call<'_>| {
        // SAFETY: as the caller says.
        let (url, upload_id, params) = unsafe {
            (
                self::object(bucket.as_ref(), object.as_ref())?,
                upload_id.as_ref(),
                given("params", params)?,
            )
        };
        let mut request = about_object(Operation::ListParts, Method::GET, url);
        about_upload(&mut request, upload_id)?;
        let marker = text("part_number_marker", &params.part_number_marker)?;
        ask(&mut request, "part-number-marker", marker);
        ask_for_page(&mut request, "max-parts", params.max_ret);
        let (answer, body) = send_for_bytes(call, &request)?;
        let document: Document = answer.document("ListPartsResult", &body)?;
        let number = |marker: &str| marker.parse::<u32>().unwrap_or(0);
        let next = number(&document.next_part_number_marker);
        let before = marker.map_or(0, number);
        check_next(&answer, document.is_truncated, &next, &before)?;
        // SAFETY: as the caller says.
        unsafe { give(&document, call.pool(), params) };
        Ok(answer.done())
    };
    // SAFETY: as the caller says.
    unsafe { guarded(options, resp_headers, work) }
}

/// Puts what the document tells into `params`.
///
/// # Safety
/// The head in `params` is that of a whole list, or zero.
unsafe fn give(document: &Document, pool: &Pool, params: &mut ListPartsParams) {
    for part in &document.part {
        let part = ListedPart {
            node: List::UNLINKED,
            part_number: Text::copied(pool, &part.part_number),
            size: Text::copied(pool, &part.size),
            etag: Text::copied(pool, &part.etag),
            last_modified: Text::copied(pool, &part.last_modified),
        };
        // SAFETY: as the caller says.
        unsafe { append_element(pool, &mut params.part_list, part) };
    }
    params.truncated = c_int::from(document.is_truncated);
    params.next_part_number_marker = Text::copied(pool, &document.next_part_number_marker);
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Document {
    is_truncated: bool,
    #[serde(default)]
    next_part_number_marker: String,
    #[serde(default)]
    part: Vec<PartElement>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PartElement {
    part_number: String,
    last_modified: String,
    #[serde(rename = "ETag")]
    etag: String,
    size: String,
}
