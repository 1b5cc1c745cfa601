use std::ffi::c_int;
use std::ops::Range;
use std::ptr;

use http::Method;
use ossum_client::op::PlainRequest;
use ossum_client::{Operation, Payload};

use super::{about_upload, part_number};
use crate::abi::{Options, Progress, UploadFile};
use crate::boundary::{Call, given, guarded};
use crate::config::{object, path};
use crate::memory::{List, Table, Text};
use crate::plain::{
    about_object, hand_over, payload_in_place_of_body, payload_of_file, send_for_bytes, watched,
    with_tables,
};
use crate::status::{Done, Failed, Status};

/// Sends a list of buffers as a part. [`oss_do_upload_part_from_buffer`] has it all.
///
/// # Safety
/// As there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oss_upload_part_from_buffer(
    options: *const Options,
    bucket: *const Text,
    object: *const Text,
    upload_id: *const Text,
    part_num: c_int,
    buffer: *mut List,
    resp_headers: *mut *mut Table,
) -> *mut Status {
    let none = ptr::null_mut();
    // SAFETY: as the caller says.
    unsafe {
        oss_do_upload_part_from_buffer(
            options,
            bucket,
            object,
            upload_id,
            part_num,
            buffer,
            None,
            none,
            none,
            resp_headers,
            ptr::null_mut(),
        )
    }
}

/// Sends a list of buffers as a part, 1 to 10,000, with the caller's headers and parameters. A part
/// sent again replaces it.
///
/// Tried once: `aos_should_retry` tells whether it may be made again. OSS tells the CRC-64 of what it
/// received, and that must be that of what was sent. `resp_headers` has the `ETag` that the upload is
/// completed with. `progress` is called from this thread. The list stays as it is.
///
/// # Safety
/// `options` is filled in; every pointer is null or of the thing it names. `resp_body` need not be
/// initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oss_do_upload_part_from_buffer(
    options: *const Options,
    bucket: *const Text,
    object: *const Text,
    upload_id: *const Text,
    part_num: c_int,
    buffer: *mut List,
    progress: Progress,
    headers: *mut Table,
    params: *mut Table,
    resp_headers: *mut *mut Table,
    resp_body: *mut List,
) -> *mut Status {
    // SAFETY: as the caller says.
    let payload = unsafe { payload_in_place_of_body(buffer, resp_body) };
    let work = |call: Call<'_>| {
        // SAFETY: as the caller says.
        let part = unsafe {
            Part {
                bucket: bucket.as_ref(),
                object: object.as_ref(),
                upload_id: upload_id.as_ref(),
                number: part_num,
                payload: watched(payload?, progress),
                headers: headers.as_ref(),
                params: params.as_ref(),
            }
        };
        // SAFETY: as the caller says.
        unsafe { part.send(call, resp_body) }
    };
    // SAFETY: as the caller says.
    unsafe { guarded(options, resp_headers, work) }
}

/// Sends what is in a file, or in a range of it, as a part. [`oss_do_upload_part_from_file`] has it all.
///
/// # Safety
/// As there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oss_upload_part_from_file(
    options: *const Options,
    bucket: *const Text,
    object: *const Text,
    upload_id: *const Text,
    part_num: c_int,
    upload_file: *mut UploadFile,
    resp_headers: *mut *mut Table,
) -> *mut Status {
    let none = ptr::null_mut();
    // SAFETY: as the caller says.
    unsafe {
        oss_do_upload_part_from_file(
            options,
            bucket,
            object,
            upload_id,
            part_num,
            upload_file,
            None,
            none,
            none,
            resp_headers,
            ptr::null_mut(),
        )
    }
}

/// Sends what a file has from `file_pos` to before `file_last` as a part; an end behind that of the
/// file is that of the file. Otherwise as [`oss_do_upload_part_from_buffer`].
///
/// # Safety
/// As there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oss_do_upload_part_from_file(
    options: *const Options,
    bucket: *const Text,
    object: *const Text,
    upload_id: *const Text,
    part_num: c_int,
    upload_file: *mut UploadFile,
    progress: Progress,
    headers: *mut Table,
    params: *mut Table,
    resp_headers: *mut *mut Table,
    resp_body: *mut List,
) -> *mut Status {
    // SAFETY: as the caller says.
    unsafe { List::empty(resp_body) };
    let work = |call: Call<'_>| {
        // SAFETY: as the caller says.
        let part = unsafe {
            let file = given("upload_file", upload_file)?;
            let path = path("the local file", Some(&file.filename))?;
            Part {
                bucket: bucket.as_ref(),
                object: object.as_ref(),
                upload_id: upload_id.as_ref(),
                number: part_num,
                payload: watched(payload_of_file(path, Some(range(file)?))?, progress),
                headers: headers.as_ref(),
                params: params.as_ref(),
            }
        };
        // SAFETY: as the caller says.
        unsafe { part.send(call, resp_body) }
    };
    // SAFETY: as the caller says.
    unsafe { guarded(options, resp_headers, work) }
}

fn range(file: &UploadFile) -> Result<Range<u64>, Failed> {
    match (u64::try_from(file.file_pos), u64::try_from(file.file_last)) {
        (Ok(start), Ok(end)) if start <= end => Ok(start..end),
        _ => Err(Failed::invalid(format!(
            "a range from byte {} to before {} is none",
            file.file_pos, file.file_last
        ))),
    }
}

/// A part to be sent.
struct Part<'a> {
    bucket: Option<&'a Text>,
    object: Option<&'a Text>,
    upload_id: Option<&'a Text>,
    number: c_int,
    payload: Payload,
    headers: Option<&'a Table>,
    params: Option<&'a Table>,
}

impl Part<'_> {
    fn request(self) -> Result<PlainRequest, Failed> {
        let url = object(self.bucket, self.object)?;
        let number = part_number(self.number)?.to_string();
        let request = about_object(Operation::UploadPart, Method::PUT, url);
        let mut request = with_tables(request, self.headers, self.params)?;
        about_upload(&mut request, self.upload_id)?;
        request.query.push(("partNumber".to_owned(), number));
        request.payload = self.payload;
        Ok(request)
    }

    /// # Safety
    /// `resp_body` is null, the head of a list, or zero.
    unsafe fn send(self, call: Call<'_>, resp_body: *mut List) -> Result<Done, Failed> {
        let (answer, body) = send_for_bytes(call, &self.request()?)?;
        // SAFETY: as the caller says.
        unsafe { hand_over(call, resp_body, &body) };
        answer.check_sent()?;
        Ok(answer.done())
    }
}
