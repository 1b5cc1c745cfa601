use std::ffi::c_int;

use http::Method;
use ossum_client::Operation;
use ossum_client::op::{PlainRequest, Spelling};
use ossum_types::BucketName;
use serde::Deserialize;

use crate::abi::{ListUploadsParams, ListedUpload, Options};
use crate::boundary::{Call, given, guarded};
use crate::config::{bucket, text};
use crate::listing::{ask, ask_for_page, check_next};
use crate::memory::{List, Pool, Table, Text, append_element};
use crate::plain::{about_bucket, send_for_bytes, with_parameter};
use crate::status::{Failed, Status};

/// Lists the uploads of a bucket that are neither completed nor aborted, by key and then by ID: those
/// of keys that begin with `prefix`, after the markers, at most `max_ret`, or as many as OSS gives if
/// that is 0.
///
/// They are added to `upload_list`, with keys as they are. With a `delimiter`, uploads of keys that have
/// it after the prefix are not told. Where `truncated` is 1, the next call's markers are this one's
/// `next_key_marker` and `next_upload_id_marker`. After an error nothing of `params` has changed.
///
/// # Safety
/// `options` is filled in; every pointer is null or of the thing it names. The head in `params` is
/// that of a list, or zero.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oss_list_multipart_upload(
    options: *const Options,
    bucket: *const Text,
    params: *mut ListUploadsParams,
    resp_headers: *mut *mut Table,
) -> *mut Status {
    let work = |call: Call<'_>| {
        // SAFETY: as the caller says.
        let (bucket, params) =
            unsafe { (self::bucket(bucket.as_ref())?, given("params", params)?) };
        let request = request(bucket, params)?;
        let (answer, body) = send_for_bytes(call, &request)?;
        let document: Document = answer.document("ListMultipartUploadsResult", &body)?;
        let key = text("key_marker", &params.key_marker)?.unwrap_or_default();
        let id = text("upload_id_marker", &params.upload_id_marker)?.unwrap_or_default();
        let next_key = document.spelling().bytes(&document.next_key_marker);
        let next = (&*next_key, &*document.next_upload_id_marker);
        check_next(&answer, document.is_truncated, &next, &(key.as_bytes(), id))?;
        // SAFETY: as the caller says.
        unsafe { give(&document, call.pool(), params) };
        Ok(answer.done())
    };
    // SAFETY: as the caller says.
    unsafe { guarded(options, resp_headers, work) }
}

fn request(bucket: BucketName, params: &ListUploadsParams) -> Result<PlainRequest, Failed> {
    let request = about_bucket(Operation::ListMultipartUploads, Method::GET, bucket);
    let mut request = with_parameter(request, "uploads");
    for (name, value) in [
        ("prefix", &params.prefix),
        ("delimiter", &params.delimiter),
        ("key-marker", &params.key_marker),
        ("upload-id-marker", &params.upload_id_marker),
    ] {
        ask(&mut request, name, text(name, value)?);
    }
    ask(&mut request, "encoding-type", Some("url"));
    ask_for_page(&mut request, "max-uploads", params.max_ret);
    Ok(request)
}

/// Puts what the document tells into `params`.
///
/// # Safety
/// The head in `params` is that of a whole list, or zero.
unsafe fn give(document: &Document, pool: &Pool, params: &mut ListUploadsParams) {
    let spelling = document.spelling();
    for upload in &document.upload {
        let upload = ListedUpload {
            node: List::UNLINKED,
            key: Text::copied(pool, spelling.bytes(&upload.key)),
            upload_id: Text::copied(pool, &upload.upload_id),
            initiated: Text::copied(pool, &upload.initiated),
        };
        // SAFETY: as the caller says.
        unsafe { append_element(pool, &mut params.upload_list, upload) };
    }
    params.truncated = c_int::from(document.is_truncated);
    params.next_key_marker = Text::copied(pool, spelling.bytes(&document.next_key_marker));
    params.next_upload_id_marker = Text::copied(pool, &document.next_upload_id_marker);
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Document {
    is_truncated: bool,
    encoding_type: Option<String>,
    #[serde(default)]
    next_key_marker: String,
    #[serde(default)]
    next_upload_id_marker: String,
    #[serde(default)]
    upload: Vec<UploadElement>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct UploadElement {
    key: String,
    upload_id: String,
    initiated: String,
}

impl Document {
    fn spelling(&self) -> Spelling {
        Spelling::of(self.encoding_type.as_deref())
    }
}
