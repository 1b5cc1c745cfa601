//! From a source that can be read once, such as standard input, to an object.

mod chunked;
mod intake;
mod room;
mod sending;

use std::io::Read;
use std::path::PathBuf;
use std::time::Instant;

use bytes::{Bytes, BytesMut};
use ossum_client::Client;
use ossum_client::op::{Callback, ObjectHeaders, Overwrite};
use ossum_client::transport::HttpTransport;
use ossum_plan::{FeedPlan, LayoutError, MAX_SINGLE_BYTES, Room, how_to_feed};
use ossum_types::{ObjectUrl, PartNumber};

use self::intake::{FedPart, Inflow};
use self::sending::{Feeder, Sent};
use crate::crew::Crew;
use crate::engine::{self, BODY_GRAIN_BYTES, Work};
use crate::error::{Error, ErrorKind};
use crate::monitor::Monitor;
use crate::multipart::{Making, WhenCancelled, Whole};
use crate::options::Options;
use crate::report::Report;
use crate::thread;
use crate::upload::content::confirm;
use crate::upload::single;

/// What an object is made of whose size nobody knows, and where it goes.
#[derive(Debug, Clone)]
pub struct Feed {
    /// The object to make.
    pub destination: ObjectUrl,
    /// What is kept with it.
    pub headers: ObjectHeaders,
    /// Whether an object of that key may be replaced.
    pub overwrite: Overwrite,
    /// Whom OSS tells of the object once it is stored.
    pub callback: Option<Callback>,
    /// How many bytes are expected; fewer and more are no error, as long as there are parts for them.
    pub expected_bytes: Option<u64>,
    /// More than these are refused; absent is whatever there are parts for.
    pub most_bytes: Option<u64>,
    /// The directory where parts are held until they have been sent, in files without a name; absent
    /// holds them in memory.
    pub spool: Option<PathBuf>,
    /// How it is done. Nothing is remembered: the source cannot be read again.
    pub options: Options,
}

impl Feed {
    /// Makes `destination`, which is replaced; everything else as usual.
    pub fn new(destination: ObjectUrl) -> Self {
        Self {
            destination,
            headers: ObjectHeaders::default(),
            overwrite: Overwrite::Allow,
            callback: None,
            expected_bytes: None,
            most_bytes: None,
            spool: None,
            options: Options::default(),
        }
    }

    /// How many bytes it can take.
    ///
    /// # Errors
    /// [`ErrorKind::Limit`] if that is less than is expected, [`ErrorKind::Layout`] if such parts
    /// cannot be.
    pub fn reach(&self) -> Result<u64, Error> {
        let reach = self.plan()?.reach();
        Ok(reach.min(self.most_bytes.unwrap_or(u64::MAX)))
    }

    fn plan(&self) -> Result<FeedPlan, Error> {
        let room = match self.spool {
            Some(_) => Room::Disk,
            None => Room::Memory(self.options.memory_bytes),
        };
        let plan = how_to_feed(room, self.expected_bytes, self.options.part_size);
        plan.map_err(|error| match error {
            LayoutError::TooManyParts { .. } => Error::new(ErrorKind::Limit, error.to_string()),
            other => other.into(),
        })
    }
}

/// Makes an object of all that `source` has, which is read to its end, once.
///
/// Parts are sent while the source is read, several at a time. Each is held until OSS has said that
/// it has it: in memory, where all together never take more than [`Options::memory_bytes`], or in
/// [`Feed::spool`], at most four of them. They grow along the way, so that 10,000 of them reach far
/// ([`Feed::reach`]). At most 8 MiB go in one request. The object appears when the source has ended,
/// and its CRC-64 must be that of what was read. `source` is read on a thread of its own, so it may
/// block.
///
/// # Errors
/// Nothing is published, with the exceptions of [`upload`](crate::upload), and nothing can be gone on
/// with: the upload is aborted, and if it could not be, [`Error::left_upload`] is its ID.
/// [`ErrorKind::Disk`] if the source could not be read; [`ErrorKind::Limit`] if it has more bytes than
/// can be taken.
/// # Cancellation
/// As of [`upload`](crate::upload). A source that blocks at that moment is not waited for; its thread
/// ends when it has read, or with the process.
pub async fn write_from(
    client: &Client,
    request: &Feed,
    source: impl Read + Send + 'static,
    monitor: &Monitor,
) -> Result<Report, Error> {
    let client = client.with_meter(monitor.meter());
    let (request, watched) = (request.clone(), monitor.clone());
    let work = move || async move { carry_out(&client, &request, source, &watched).await };
    thread::on_own_thread("ossum-feed", monitor.token().clone(), work).await
}

