//! From an object to a file.

pub(crate) mod check;
mod claimed;
mod fetch;
mod fetcher;
pub(crate) mod opening;
pub(crate) mod pinned;
mod received;
mod resume;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use ossum_checkpoint::{Transfer, Way};
use ossum_client::Client;
use ossum_client::transport::HttpTransport;
use ossum_durable::{Durability, Overwrite, Target, sync_directory_of};
use ossum_plan::{DownloadPlan, Grown, PartLayout, how_to_download};
use ossum_types::{ByteRange, ObjectUrl, PartSize, VersionId};

use self::check::Check;
use self::claimed::Claimed;
use self::fetch::Fetch;
use self::opening::{Opened, Wanted};
use self::resume::Beginning;
use crate::again::{absolute, again_on_change};
use crate::checkpoint::{Checkpoint, Earlier};
use crate::error::{Error, shown};
use crate::monitor::{Event, Monitor, Restarted};
use crate::options::Options;
use crate::report::Report;
use crate::thread;

/// Whether an object may be downloaded that the service tells no checksum of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Unverified {
    /// No: the download fails before anything is written.
    #[default]
    Refuse,
    /// Yes: length and ETag are all that is checked.
    Allow,
}

/// What whoever asks for a download has seen of its destination.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Seen {
    /// Nothing: it is looked at first.
    #[default]
    Nothing,
    /// That nothing has that name, just now.
    Free,
    /// That nothing had it a while ago, nor the name under which an earlier download leaves its bytes.
    Untouched,
}

/// What is downloaded, and where to.
#[derive(Debug, Clone)]
pub struct Download {
    /// The object.
    pub source: ObjectUrl,
    /// Its version; `None` is the current one.
    pub version_id: Option<VersionId>,
    /// Which bytes of it; `None` is all. What passes its end is cut off.
    pub range: Option<ByteRange>,
    /// The file to make. A symbolic link is followed.
    pub destination: PathBuf,
    /// What is not looked for any more. That the name is free is found out again as it is taken.
    pub seen: Seen,
    /// Whether a file of that name may be replaced.
    pub overwrite: Overwrite,
    /// Whether an object without a checksum is taken.
    pub unverified: Unverified,
    /// How it is done.
    pub options: Options,
}

impl Download {
    /// The object `source` becomes the file `destination`, which it replaces; everything else as
    /// usual.
    pub fn new(source: ObjectUrl, destination: impl Into<PathBuf>) -> Self {
        Self {
            source,
            version_id: None,
            range: None,
            destination: destination.into(),
            seen: Seen::Nothing,
            overwrite: Overwrite::Allow,
            unverified: Unverified::Refuse,
            options: Options::default(),
        }
    }
}

/// From this size on space is reserved, also for what comes in one request, and the bytes have a name while
/// they come: less is there so soon that to fetch it again costs less than what a name does.
const RESERVED_FROM_BYTES: u64 = 1 << 20;

/// Downloads an object: on success the file holds exactly its bytes, durably.
///
/// Bytes arrive in `{name}.ossum-part` beside the target and get the target's name when all of them
/// are there and their CRC-64 is the object's. Less than a mebibyte that comes in one request and replaces no
/// file arrives in one without a name, where the file system has such files. A range has no checksum of
/// its own: length and ETag are what is checked of it. The file's time of modification becomes the one kept
/// with the object ([`modified`](crate::modified())), or else that of the object.
///
/// # Resumption
/// With a checkpoint, the same download begun again continues. A part counts as there if the bytes
/// on the disk, read again, have the CRC-64 of those that arrived.
///
/// # Errors
/// An existing file is as it was. With a checkpoint, what had arrived is kept ([`Error::safe`]);
/// without one it is removed.
/// # Cancellation
/// Dropping the future cancels the download, as [`Monitor::cancel`] does; nothing is published but
/// what is being published at that moment. Without a checkpoint its own thread then removes what
/// had arrived, unless the process ends before that: the next download to the same target does it
/// then.
pub async fn download(
    client: &Client,
    request: &Download,
    monitor: &Monitor,
) -> Result<Report, Error> {
    let began = Instant::now();
    let client = client.with_meter(monitor.meter());
    let (request, watched) = (request.clone(), monitor.clone());
    let work = move || async move {
        let client = client.for_worker(HttpTransport::READ_BUFFER_BYTES);
        carry_out(&client, &request, &watched).await
    };
    let report = thread::on_own_thread("ossum-download", monitor.token().clone(), work).await?;
    Ok(report.spent(monitor, began))
}

/// The same on the calling thread, which blocks at times; `client` is that thread's own.
pub(crate) async fn carry_out(
    client: &Client,
    request: &Download,
    monitor: &Monitor,
) -> Result<Report, Error> {
    let attempt = || attempt(client, request, monitor);
    let outcome = again_on_change(request.options.on_change, attempt).await;
    outcome.map_err(|error| error.of_file(&request.destination))
}

/// What a download is about, for all its steps.
#[derive(Debug, Clone, Copy)]
struct Job<'a> {
    client: &'a Client,
    request: &'a Download,
    target: &'a Target,
    monitor: &'a Monitor,
}

