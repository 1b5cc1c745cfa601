use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ossum_client::Client;
use ossum_client::op::{Conditions, CopySource, ObjectHeaders, Overwrite};
use ossum_plan::{KeptPart, ListedPart, PartLayout, Reconciled, Reread, reconcile};
use ossum_types::{ByteRange, Crc64, ETag, ObjectUrl, PartNumber, PartSize, UploadId, VersionId};

use super::content::believe;
use super::range_source::RangeSource;
use super::sources::Sources;
use crate::copy::{Copier, Copy};
use crate::crew::Crew;
use crate::engine::{self, Account, BODY_GRAIN_BYTES, Noted, Work};
use crate::error::{Error, ErrorKind};
use crate::monitor::Monitor;
use crate::multipart::{Gained, Jobs, Making};
use crate::options::Options;
use crate::upload::content::confirm;
use crate::upload::sender::{SendJob, Sender};

/// A range of an object that is relayed into an upload which is open already, and which others complete.
#[derive(Debug, Clone)]
pub struct RelayRange {
    /// The whole object. Read on the calling thread; other threads have [`RangeSource::for_worker`].
    pub source: Arc<dyn RangeSource>,
    /// The object that the upload will make.
    pub destination: ObjectUrl,
    /// The upload.
    pub upload_id: UploadId,
    /// The size of all its parts but the last.
    pub part_size: PartSize,
    /// Which bytes: from the beginning of a part to the end of one.
    pub range: ByteRange,
    /// Where OSS copies the parts from by itself; absent has the bytes pass through here.
    pub copied_from: Option<CopiedFrom>,
    /// How it is done. Its part size and checkpoint are not used.
    pub options: Options,
}

/// An object of OSS in the same region, which the same credentials may read: what the source of a range is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopiedFrom {
    /// The object.
    pub object: ObjectUrl,
    /// Its version; `None` is the current one.
    pub version_id: Option<VersionId>,
    /// Its ETag.
    pub etag: ETag,
}

/// A range whose parts are all there.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RangeReport {
    /// The CRC-64 of the range.
    pub crc64: Crc64,
    /// How many parts it has.
    pub parts: u32,
    /// Bytes that were there already.
    pub bytes_reused: u64,
    /// Payload bytes sent, retries included.
    pub bytes_sent: u64,
    /// From the call to its success.
    pub elapsed: Duration,
}

/// Has all parts of the range there, on the calling thread, which blocks at times.
pub(crate) async fn carry_out(
    client: &Client,
    request: &RelayRange,
    monitor: &Monitor,
) -> Result<RangeReport, Error> {
    let began = Instant::now();
    let layout = PartLayout::new(request.source.size(), request.part_size)?;
    let parts = numbers(&layout, request.range)?;
    let making = Making {
        client,
        destination: &request.destination,
        headers: &ObjectHeaders::default(),
        modified_ns: None,
        overwrite: Overwrite::Allow,
        callback: None,
        monitor,
    };
    monitor.begin(
        request.range.len(),
        u32::try_from(parts).unwrap_or(u32::MAX),
    );
    let plan = plan(&making, request, &layout).await?;
    let mut there = InRange::default();
    for kept in plan.keep.iter().cloned() {
        let part = kept.part;
        there.parts.insert(part.number, kept);
        monitor.part_done(part, true);
    }
    let there = match &request.copied_from {
        None => send(&making, request, plan, there).await?,
        Some(from) => copy(&making, request, from, plan, there).await?,
    };
    request.source.check_unchanged().await?;
    Ok(RangeReport {
        crc64: there.crc64(parts)?,
        parts: u32::try_from(parts).unwrap_or(u32::MAX),
        bytes_reused: monitor.reused().1,
        bytes_sent: monitor.meter().sent_bytes(),
        elapsed: began.elapsed(),
    })
}

/// Has parts read here, and sent.
async fn send(
    making: &Making<'_>,
    request: &RelayRange,
    plan: Reconciled,
    there: InRange,
) -> Result<InRange, Error> {
    let Jobs { moving, checking } = SendJob::of(plan);
    let work = work(request, moving, checking, BODY_GRAIN_BYTES);
    let sender = Sender {
        source: Arc::new(Sources::new(Arc::clone(&request.source))),
        destination: request.destination.clone(),
        upload_id: request.upload_id.clone(),
    };
    let running = engine::run(making.client, sender, work, there, making.monitor);
    let (there, moved) = Box::pin(running).await;
    moved?;
    if !there.is_confirmed() {
        confirm(making, &request.upload_id, there.kept()).await?;
    }
    Ok(there)
}

