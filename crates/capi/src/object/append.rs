use std::ptr;

use http::Method;
use ossum_client::op::PlainRequest;
use ossum_client::{Operation, Payload};
use ossum_types::{Crc64, ObjectUrl};

use super::put::named_by_key;
use crate::abi::{Options, Progress};
use crate::boundary::{Call, guarded};
use crate::config::{object, path};
use crate::content_type::with_content_type;
use crate::memory::{List, Table, Text};
use crate::plain::{
    about_object, hand_over, payload_in_place_of_body, payload_of_file, payload_of_list,
    send_for_bytes, watched, with_parameter, with_tables,
};
use crate::status::{Failed, Outcome, Status};

/// Adds a list of buffers to the end of an object, which is at `position`; at 0 it makes the object.
///
/// At another position nothing tells the CRC-64 that the object has then: it is not compared.
/// Otherwise as [`oss_do_append_object_from_buffer`].
///
/// # Safety
/// As there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oss_append_object_from_buffer(
    options: *const Options,
    bucket: *const Text,
    object: *const Text,
    position: i64,
    buffer: *const List,
    headers: *mut Table,
    resp_headers: *mut *mut Table,
) -> *mut Status {
    let work = |call: Call<'_>| {
        // SAFETY: as the caller says.
        unsafe {
            let url = self::object(bucket.as_ref(), object.as_ref())?;
            let end = End::at(position, None)?;
            let request = with_tables(end.request(url), headers.as_ref(), None)?;
            let request = named_by_key(request);
            let payload = payload_of_list(buffer)?;
            append(call, request, end, payload, None, ptr::null_mut())
        }
    };
    // SAFETY: as the caller says.
    unsafe { guarded(options, resp_headers, work) }
}

/// Adds a list of buffers to the end of an object, which is at `position`; at 0 it makes the object.
///
/// `init_crc` is the CRC-64 of the object so far, as `x-oss-hash-crc64ecma` of the last answer told
/// it: with the bytes added, the object must have the one that follows from both. The next
/// position is `x-oss-next-append-position`. `progress` is called from this thread.
///
/// Tried once. After an error that may pass, look the object up: it may have grown.
///
/// # Safety
/// `options` is filled in; every pointer is null or of the thing it names.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oss_do_append_object_from_buffer(
    options: *const Options,
    bucket: *const Text,
    object: *const Text,
    position: i64,
    init_crc: u64,
    buffer: *const List,
    headers: *mut Table,
    params: *mut Table,
    progress: Progress,
    resp_headers: *mut *mut Table,
    resp_body: *mut List,
) -> *mut Status {
    // SAFETY: as the caller says.
    let payload = unsafe { payload_in_place_of_body(buffer, resp_body) };
    let work = |call: Call<'_>| {
        // SAFETY: as the caller says.
        unsafe {
            let url = self::object(bucket.as_ref(), object.as_ref())?;
            let end = End::at(position, Some(init_crc))?;
            let request = with_tables(end.request(url), headers.as_ref(), params.as_ref())?;
            let request = named_by_key(request);
            append(call, request, end, payload?, progress, resp_body)
        }
    };
    // SAFETY: as the caller says.
    unsafe { guarded(options, resp_headers, work) }
}

/// The same as [`oss_append_object_from_buffer`], of a file.
///
/// # Safety
/// As there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oss_append_object_from_file(
    options: *const Options,
    bucket: *const Text,
    object: *const Text,
    position: i64,
    append_file: *const Text,
    headers: *mut Table,
    resp_headers: *mut *mut Table,
) -> *mut Status {
    let work = |call: Call<'_>| {
        // SAFETY: as the caller says.
        unsafe {
            let url = self::object(bucket.as_ref(), object.as_ref())?;
            let file = path("the local file", append_file.as_ref())?;
            let end = End::at(position, None)?;
            let request = with_tables(end.request(url), headers.as_ref(), None)?;
            let request = with_content_type(request, file);
            let payload = payload_of_file(file, None)?;
            append(call, request, end, payload, None, ptr::null_mut())
        }
    };
    // SAFETY: as the caller says.
    unsafe { guarded(options, resp_headers, work) }
}

/// The same as [`oss_do_append_object_from_buffer`], of a file.
///
/// # Safety
/// As there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oss_do_append_object_from_file(
    options: *const Options,
    bucket: *const Text,
    object: *const Text,
    position: i64,
    init_crc: u64,
    append_file: *const Text,
    headers: *mut Table,
    params: *mut Table,
    progress: Progress,
    resp_headers: *mut *mut Table,
    resp_body: *mut List,
) -> *mut Status {
    // SAFETY: as the caller says.
    unsafe { List::empty(resp_body) };
    let work = |call: Call<'_>| {
        // SAFETY: as the caller says.
        unsafe {
            let url = self::object(bucket.as_ref(), object.as_ref())?;
            let file = path("the local file", append_file.as_ref())?;
            let end = End::at(position, Some(init_crc))?;
            let request = with_tables(end.request(url), headers.as_ref(), params.as_ref())?;
            let request = with_content_type(request, file);
            let payload = payload_of_file(file, None)?;
            append(call, request, end, payload, progress, resp_body)
        }
    };
    // SAFETY: as the caller says.
    unsafe { guarded(options, resp_headers, work) }
}

/// Where an object ends before something is added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct End {
    position: u64,
    /// The CRC-64 of all before it, where that is known.
    crc64: Option<Crc64>,
}

impl End {
    fn at(position: i64, init_crc: Option<u64>) -> Result<Self, Failed> {
        let position = u64::try_from(position)
            .map_err(|_| Failed::invalid(format!("the position {position} is below 0")))?;
        let of_nothing = (position == 0).then_some(Crc64::EMPTY);
        Ok(Self {
            position,
            crc64: of_nothing.or(init_crc.map(Crc64::new)),
        })
    }

    fn request(self, url: ObjectUrl) -> PlainRequest {
        let request = about_object(Operation::AppendObject, Method::POST, url);
        let mut request = with_parameter(request, "append");
        let position = self.position.to_string();
        request.query.push(("position".to_owned(), position));
        request
    }
}

/// Sends `payload`, and finds that the object has grown by it.
///
/// # Safety
/// `resp_body` is null, zero, or the head of a whole list of buffers.
unsafe fn append(
    call: Call<'_>,
    mut request: PlainRequest,
    end: End,
    payload: Payload,
    progress: Progress,
    resp_body: *mut List,
) -> Outcome {
    let len = payload.len();
    request.payload = watched(payload, progress);
    let (answer, body) = send_for_bytes(call, &request)?;
    // SAFETY: as the caller says.
    unsafe { hand_over(call, resp_body, &body) };
    if let Some(before) = end.crc64 {
        answer.check(before.combine(answer.sent_crc64, len))?;
    }
    Ok(answer.done())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_has_a_crc_that_is_known() {
        let end = |position, init_crc| End::at(position, init_crc).map(|end| end.crc64);
        assert_eq!(end(0, None), Ok(Some(Crc64::EMPTY)));
        assert_eq!(end(0, Some(7)), Ok(Some(Crc64::EMPTY)));
        assert_eq!(end(5, None), Ok(None));
        assert_eq!(end(5, Some(7)), Ok(Some(Crc64::new(7))));
        assert!(end(-1, None).is_err());
    }
}
