use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use ossum_client::Client;
use ossum_client::op::HeadObject;
use ossum_transfer::{
    CopiedFrom, Copy, Hand, Options, RangeReport, RangeSource, Relay, RelayRange, Report,
    SourceError, Uploads, Verified, Worker,
};
use ossum_types::{ByteRange, Crc64, ETag, ObjectUrl, PartSize, UploadId};

use super::Mover;
use super::bookkeeper::Books;
use super::context::{Context, Fate};
use crate::cause::{Failure, Outlook};
use crate::error::Error;
use crate::ledger::{Became, Line};
use crate::manifest::{Piece, Row};
use crate::progress::Active;
use crate::reader::{self, Reader};
use crate::source::Source;

/// From this size on a row is moved by several requests at a time, in bytes.
const LARGE_BYTES: u64 = 64 << 20;

/// So many of those are under way at a time.
pub(super) const LARGE_AT_ONCE: usize = 2;

/// Has so many hands take rows until there are none, or the attempt ends.
pub(super) fn work(
    context: &Context<'_>,
    client: &Client,
    hands: usize,
    books: &Books,
) -> Result<Vec<(u64, Fate)>, Error> {
    let worker = Worker::new(client)?;
    let reader = context.run.reader.for_this_thread();
    let fates = worker.together(hands, async |hand| {
        let carrier = Carrier {
            context,
            hand,
            reader: &reader,
            books,
        };
        carrier.work().await
    });
    Ok(fates.into_iter().flatten().collect())
}

/// One who carries out a row at a time.
struct Carrier<'a> {
    context: &'a Context<'a>,
    hand: Hand,
    reader: &'a Reader,
    books: &'a Books,
}

/// A row of which OSS has said that it has the bytes.
struct Moved {
    size: u64,
    range: Option<ByteRange>,
    etag: Option<ETag>,
    crc64: Crc64,
}

/// Why a row did not come to an end.
enum Stopped {
    /// Everything ends.
    Cancelled,
    Failed(Failure),
}

impl From<Failure> for Stopped {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<SourceError> for Stopped {
    fn from(error: SourceError) -> Self {
        Failure::of_source(&error).into()
    }
}

impl From<ossum_transfer::Error> for Stopped {
    fn from(error: ossum_transfer::Error) -> Self {
        Failure::of(&error).map_or(Self::Cancelled, Self::Failed)
    }
}

impl Carrier<'_> {
    async fn work(&self) -> Vec<(u64, Fate)> {
        let mut fates = Vec::new();
        while let Some(row) = self.context.next() {
            fates.push((row.row, self.carry_out(row).await));
        }
        fates
    }

    async fn carry_out(&self, row: &Row) -> Fate {
        let began = Instant::now();
        let is_large = row.len().is_some_and(|bytes| bytes > LARGE_BYTES);
        let _slot = if is_large {
            self.context.large.acquire().await.ok()
        } else {
            None
        };
        let active = self.context.progress.begin();
        let moved = match row.piece {
            Piece::Object => self.object(row, &active).await,
            Piece::Range {
                range,
                part_size,
                ref upload,
            } => self.range(row, range, part_size, upload, &active).await,
        };
        let bytes_moved = active.monitor.snapshot().bytes_moved;
        drop(active);
        let context = self.context;
        let (fate, size, became) = match moved {
            Ok(moved) => {
                context.troubles.good();
                let bytes = moved.range.map_or(moved.size, ByteRange::len);
                context.progress.row_done(bytes);
                let became = Became::Done {
                    destination_etag: moved.etag,
                    crc64: moved.crc64,
                };
                (Fate::Done(bytes), Some(moved.size), became)
            }
            Err(Stopped::Cancelled) => return Fate::NotTried,
            Err(Stopped::Failed(failure)) => {
                if failure.is_everybodys {
                    context.troubles.bad();
                }
                context.progress.row_failed();
                let became = Became::Failed(failure.cause);
                (Fate::Failed(failure.outlook), row.listed.size, became)
            }
        };
        let line = Line {
            size,
            bytes_moved,
            elapsed_ms: millis(began.elapsed()),
            ..line_of(context, row)(became)
        };
        (context.tell)(&line);
        self.books.add(line);
        fate
    }

    async fn object(&self, row: &Row, active: &Active<'_>) -> Result<Moved, Stopped> {
        let destination = self.destination(row)?;
        let report = match (self.context.run.mover, &self.context.job.source) {
            (Mover::Oss, Source::Oss { url, .. }) => {
                let source = reader::object(url, &row.listed.key)?;
                self.copy(row, source, &destination, active).await?
            }
            _ => self.relay(row, &destination, active).await?,
        };
        let crc64 = self.proven(&destination, &report).await?;
        Ok(Moved {
            size: report.bytes_total,
            range: None,
            etag: Some(report.etag),
            crc64,
        })
    }