async fn attempt(client: &Client, request: &Download, monitor: &Monitor) -> Result<Report, Error> {
    let target = match request.seen {
        Seen::Free | Seen::Untouched => Target::free(request.destination.clone())?,
        Seen::Nothing => Target::resolve(&*request.options.files, &request.destination)?,
    };
    let job = Job {
        client,
        request,
        target: &target,
        monitor,
    };
    if Checkpoint::not_needed(&request.options).is_some() {
        forbid_existing(&job)?;
        return Box::pin(begin(&job, None, None)).await;
    }
    let (mut checkpoint, earlier) = Checkpoint::open(&request.options, || transfer(&job))?;
    let looked = Box::pin(look_back(&job, earlier, &mut checkpoint)).await;
    let looked = looked.map_err(|error| checkpoint.keeping(error))?;
    let restarted = match looked {
        Beginning::New(restarted) => restarted,
        Beginning::Continued(continued) => {
            forbid_existing(&job).map_err(|error| checkpoint.keeping(error))?;
            return Box::pin(continued.finish(checkpoint)).await;
        }
        Beginning::Published(report) => {
            // A power loss may have brought back the checkpoint of a download that was done, after
            // another one had begun. A left-over that cannot be removed does no harm.
            let partial_path = checkpoint.partial_path(target.path());
            let _ = claimed::remove_left_over(&*request.options.files, &partial_path);
            checkpoint.remove();
            return Ok(*report);
        }
    };
    forbid_existing(&job)?;
    Box::pin(begin(&job, restarted, Some(checkpoint))).await
}

async fn look_back<'a>(
    job: &'a Job<'a>,
    earlier: Earlier,
    checkpoint: &mut Checkpoint,
) -> Result<Beginning<'a>, Error> {
    let looking = resume::look_back(job, earlier, checkpoint);
    tokio::select! {
        biased;
        () = job.monitor.token().cancelled() => Err(Error::cancelled()),
        beginning = looking => beginning,
    }
}

/// Downloads what nothing is there of. The checkpoint is opened here, if it has not been and there
/// is more than the first request brings.
async fn begin(
    job: &Job<'_>,
    restarted: Option<Restarted>,
    checkpoint: Option<Checkpoint>,
) -> Result<Report, Error> {
    let Job {
        client,
        request,
        monitor,
        ..
    } = *job;
    let wanted = Wanted::of(request);
    let opened = tokio::select! {
        biased;
        () = monitor.token().cancelled() => return Err(Error::cancelled()),
        opened = opening::open(client, &wanted) => opened?,
    };
    let check = Check::decide(&opened.info, &wanted, request.unverified)?;
    let len = opened.len();
    let (layout, grown, is_divided) = divide(len, request)?;
    let mut checkpoint = match checkpoint {
        Some(checkpoint) => checkpoint,
        None if is_divided => Checkpoint::open(&request.options, || transfer(job))?.0,
        None => Checkpoint::none(),
    };
    monitor.begin(len, layout.count());
    if let Some(reason) = restarted {
        monitor.tell(Event::Restarted(reason));
    }
    let partial_path = checkpoint.partial_path(job.target.path());
    warn_of_left_partial(job, &checkpoint, &partial_path);
    // Hours of transfer do not begin where there is no room for what comes of them. What one small
    // request brings is written as soon as that could be asked.
    let is_large = is_divided || len >= RESERVED_FROM_BYTES;
    let room_bytes = is_large.then_some(len);
    let file = Arc::new(Claimed::claim(job, &partial_path, room_bytes)?);
    if is_divided {
        let id = file.id()?;
        if request.options.durability == Durability::Full {
            // The checkpoint may lie elsewhere, and would outlive the name of the file.
            sync_directory_of(&*request.options.files, file.partial().path())?;
        }
        let Opened { info, .. } = &opened;
        checkpoint.begin(None, |transfer| {
            resume::header(transfer, info, len, &layout, id)
        })?;
    } else {
        checkpoint.remove(); // a small object is fetched again as quickly as it is looked for
    }
    let fetch = Fetch {
        job,
        base: opened.range.map_or(0, ByteRange::start),
        info: opened.info,
        layout,
        check,
        file,
    };
    let report = fetch.run(opened.beginning, checkpoint).await?;
    Ok(Report {
        grown,
        restarted,
        ..report
    })
}

/// Says where the bytes of an earlier run are that nothing goes on with: as many as the object has,
/// perhaps.
fn warn_of_left_partial(job: &Job<'_>, checkpoint: &Checkpoint, used: &Path) {
    let left = checkpoint.left_partial().filter(|left| left != used);
    if let Some(left) = left
        && job.request.options.files.metadata(&left).is_ok()
    {
        let left = shown(&left);
        tracing::warn!("{left} is left of an earlier run and of no use; it can be removed");
    }
}

fn transfer(job: &Job<'_>) -> Transfer {
    Transfer {
        endpoint: job.client.endpoint().authority().to_owned(),
        way: Way::Download {
            object: job.request.source.clone(),
            version_id: job.request.version_id.clone(),
            range: job.request.range,
            file: absolute(job.target.path()),
        },
    }
}

/// Finds that no file is in the way that has to stay.
fn forbid_existing(job: &Job<'_>) -> Result<(), Error> {
    if job.request.overwrite == Overwrite::Forbid && job.target.existing().is_some() {
        let path = job.target.path().to_owned();
        return Err(ossum_durable::Error::AlreadyExists { path }.into());
    }
    Ok(())
}

/// Divides `len` bytes into the parts that are fetched; an empty object has none. Tells whether
/// there is more than the first request brings.
fn divide(len: u64, request: &Download) -> Result<(PartLayout, Option<Grown>, bool), Error> {
    match how_to_download(len, request.options.part_size)? {
        DownloadPlan::Ranges { layout, grown } => Ok((layout, grown, true)),
        DownloadPlan::Whole => {
            // Any size does that is not smaller.
            let layout = PartLayout::new(len, PartSize::MAX)?;
            Ok((layout, None, false))
        }
    }
}