/// Has OSS copy parts by itself. Nobody here has the bytes, and what is there without a look is copied again.
async fn copy(
    making: &Making<'_>,
    request: &RelayRange,
    from: &CopiedFrom,
    plan: Reconciled,
    there: InRange,
) -> Result<InRange, Error> {
    let CopiedFrom {
        object,
        version_id,
        etag,
    } = from.clone();
    let unknown = plan.check.into_iter().map(|candidate| candidate.part);
    let moving = plan.send.into_iter().chain(unknown).collect();
    let work = work(request, moving, Vec::new(), request.part_size.get());
    let copier = Copier {
        request: Copy::new(object.clone(), request.destination.clone()),
        source: CopySource {
            version_id,
            conditions: Conditions::matching(etag),
            ..CopySource::new(object.bucket, object.key)
        },
        destination: request.destination.clone(),
        upload_id: request.upload_id.clone(),
        monitor: making.monitor.clone(),
    };
    let running = engine::run(making.client, copier, work, there, making.monitor);
    let (mut there, moved) = Box::pin(running).await;
    moved?;
    there.learn(making.list_known(&request.upload_id).await?);
    Ok(there)
}

fn work<J>(request: &RelayRange, moving: Vec<J>, checking: Vec<J>, grain_bytes: u64) -> Work<J> {
    let parts = u32::try_from(moving.len() + checking.len()).unwrap_or(u32::MAX);
    let crew = Crew::decide(&request.options, parts, request.part_size.get());
    Work {
        crew,
        budget: crew.budget_of(&request.options),
        grain_bytes,
        first: None,
        moving,
        checking,
        coming: None,
    }
}

/// How many parts the range has.
fn numbers(layout: &PartLayout, range: ByteRange) -> Result<usize, Error> {
    let within = || layout.parts().filter(|part| is_in(range, part.range));
    let bytes: u64 = within().map(|part| part.range.len()).sum();
    if bytes == range.len() {
        return Ok(within().count());
    }
    let message = format!("bytes {range} are not whole parts of the upload");
    Err(Error::new(ErrorKind::Layout, message))
}

fn is_in(range: ByteRange, part: ByteRange) -> bool {
    part.start() >= range.start() && part.end() <= range.end()
}

/// Which parts of the range are there, may be there, and are not.
///
/// Where the source tells the CRC-64 of its whole, what is listed is believed: whoever completes the
/// upload holds all parts together against it.
async fn plan(
    making: &Making<'_>,
    request: &RelayRange,
    layout: &PartLayout,
) -> Result<Reconciled, Error> {
    let listed = making.list_known(&request.upload_id).await?;
    let all = reconcile(layout, &BTreeMap::new(), listed, Reread::Always);
    let range = request.range;
    let within = Reconciled {
        keep: Vec::new(), // nothing is recorded, so nothing is kept without a look
        check: all.check,
        send: all.send,
    };
    let within = Reconciled {
        check: only(within.check, |candidate| is_in(range, candidate.part.range)),
        send: only(within.send, |part| is_in(range, part.range)),
        ..within
    };
    if within.check.is_empty() {
        return Ok(within);
    }
    let kept = tokio::select! {
        biased;
        () = making.monitor.token().cancelled() => return Err(Error::cancelled()),
        kept = request.source.kept_with() => kept?,
    };
    Ok(match kept.crc64 {
        Some(_) => believe(within),
        None => within,
    })
}

fn only<T>(all: Vec<T>, is_wanted: impl Fn(&T) -> bool) -> Vec<T> {
    all.into_iter().filter(is_wanted).collect()
}

/// The parts of the range that OSS has.
#[derive(Debug, Default)]
struct InRange {
    parts: BTreeMap<PartNumber, KeptPart>,
    unconfirmed: bool,
}

impl Account for InRange {
    type Done = Gained;

    fn note(&mut self, gained: Gained) -> Result<Option<Noted>, Error> {
        let part = gained.kept.part;
        self.unconfirmed |= !gained.confirmed;
        self.parts.insert(part.number, gained.kept);
        let reused = gained.reused;
        Ok(Some(Noted { part, reused }))
    }

    fn commit(&mut self) -> Result<(), Error> {
        Ok(())
    }
}

impl InRange {
    fn is_confirmed(&self) -> bool {
        !self.unconfirmed
    }

    /// Takes the CRC-64 of what was copied from the listing.
    fn learn(&mut self, listed: Vec<ListedPart>) {
        for part in listed {
            if let Some(kept) = self.parts.get_mut(&part.number)
                && kept.etag == part.etag
            {
                kept.crc64 = kept.crc64.or(part.crc64);
            }
        }
    }

    fn kept(&self) -> Vec<KeptPart> {
        self.parts.values().cloned().collect()
    }

    /// Of all `parts` parts together.
    fn crc64(&self, parts: usize) -> Result<Crc64, Error> {
        let all = self.parts.values().try_fold(Crc64::EMPTY, |range, kept| {
            Some(range.combine(kept.crc64?, kept.part.range.len()))
        });
        all.filter(|_| self.parts.len() == parts).ok_or_else(|| {
            let message = "OSS does not tell what every part of the range has";
            Error::new(ErrorKind::Unverifiable, message)
        })
    }
}
