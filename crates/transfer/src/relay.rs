//! From anywhere that gives ranges of bytes to an object: what arrives is handed on as it comes, and
//! no file is in between.

mod completion;
mod content;
mod object_source;
mod range;
mod range_source;
mod single;
mod sources;

use std::fmt;
use std::sync::Arc;
use std::time::{Instant, SystemTime};

use ossum_client::Client;
use ossum_client::op::{ObjectHeaders, Overwrite};
use ossum_client::transport::{BoxFuture, HttpTransport};
use ossum_plan::{PartLayout, UploadPlan, how_to_upload};
use ossum_types::{ObjectUrl, PartSize, UploadId};

pub use self::completion::CompleteRanges;
pub(crate) use self::completion::carry_out as carry_out_completion;
pub use self::object_source::ObjectSource;
pub(crate) use self::range::carry_out as carry_out_range;
pub use self::range::{CopiedFrom, RangeReport, RelayRange};
pub use self::range_source::{
    KeptWith, RangeSource, SourceBytes, SourceError, SourceFuture, SourceTrouble,
};
use self::sources::Sources;
use crate::checkpoint::{Checkpoint, Earlier};
use crate::error::{Error, shown_url};
use crate::kept_with;
use crate::monitor::Monitor;
use crate::multipart::Making;
use crate::options::Options;
use crate::report::Report;
use crate::thread;

/// What is relayed, and where to.
#[derive(Debug, Clone)]
pub struct Relay {
    /// The bytes. Read on the calling thread; other threads have [`RangeSource::for_worker`].
    pub source: Arc<dyn RangeSource>,
    /// The object to make.
    pub destination: ObjectUrl,
    /// What is kept with it in place of what the source has: field by field.
    pub headers: ObjectHeaders,
    /// Whether an object of that key may be replaced.
    pub overwrite: Overwrite,
    /// An upload of the same bytes to the same object.
    pub continues: Option<EarlierUpload>,
    /// Who remembers uploads.
    pub uploads: Uploads,
    /// How it is done. Its checkpoint is not used.
    pub options: Options,
}

impl Relay {
    /// What `source` gives becomes the object `destination`, which it replaces; everything else as
    /// usual.
    pub fn new(source: Arc<dyn RangeSource>, destination: ObjectUrl) -> Self {
        Self {
            source,
            destination,
            headers: ObjectHeaders::default(),
            overwrite: Overwrite::Allow,
            continues: None,
            uploads: Uploads::Forgotten,
            options: Options::default(),
        }
    }
}

/// An upload that an earlier attempt began.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EarlierUpload {
    /// Its ID.
    pub upload_id: UploadId,
    /// When it began, by the service's clock, or earlier: an object that is older is not its work.
    pub began: SystemTime,
}

/// Who remembers an upload, so that a later attempt [continues](Relay::continues) it.
#[derive(Clone)]
pub enum Uploads {
    /// Nobody: one that does not become an object is aborted.
    Forgotten,
    /// Whoever this is. Told of each upload that begins, before its first part; at the end of what it gives
    /// the upload has to be remembered. If it fails the upload is aborted.
    Told(Arc<TellOfUpload>),
}

/// Remembers an upload.
pub type TellOfUpload = dyn Fn(&UploadId) -> BoxFuture<'static, Result<(), Box<dyn std::error::Error + Send + Sync>>>
    + Send
    + Sync;

impl fmt::Debug for Uploads {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Forgotten => "Forgotten",
            Self::Told(_) => "Told",
        })
    }
}

/// Relays an object: on success the destination holds exactly the bytes that the source gave.
///
/// At most 8 MiB go in one request, from memory, with their MD5. More go in parts, of which none is
/// held: what arrives from the source goes out to OSS as fast as OSS takes it, and a part that fails
/// is read again. OSS tells the CRC-64 of what it received, and that must be that of what was read;
/// where the source tells the CRC-64 of its whole, all together must have it, before the object is
/// made.
///
/// # Resumption
/// [`Relay::continues`] goes on with an upload. A part that OSS lists counts as there if the source
/// tells the CRC-64 of its whole, which then proves all of them; or else if its bytes, read again, have
/// the CRC-64 that is listed.
///
/// # Errors
/// As [`upload`](crate::upload()); [`ErrorKind::SourceUnavailable`](crate::ErrorKind::SourceUnavailable) and
/// its like if the source could not be read. Where uploads are [remembered](Uploads::Told) theirs stays.
/// # Cancellation
/// As [`upload`](crate::upload()).
pub async fn relay(client: &Client, request: &Relay, monitor: &Monitor) -> Result<Report, Error> {
    let began = Instant::now();
    let client = client.with_meter(monitor.meter());
    let (request, watched) = (request.clone(), monitor.clone());
    let work = move || async move {
        let client = client.for_worker(HttpTransport::READ_BUFFER_BYTES);
        let source = request.source.for_worker();
        let request = Relay { source, ..request };
        carry_out(&client, &request, &watched).await
    };
    let report = thread::on_own_thread("ossum-relay", monitor.token().clone(), work).await?;
    Ok(report.spent(monitor, began))
}

/// What a relay is about, for all its steps.
#[derive(Debug, Clone, Copy)]
struct Job<'a> {
    making: Making<'a>,
    request: &'a Relay,
    kept: &'a KeptWith,
    sources: &'a Arc<Sources>,
}

/// The same on the calling thread, which blocks at times; `client` and the source are that thread's
/// own.
pub(crate) async fn carry_out(
    client: &Client,
    request: &Relay,
    monitor: &Monitor,
) -> Result<Report, Error> {
    let plan = how_to_upload(request.source.size(), request.options.part_size)?;
    match (plan, &request.continues) {
        // Parts it has, and so parts it is.
        (UploadPlan::Single, Some(_)) if request.source.size() > 0 => {
            let all = PartLayout::new(request.source.size(), PartSize::MAX)?;
            in_parts(client, request, monitor, &all).await
        }
        (UploadPlan::Single, _) => single::send(client, request, monitor).await,
        (UploadPlan::Multipart { layout, grown }, _) => {
            let report = in_parts(client, request, monitor, &layout).await?;
            Ok(Report { grown, ..report })
        }
    }
}

async fn in_parts(
    client: &Client,
    request: &Relay,
    monitor: &Monitor,
    layout: &PartLayout,
) -> Result<Report, Error> {
    let kept = tokio::select! {
        biased;
        () = monitor.token().cancelled() => return Err(Error::cancelled()),
        kept = request.source.kept_with() => kept?,
    };
    let headers = kept_with::or_of_source(&request.headers, kept.headers.clone());
    let job = Job {
        making: Making {
            client,
            destination: &request.destination,
            headers: &headers,
            modified_ns: kept.modified_ns,
            overwrite: request.overwrite,
            callback: None,
            monitor,
        },
        request,
        kept: &kept,
        sources: &Arc::new(Sources::new(Arc::clone(&request.source))),
    };
    let in_parts = job
        .making
        .in_parts(&job, layout, Earlier::Nothing, Checkpoint::none());
    Box::pin(in_parts).await
}

/// The error that a source gives other bytes than those it was given.
fn wrong_bytes(request: &Relay) -> Error {
    let destination = shown_url(&request.destination);
    Error::damage(format!(
        "the source of {destination} gives other bytes than it says it has"
    ))
}
