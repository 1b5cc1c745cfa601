//! From a file to an object.

mod abandon;
mod complete;
mod multipart;
mod proof;
mod single;

use std::path::PathBuf;
use std::time::Instant;

use ossum_client::Client;
use ossum_client::op::{ObjectHeaders, Overwrite};
use ossum_client::transport::HttpTransport;
use ossum_durable::RealFs;
use ossum_plan::{UploadPlan, how_to_upload};
use ossum_types::ObjectUrl;

use crate::error::Error;
use crate::monitor::Monitor;
use crate::options::Options;
use crate::report::Report;
use crate::source::Source;
use crate::thread;

/// What is uploaded, and where to.
#[derive(Debug, Clone)]
pub struct Upload {
    /// A regular file; a symbolic link to one is followed.
    pub source: PathBuf,
    /// The object to make.
    pub destination: ObjectUrl,
    /// What is kept with it.
    pub headers: ObjectHeaders,
    /// Whether an object of that key may be replaced.
    pub overwrite: Overwrite,
    /// How it is done.
    pub options: Options,
}

/// Uploads a file: on success the object holds exactly its bytes, as they were read.
///
/// Small files go in one request, larger ones in parts. The object appears as a whole or not at
/// all. OSS tells the CRC-64 of what it received, and that must be that of what was read. A program
/// that writes the file through a memory map while it is read can fool any reader.
///
/// # Errors
/// An existing object is as it was, with two exceptions. When the object that OSS made of the parts
/// is not what was sent, the message says so. When the last request was cancelled or its answer
/// lost ([`may_have_been_done`](ossum_client::Error::may_have_been_done)), and what became of it
/// could not be found out, there is the old object or all of the new one. Parts are not left on the
/// service; if that could not be ensured, [`Error::left_upload`] is the upload ID.
/// # Cancellation
/// Dropping the future cancels the upload, as [`Monitor::cancel`] does. A thread of its own then
/// aborts what it had begun, within seconds, unless the process ends before that.
pub async fn upload(client: &Client, request: &Upload, monitor: &Monitor) -> Result<Report, Error> {
    let client = client.with_meter(monitor.meter());
    let (request, watched) = (request.clone(), monitor.clone());
    let work = move || async move { carry_out(&client, &request, &watched).await };
    thread::on_own_thread("ossum-upload", monitor.token().clone(), work).await
}

async fn carry_out(client: &Client, request: &Upload, monitor: &Monitor) -> Result<Report, Error> {
    let began = Instant::now();
    let client = client.for_worker(HttpTransport::READ_BUFFER_BYTES);
    let source = Source::open(&RealFs, &request.source)?;
    let report = match how_to_upload(source.len(), request.options.part_size)? {
        UploadPlan::Single => single::send(&client, request, &source, monitor).await?,
        UploadPlan::Multipart { layout, grown } => {
            let report = multipart::send(&client, request, source, &layout, monitor).await?;
            Report { grown, ..report }
        }
    };
    Ok(report.spent(client.meter(), began))
}