async fn carry_out(
    client: &Client,
    request: &Feed,
    source: impl Read + Send + 'static,
    monitor: &Monitor,
) -> Result<Report, Error> {
    let began = Instant::now();
    let client = client.for_worker(HttpTransport::READ_BUFFER_BYTES);
    let making = Making {
        client: &client,
        destination: &request.destination,
        headers: &request.headers,
        modified_ns: None,
        overwrite: request.overwrite,
        callback: request.callback.as_ref(),
        monitor,
    };
    let plan = request.plan()?;
    let reach = request.reach()?;
    making.forbid_existing().await?;
    monitor.begin_unknown();
    let inflow = intake::begin(source, request, plan, reach)?;
    let report = Box::pin(feed(&making, request, inflow)).await?;
    Ok(report.spent(monitor, began))
}

async fn feed(making: &Making<'_>, request: &Feed, inflow: Inflow) -> Result<Report, Error> {
    let mut inflow = inflow;
    let since = making.client.now();
    let beginning = tokio::select! {
        biased;
        () = making.monitor.token().cancelled() => return Err(Error::cancelled()),
        beginning = beginning(&mut inflow) => beginning?,
    };
    match beginning {
        Beginning::All(bytes) => single::put(making, bytes, since).await,
        Beginning::Parts(parts) => in_parts(making, request, parts, inflow).await,
    }
}

/// What is known once the source has ended, or has more than one request takes.
enum Beginning {
    /// All there is.
    All(Bytes),
    /// The first parts; more may come.
    Parts(Vec<FedPart>),
}

/// Waits for the first part, and for the first byte after it.
async fn beginning(inflow: &mut Inflow) -> Result<Beginning, Error> {
    let Some(first) = inflow.parts.recv().await.transpose()? else {
        inflow.ended()?;
        return Ok(Beginning::All(Bytes::new()));
    };
    if first.part.range.len() > MAX_SINGLE_BYTES {
        return Ok(Beginning::Parts(vec![first]));
    }
    if let Some(second) = inflow.parts.recv().await.transpose()? {
        return Ok(Beginning::Parts(vec![first, second]));
    }
    inflow.ended()?;
    whole(&first).map(Beginning::All)
}

/// All bytes of a part.
fn whole(part: &FedPart) -> Result<Bytes, Error> {
    let unreadable = |error| Error::new(ErrorKind::Disk, "read what was held").with_cause(error);
    let mut bytes = BytesMut::new();
    for chunk in part.payload.open(0).map_err(unreadable)? {
        bytes.extend_from_slice(&chunk.map_err(unreadable)?);
    }
    Ok(bytes.freeze())
}

async fn in_parts(
    making: &Making<'_>,
    request: &Feed,
    first: Vec<FedPart>,
    inflow: Inflow,
) -> Result<Report, Error> {
    let since = making.client.now();
    let upload_id = making.initiate().await?;
    let feeder = Feeder {
        destination: request.destination.clone(),
        upload_id: upload_id.clone(),
    };
    let Inflow { parts, end } = inflow;
    let crew = crew(request)?;
    let work = Work {
        crew,
        budget: crew.budget_of(&request.options),
        grain_bytes: BODY_GRAIN_BYTES,
        first: None,
        moving: first.into_iter().map(Ok).collect(),
        checking: Vec::new(),
        coming: Some(parts),
    };
    let running = engine::run(making.client, feeder, work, Sent::default(), making.monitor);
    let (sent, moved) = Box::pin(running).await;
    let outcome = match moved.and_then(|()| end.reached()) {
        Ok(()) => complete(making, &sent, &upload_id, since).await,
        Err(error) => Err(error),
    };
    match outcome {
        Err(error) if !error.is_made() && !is_gone(&error) => {
            Err(making.abandon(upload_id, error).await)
        }
        outcome => outcome,
    }
}

/// As many as there is room for parts, where nobody said how many.
fn crew(request: &Feed) -> Result<Crew, Error> {
    if let Some(wished) = request.options.concurrency {
        return Ok(Crew::of(wished.get()));
    }
    let most = match request.spool {
        Some(_) => intake::SPOOLED_PARTS as u64,
        None => request.options.memory_bytes / request.plan()?.part_bytes(PartNumber::FIRST),
    };
    Ok(Crew::growing(usize::try_from(most).unwrap_or(usize::MAX)))
}

fn is_gone(error: &Error) -> bool {
    error.kind() == ErrorKind::Service(ossum_client::ErrorKind::NoSuchUpload)
}

async fn complete(
    making: &Making<'_>,
    sent: &Sent,
    upload_id: &ossum_types::UploadId,
    since: std::time::SystemTime,
) -> Result<Report, Error> {
    let parts = sent.parts()?;
    let confirmed = sent.is_confirmed() || confirm(making, upload_id, parts.clone()).await?;
    if making.monitor.token().is_cancelled() {
        return Err(Error::cancelled());
    }
    making.forbid_existing().await?;
    let whole = Whole {
        upload_id: upload_id.clone(),
        size: sent.bytes(),
        crc64: sent.crc64(),
        parts,
        confirmed,
        since,
        completing: making.client.now(),
        may_be_done: false,
    };
    let made = making.complete(&whole, WhenCancelled::Abort).await?;
    Ok(whole.report(made))
}
