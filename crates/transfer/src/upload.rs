//! From a file to an object.

mod adopt;
pub(crate) mod content;
mod resume;
pub(crate) mod sender;
pub(crate) mod single;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Instant, SystemTime};

use ossum_checkpoint::{Header, SourceIdentity, Transfer, Way};
use ossum_client::Client;
use ossum_client::op::{Callback, ObjectHeaders, Overwrite};
use ossum_client::transport::HttpTransport;
use ossum_plan::{PartLayout, UploadPlan, how_to_upload};
use ossum_types::{ObjectUrl, PartSize, UploadId};

use crate::again::{absolute, again_on_change};
use crate::checkpoint::{Checkpoint, Earlier};
use crate::error::Error;
use crate::modified::Modified;
use crate::monitor::Monitor;
use crate::multipart::{Making, digest};
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
    /// Whether the file's time of modification is kept with it. Where an upload is continued, it is
    /// that of when the upload began.
    pub modified: Modified,
    /// Whether an object of that key may be replaced.
    pub overwrite: Overwrite,
    /// Whom OSS tells of the object once it is stored.
    pub callback: Option<Callback>,
    /// How parts that are there already are looked at.
    pub verify_kept: VerifyKept,
    /// Whether an upload is continued that no checkpoint knows.
    pub adopt: Adopt,
    /// How it is done.
    pub options: Options,
}

impl Upload {
    /// The file `source` becomes the object `destination`, which it replaces; everything else as
    /// usual.
    pub fn new(source: impl Into<PathBuf>, destination: ObjectUrl) -> Self {
        Self {
            source: source.into(),
            destination,
            headers: ObjectHeaders::default(),
            modified: Modified::Keep,
            overwrite: Overwrite::Allow,
            callback: None,
            verify_kept: VerifyKept::Always,
            adopt: Adopt::No,
            options: Options::default(),
        }
    }
}

/// When the file's bytes are read again before a part of them, sent earlier, counts as there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum VerifyKept {
    /// Always.
    #[default]
    Always,
    /// When anything about the file has changed since, or it was changed so shortly before that
    /// such a change could not be told. Somebody who can write to the checkpoint is believed.
    Changed,
}

/// Whether an open upload of the same key is continued that no checkpoint knows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Adopt {
    /// No: the upload begins anew.
    #[default]
    No,
    /// Yes: that with the most parts that can be the file's; each is compared by its CRC-64. What is
    /// kept with the object was fixed when that upload began.
    Yes,
    /// Yes: this one, whatever parts it has, if any; each is compared by its CRC-64. A file that has
    /// bytes is uploaded in parts then, however small it is. That there is no such upload is an
    /// error.
    This(UploadId),
}

impl Adopt {
    /// The upload that is named.
    fn named(&self) -> Option<&UploadId> {
        match self {
            Self::This(upload_id) => Some(upload_id),
            Self::No | Self::Yes => None,
        }
    }
}

/// Uploads a file: on success the object holds exactly its bytes, as they were read.
///
/// Small files go in one request, larger ones in parts. The object appears as a whole or not at
/// all. OSS tells the CRC-64 of what it received, and that must be that of what was read. A program
/// that writes the file through a memory map while it is read can fool any reader.
///
/// # Resumption
/// With a checkpoint, the same upload begun again continues. What OSS lists is what it has; a part
/// counts as there if its CRC-64 is that of the file's bytes, read again.
///
/// # Errors
/// An existing object is as it was, with two exceptions. When the object that OSS made of the parts
/// is not what was sent, the message says so. When the last request was cancelled or its answer
/// lost ([`may_have_been_done`](ossum_client::Error::may_have_been_done)), and what became of it
/// could not be found out, there is the old object or all of the new one. With a checkpoint the
/// parts stay ([`Error::safe`]); without one they are not left on the service, and if that could
/// not be ensured, [`Error::left_upload`] is the upload ID.
/// # Cancellation
/// Dropping the future cancels the upload, as [`Monitor::cancel`] does. Its own thread then ends
/// within seconds; without a checkpoint it first aborts what it had begun, unless the process ends
/// before that.
pub async fn upload(client: &Client, request: &Upload, monitor: &Monitor) -> Result<Report, Error> {
    let began = Instant::now();
    let client = client.with_meter(monitor.meter());
    let (request, watched) = (request.clone(), monitor.clone());
    let work = move || async move {
        let client = client.for_worker(HttpTransport::READ_BUFFER_BYTES);
        carry_out(&client, &request, &watched).await
    };
    let report = thread::on_own_thread("ossum-upload", monitor.token().clone(), work).await?;
    Ok(report.spent(monitor, began))
}

