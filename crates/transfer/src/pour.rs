//! From an object to whoever reads its bytes in order, such as standard output.

mod delivery;
mod fetcher;

use std::io::Write;
use std::time::Instant;

use ossum_client::Client;
use ossum_client::op::ObjectReader;
use ossum_client::transport::HttpTransport;
use ossum_plan::{PourPlan, how_to_pour};
use ossum_types::{ByteRange, ObjectUrl, VersionId};

use self::delivery::{Blocks, Outlet};
use self::fetcher::{Fetcher, Ticket};
use crate::Unverified;
use crate::crew::Crew;
use crate::download::check::Check;
use crate::download::opening::{self, Opened, Wanted};
use crate::download::pinned::Pinned;
use crate::engine::{self, BODY_GRAIN_BYTES, Work};
use crate::error::{Error, ErrorKind, shown_url};
use crate::monitor::Monitor;
use crate::options::Options;
use crate::report::Report;
use crate::thread;

/// Without a wish, so many requests where they bring something: for more, blocks would be small.
const MOST_REQUESTS: usize = 16;

/// What is read in order.
#[derive(Debug, Clone)]
pub struct Pour {
    /// The object.
    pub source: ObjectUrl,
    /// Its version; `None` is the current one.
    pub version_id: Option<VersionId>,
    /// Which bytes of it; `None` is all. What passes its end is cut off.
    pub range: Option<ByteRange>,
    /// Whether an object without a checksum is taken.
    pub unverified: Unverified,
    /// How it is done. Nothing is remembered, and there is no starting over: what was handed on
    /// cannot be taken back.
    pub options: Options,
}

impl Pour {
    /// All of the object `source`, everything as usual.
    pub fn new(source: ObjectUrl) -> Self {
        Self {
            source,
            version_id: None,
            range: None,
            unverified: Unverified::Refuse,
            options: Options::default(),
        }
    }
}

/// Reads an object, or a range of it, into `sink`: in order, with some requests at a time.
///
/// Blocks that arrive before their turn wait in memory; with those on their way they never take more
/// than [`Options::memory_bytes`], however slow the sink is. All requests are of the object that the
/// first one found. A connection that breaks is gone on with at the same byte. `sink` is written and
/// flushed on a thread of its own, so it may block.
///
/// # Errors
/// Bytes may have been handed on; they are the beginning of those asked for, with one exception:
/// [`ErrorKind::Integrity`] says that the CRC-64 of all of them is not the object's, which is known
/// only at the end. [`ErrorKind::NobodyReads`] if the sink said [`BrokenPipe`], [`ErrorKind::Disk`]
/// if it said anything else.
/// # Cancellation
/// Dropping the future cancels it, as [`Monitor::cancel`] does. A sink that blocks at that moment is
/// not waited for; its thread ends when it has written, or with the process.
///
/// [`BrokenPipe`]: std::io::ErrorKind::BrokenPipe
pub async fn read_to(
    client: &Client,
    request: &Pour,
    sink: impl Write + Send + 'static,
    monitor: &Monitor,
) -> Result<Report, Error> {
    let client = client.with_meter(monitor.meter());
    let (request, watched) = (request.clone(), monitor.clone());
    let work = move || async move { carry_out(&client, &request, sink, &watched).await };
    thread::on_own_thread("ossum-pour", monitor.token().clone(), work).await
}

async fn carry_out(
    client: &Client,
    request: &Pour,
    sink: impl Write + Send + 'static,
    monitor: &Monitor,
) -> Result<Report, Error> {
    let began = Instant::now();
    let client = client.for_worker(HttpTransport::READ_BUFFER_BYTES);
    let plan = plan(&request.options);
    let wanted = Wanted {
        source: &request.source,
        version_id: request.version_id.as_ref(),
        range: request.range,
        first_bytes: plan.block_bytes,
    };
    let opened = tokio::select! {
        biased;
        () = monitor.token().cancelled() => return Err(Error::cancelled()),
        opened = opening::open(&client, &wanted) => opened?,
    };
    let check = Check::decide(&opened.info, &wanted, request.unverified)?;
    let pouring = Pouring {
        client: &client,
        request,
        monitor,
        plan,
        check,
    };
    let report = Box::pin(pouring.all(opened, sink)).await?;
    Ok(report.spent(monitor, began))
}

fn plan(options: &Options) -> PourPlan {
    let requests = options.concurrency.map_or(MOST_REQUESTS, usize::from);
    let requests = u64::try_from(requests).unwrap_or(u64::MAX);
    how_to_pour(options.memory_bytes, requests, options.part_size)
}

/// An object that was found and is about to be handed on.
struct Pouring<'a> {
    client: &'a Client,
    request: &'a Pour,
    monitor: &'a Monitor,
    plan: PourPlan,
    check: Check,
}

impl Pouring<'_> {
    async fn all(
        &self,
        opened: Opened,
        sink: impl Write + Send + 'static,
    ) -> Result<Report, Error> {
        let Opened {
            info,
            range,
            beginning,
        } = opened;
        let blocks = Blocks::of(range, self.plan.block_bytes);
        let count = u32::try_from(blocks.count()).unwrap_or(u32::MAX);
        self.monitor.begin(blocks.bytes(), count);
        let hashes = matches!(self.check, Check::Md5(_));
        let (outlet, delivery, tickets) =
            Outlet::open(sink, blocks, self.plan.most_blocks, self.monitor, hashes)?;
        let version_id = self.request.version_id.as_ref();
        let fetcher = Fetcher {
            object: Pinned::new(&self.request.source, version_id, &info),
            broken: delivery.broken(),
        };
        let mut tickets = tickets;
        let first = beginning.and_then(|beginning| begin_with(&mut tickets, beginning));
        let crew = self.crew(count);
        let work = Work {
            crew,
            budget: crew.budget_of(&self.request.options),
            grain_bytes: BODY_GRAIN_BYTES,
            first,
            moving: Vec::new(),
            checking: Vec::new(),
            coming: Some(tickets),
        };
        let (outlet, moved) = engine::run(self.client, fetcher, work, outlet, self.monitor).await;
        drop(outlet); // nothing more comes
        let delivered = delivery.end(moved, self.monitor).await?;
        let md5 = || delivered.md5.ok_or_else(thread::died);
        let source = &self.request.source;
        let verified = self.check.verify(source, delivered.crc64, md5);
        let verified = verified.map_err(|error| self.already_written(error))?;
        let crc64 = Some(delivered.crc64);
        let (etag, version_id) = (info.etag, info.version_id);
        Ok(Report::new(
            blocks.bytes(),
            count,
            crc64,
            verified,
            etag,
            version_id,
        ))
    }

    fn crew(&self, blocks: u32) -> Crew {
        let most = self.plan.requests.min(blocks.into());
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        match self.request.options.concurrency {
            Some(_) => Crew::of(most),
            None => Crew::growing(most),
        }
    }

    /// What is wrong is in somebody's hands by now.
    fn already_written(&self, error: Error) -> Error {
        let url = shown_url(&self.request.source);
        let message = format!("the bytes of {url} that were written are wrong: do not use them");
        Error::new(ErrorKind::Integrity, message).with_cause(error)
    }
}

/// The first block, whose bytes are on their way already.
fn begin_with(
    tickets: &mut tokio::sync::mpsc::UnboundedReceiver<Ticket>,
    beginning: Box<ObjectReader>,
) -> Option<Ticket> {
    let first = tickets.try_recv().ok()?;
    Some(Ticket {
        beginning: Some(beginning),
        ..first
    })
}