    async fn relay(
        &self,
        row: &Row,
        destination: &ObjectUrl,
        active: &Active<'_>,
    ) -> Result<Report, Stopped> {
        let source = self.open(row).await?;
        let options = self.options(source.size());
        let relay = Relay {
            continues: self.context.uploads.last_of(&row.listed.key),
            uploads: self.uploads(row),
            options,
            ..Relay::new(source, destination.clone())
        };
        Ok(self.hand.relay(&relay, &active.monitor).await?)
    }

    async fn copy(
        &self,
        row: &Row,
        source: ObjectUrl,
        destination: &ObjectUrl,
        active: &Active<'_>,
    ) -> Result<Report, Stopped> {
        let copy = Copy {
            version_id: row.listed.version.clone(),
            etag: row.listed.etag.clone(),
            options: self.options(row.listed.size.unwrap_or(0)),
            ..Copy::new(source, destination.clone())
        };
        Ok(self.hand.copy(&copy, &active.monitor).await?)
    }

    async fn range(
        &self,
        row: &Row,
        range: ByteRange,
        part_size: u64,
        upload_id: &UploadId,
        active: &Active<'_>,
    ) -> Result<Moved, Stopped> {
        let part_size = PartSize::new(part_size)
            .map_err(|invalid| Failure::told("layout", Outlook::Never, &invalid.to_string()))?;
        let source = self.open(row).await?;
        let request = RelayRange {
            options: self.options(range.len()),
            source: Arc::clone(&source),
            destination: self.destination(row)?,
            upload_id: upload_id.clone(),
            part_size,
            range,
            copied_from: self.copied_from(row)?,
        };
        let relayed = self.hand.relay_range(&request, &active.monitor).await;
        let RangeReport { crc64, .. } = relayed?;
        Ok(Moved {
            size: source.size(),
            range: Some(range),
            etag: None,
            crc64,
        })
    }

    /// What OSS copies a range from, where it does that by itself.
    fn copied_from(&self, row: &Row) -> Result<Option<CopiedFrom>, Stopped> {
        let (Mover::Oss, Source::Oss { url, .. }, Some(etag)) = (
            self.context.run.mover,
            &self.context.job.source,
            &row.listed.etag,
        ) else {
            return Ok(None);
        };
        Ok(Some(CopiedFrom {
            object: reader::object(url, &row.listed.key)?,
            version_id: row.listed.version.clone(),
            etag: etag.clone(),
        }))
    }

    async fn open(&self, row: &Row) -> Result<Arc<dyn RangeSource>, Stopped> {
        Ok(self.reader.open(&row.listed).await?)
    }

    fn destination(&self, row: &Row) -> Result<ObjectUrl, Stopped> {
        let url = &self.context.job.destination.url;
        Ok(reader::object(url, &row.listed.key)?)
    }

    /// Mid-sized objects go in order, over this worker's connection: there are others beside it.
    fn options(&self, bytes: u64) -> Options {
        let options = &self.context.run.options;
        Options {
            concurrency: (bytes <= LARGE_BYTES).then_some(std::num::NonZeroUsize::MIN),
            checkpoint: None,
            ..options.clone()
        }
    }

    /// Every upload is in the ledger before its first part.
    fn uploads(&self, row: &Row) -> Uploads {
        let books = self.books.clone();
        let line = line_of(self.context, row);
        Uploads::Told(Arc::new(move |upload_id| {
            let line = line(Became::Begun(upload_id.clone()));
            let books = books.clone();
            Box::pin(async move { Ok(books.add_now(line).await?) })
        }))
    }

    /// The CRC-64 that OSS says the object has; asked for where no answer said it.
    async fn proven(&self, destination: &ObjectUrl, report: &Report) -> Result<Crc64, Stopped> {
        if let (Verified::Crc64, Some(crc64)) = (report.verified, report.crc64) {
            return Ok(crc64);
        }
        let head = HeadObject::new(destination.bucket.clone(), destination.key.clone());
        let info = self.hand.client().head_object(&head).await;
        let info = info.map_err(|error| Failure::of_client(&error))?;
        let is_right = info.size == report.bytes_total
            && report.crc64.is_none_or(|sent| info.crc64 == Some(sent));
        info.crc64.filter(|_| is_right).ok_or_else(|| {
            let message = "OSS does not say that it has the bytes that were sent";
            Failure::told("unverified", Outlook::MayPass, message).into()
        })
    }
}

/// Makes lines about a row, of which nothing is known but what became of it.
fn line_of(context: &Context<'_>, row: &Row) -> impl Fn(Became) -> Line + Send + Sync + use<> {
    let (number, listed) = (row.row, row.listed.clone());
    let range = match &row.piece {
        Piece::Object => None,
        Piece::Range { range, .. } => Some((range.start(), range.len())),
    };
    let (attempt, worker) = (context.attempt.clone(), context.run.worker.clone());
    move |became| Line {
        row: Some(number),
        key: listed.key.clone(),
        size: listed.size,
        source_etag: listed.etag.clone(),
        range,
        became,
        attempt: attempt.clone(),
        worker: worker.clone(),
        time: SystemTime::now(),
        bytes_moved: 0,
        elapsed_ms: 0,
    }
}

fn millis(elapsed: Duration) -> u64 {
    u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX)
}