/// The same on the calling thread, which blocks at times; `client` is that thread's own.
pub(crate) async fn carry_out(
    client: &Client,
    request: &Upload,
    monitor: &Monitor,
) -> Result<Report, Error> {
    let attempt = || attempt(client, request, monitor);
    let outcome = again_on_change(request.options.on_change, attempt).await;
    outcome.map_err(|error| error.of_file(&request.source))
}

/// What an upload is about, for all its steps.
#[derive(Debug, Clone, Copy)]
struct Job<'a> {
    making: Making<'a>,
    request: &'a Upload,
    source: &'a Arc<Source>,
}

async fn attempt(client: &Client, request: &Upload, monitor: &Monitor) -> Result<Report, Error> {
    let source = Arc::new(Source::open(&*request.options.files, &request.source)?);
    let modified_ns = match request.modified {
        Modified::Keep => Some(source.identity().modified_ns),
        Modified::Leave => None,
    };
    let job = Job {
        making: Making {
            client,
            destination: &request.destination,
            headers: &request.headers,
            modified_ns,
            overwrite: request.overwrite,
            callback: request.callback.as_ref(),
            monitor,
        },
        request,
        source: &source,
    };
    let plan = how_to_upload(source.len(), request.options.part_size)?;
    let open = || Checkpoint::open(&request.options, || transfer(client, request));
    let (mut checkpoint, earlier) = match (&plan, Checkpoint::not_needed(&request.options)) {
        (UploadPlan::Single, Some(none)) => (none, Earlier::Nothing),
        _ => open()?,
    };
    match go_on_in_parts(plan, &request.adopt, &earlier, source.len()) {
        UploadPlan::Single => {
            let named = request.adopt.named().cloned();
            let left = earlier.upload_id().or(named);
            job.making.forget(left, &mut checkpoint).await?;
            single::send(&job).await
        }
        UploadPlan::Multipart { layout, grown } => {
            // On the heap, so that what small files are uploaded by is small to move.
            let in_parts = job.making.in_parts(&job, &layout, earlier, checkpoint);
            let report = Box::pin(in_parts).await?;
            // What a transfer began with stays, and was told then.
            let grown = grown.filter(|_| !report.resumed);
            Ok(Report { grown, ..report })
        }
    }
}

/// Line 1 of the checkpoint of an upload as it begins now.
fn header(job: &Job<'_>, layout: &PartLayout, transfer: Transfer) -> Header {
    Header {
        transfer,
        source: SourceIdentity::File(job.source.identity()),
        size: layout.object_size(),
        part_size: layout.part_size(),
        partial: None,
        headers: Some(digest(job.making.headers)),
        // By the clock of this machine, which the times of its files are by.
        began: SystemTime::now(),
    }
}

/// What began in parts goes on in those parts, even where one request would do by now; but not if
/// it would be a single part, unless the caller named the upload.
fn go_on_in_parts(plan: UploadPlan, adopt: &Adopt, earlier: &Earlier, size: u64) -> UploadPlan {
    if !matches!(plan, UploadPlan::Single) {
        return plan;
    }
    let begun = earlier.upload_id().and(earlier.part_size());
    let continued = begun
        .and_then(|part_size| resume::possible_layout(size, part_size))
        .filter(|layout| layout.count() > 1);
    let named = || {
        let one_part = resume::possible_layout(size, PartSize::MAX);
        one_part.filter(|_| adopt.named().is_some())
    };
    match continued.or_else(named) {
        Some(layout) => UploadPlan::Multipart {
            layout,
            grown: None,
        },
        None => UploadPlan::Single,
    }
}

fn transfer(client: &Client, request: &Upload) -> Transfer {
    Transfer {
        endpoint: client.endpoint().authority().to_owned(),
        way: Way::Upload {
            file: absolute(&request.source),
            object: request.destination.clone(),
        },
    }
}
