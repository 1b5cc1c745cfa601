//! The two calls that all this is for.

mod options;
mod upload_file;
mod watched;

use http::header::{CONTENT_LENGTH, CONTENT_RANGE};
use http::{HeaderMap, HeaderValue};
use ossum_transfer::{Download, Modified, Report, Unverified, Upload};

use self::options::Wishes;
use self::watched::see_through;
use crate::abi::{Options, Progress, ResumableParams};
use crate::boundary::{Call, guarded};
use crate::config::{client, object, path};
use crate::memory::{List, Table, Text};
use crate::plain::hand_over;
use crate::request_headers::{DownloadHeaders, UploadHeaders};
use crate::status::{Done, Failed, Status};

/// Uploads a file, and goes on where an earlier call ended.
///
/// On success the object holds exactly the file's bytes; `resp_headers` and `resp_body` are those of
/// the request that made it. With a checkpoint, the same call made again after any failure or
/// crash continues; a call that fails for good leaves no upload behind without one.
///
/// `progress` is called from this thread, with what is there by then: right after a resume, and then
/// after each part. Everything handed out is in the pool of `options`. May be called from several
/// threads at once, with a pool each.
///
/// # Safety
/// `options` is filled in; every pointer is null or of the thing it names. `resp_body` need not be
/// initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oss_resumable_upload_file(
    options: *mut Options,
    bucket: *mut Text,
    object: *mut Text,
    filepath: *mut Text,
    headers: *mut Table,
    params: *mut Table,
    clt_params: *mut ResumableParams,
    progress: Progress,
    resp_headers: *mut *mut Table,
    resp_body: *mut List,
) -> *mut Status {
    // SAFETY: as the caller says.
    unsafe { List::empty(resp_body) };
    let work = |call: Call<'_>| {
        // SAFETY: as the caller says.
        let answered = unsafe {
            let asked = Asked::read(bucket, object, filepath, headers, params, clt_params);
            upload(call, &asked, progress)?.answered
        };
        // SAFETY: as the caller says.
        unsafe { hand_over(call, resp_body, &answered.body) };
        Ok(succeeded(answered.headers))
    };
    // SAFETY: as the caller says.
    unsafe { guarded(options, resp_headers, work) }
}

/// Downloads an object, and goes on where an earlier call ended.
///
/// On success the file holds exactly the object's bytes, durably; until then a file of that name is as
/// it was. `resp_headers` are those that told of the object, `Content-Length` being its size.
/// Otherwise as [`oss_resumable_upload_file`].
///
/// # Safety
/// As [`oss_resumable_upload_file`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oss_resumable_download_file(
    options: *mut Options,
    bucket: *mut Text,
    object: *mut Text,
    filepath: *mut Text,
    headers: *mut Table,
    params: *mut Table,
    clt_params: *mut ResumableParams,
    progress: Progress,
    resp_headers: *mut *mut Table,
) -> *mut Status {
    let work = |call: Call<'_>| {
        // SAFETY: as the caller says.
        let report = unsafe {
            let asked = Asked::read(bucket, object, filepath, headers, params, clt_params);
            download(call, &asked, progress)?
        };
        Ok(succeeded(about_the_whole(report.answered.headers)))
    };
    // SAFETY: as the caller says.
    unsafe { guarded(options, resp_headers, work) }
}

/// What both are asked.
struct Asked<'a> {
    bucket: Option<&'a Text>,
    object: Option<&'a Text>,
    file: Option<&'a Text>,
    headers: Option<&'a Table>,
    params: Option<&'a Table>,
    wishes: Wishes,
}

impl Asked<'_> {
    /// # Safety
    /// Every pointer is null or of the thing it names, which lives as long as the result.
    unsafe fn read(
        bucket: *const Text,
        object: *const Text,
        file: *const Text,
        headers: *const Table,
        params: *const Table,
        wishes: *const ResumableParams,
    ) -> Self {
        // SAFETY: as the caller says.
        unsafe {
            Self {
                bucket: bucket.as_ref(),
                object: object.as_ref(),
                file: file.as_ref(),
                headers: headers.as_ref(),
                params: params.as_ref(),
                wishes: Wishes::read(wishes.as_ref()),
            }
        }
    }
}

fn upload(call: Call<'_>, asked: &Asked<'_>, progress: Progress) -> Result<Report, Failed> {
    let destination = object(asked.bucket, asked.object)?;
    let source = path("the local file", asked.file)?;
    let headers = UploadHeaders::read(asked.headers, asked.params, &destination.key)?;
    let client = client(call)?.with_headers(headers.rest);
    let upload = Upload {
        headers: headers.kept,
        // What is kept with the object is what the caller says.
        modified: Modified::Leave,
        overwrite: headers.overwrite,
        callback: headers.callback,
        options: asked.wishes.for_upload()?,
        ..Upload::new(source, destination)
    };
    let monitor = watched::monitor(progress);
    let work = ossum_transfer::upload(&client, &upload, &monitor);
    Ok(see_through(work, &monitor, progress)?)
}

fn download(call: Call<'_>, asked: &Asked<'_>, progress: Progress) -> Result<Report, Failed> {
    let source = object(asked.bucket, asked.object)?;
    let destination = path("the local file", asked.file)?;
    let headers = DownloadHeaders::read(asked.headers, asked.params)?;
    let client = client(call)?.with_headers(headers.rest);
    let download = Download {
        version_id: headers.version_id,
        range: headers.range,
        // Programs that download objects without a checksum have always been let.
        unverified: Unverified::Allow,
        options: asked.wishes.for_download()?,
        ..Download::new(source, destination)
    };
    let monitor = watched::monitor(progress);
    let work = ossum_transfer::download(&client, &download, &monitor);
    Ok(see_through(work, &monitor, progress)?)
}

/// The headers that told of an object, as a `HEAD` of it has them: the first answer may have been to
/// a request for its beginning.
fn about_the_whole(mut headers: HeaderMap) -> HeaderMap {
    let size = headers.remove(CONTENT_RANGE).and_then(|range| {
        let size = range.to_str().ok()?.rsplit_once('/')?.1.to_owned();
        HeaderValue::from_str(&size).ok()
    });
    if let Some(size) = size {
        headers.insert(CONTENT_LENGTH, size);
    }
    headers
}

/// Whatever the requests were answered with, the whole of them is a success.
fn succeeded(headers: HeaderMap) -> Done {
    Done { code: 200, headers }
}
