use std::sync::Arc;

use ossum_client::op::{ObjectInfo, ObjectReader};
use ossum_durable::{self as durable, Operation};
use ossum_plan::{Part, PartLayout, ReceivedPart, Recorded, reconcile_received};

use super::Job;
use super::check::{Check, md5_of};
use super::claimed::Claimed;
use super::fetcher::{FetchJob, Fetcher};
use super::pinned::Pinned;
use super::received::Received;
use crate::checkpoint::Checkpoint;
use crate::crew::Crew;
use crate::engine::{self, BODY_GRAIN_BYTES, Work};
use crate::error::{Error, ErrorKind};
use crate::monitor::Event;
use crate::report::{Report, Verified};

/// A download whose object is known and whose file is there.
pub(super) struct Fetch<'a> {
    pub(super) job: &'a Job<'a>,
    /// Where in the object the file begins.
    pub(super) base: u64,
    pub(super) info: ObjectInfo,
    pub(super) layout: PartLayout,
    pub(super) check: Check,
    pub(super) file: Arc<Claimed>,
}

/// The same, of which an earlier run has fetched some.
pub(super) struct Continued<'a> {
    pub(super) fetch: Fetch<'a>,
    pub(super) recorded: Recorded,
}

/// What one round fetches, and what it first looks for on the disk.
#[derive(Default)]
struct Parts {
    fetch: Vec<Part>,
    check: Vec<ReceivedPart>,
}

impl Continued<'_> {
    /// Fetches what is missing, and publishes the file.
    pub(super) async fn finish(self, checkpoint: Checkpoint) -> Result<Report, Error> {
        let Self { fetch, recorded } = self;
        let (check, missing) = reconcile_received(&fetch.layout, &recorded);
        let parts = u32::try_from(check.len()).unwrap_or(u32::MAX);
        fetch.job.monitor.tell(Event::Resumed { parts });
        let parts = Parts {
            fetch: missing,
            check,
        };
        let report = fetch.finish(parts, None, checkpoint).await?;
        Ok(Report {
            resumed: true,
            ..report
        })
    }
}

impl Fetch<'_> {
    /// Fetches everything, and publishes the file.
    pub(super) async fn run(
        self,
        beginning: Option<Box<ObjectReader>>,
        checkpoint: Checkpoint,
    ) -> Result<Report, Error> {
        let parts = Parts {
            fetch: self.layout.parts().collect(),
            ..Parts::default()
        };
        self.finish(parts, beginning, checkpoint).await
    }

    async fn finish(
        self,
        parts: Parts,
        beginning: Option<Box<ObjectReader>>,
        checkpoint: Checkpoint,
    ) -> Result<Report, Error> {
        if checkpoint.is_kept() {
            self.file.keep();
        }
        let options = &self.job.request.options;
        let file = Arc::clone(&self.file);
        let mut received = Received::new(&self.layout, checkpoint, file, options.durability);
        received.expect(parts.check.iter().map(|received| received.part.number));
        let (received, fetched) = self.round(received, parts, beginning).await;
        let (mut received, outcome) = match fetched {
            Ok(()) => self.verify_and_publish(received).await,
            Err(error) => (received, Err(error)),
        };
        match outcome {
            Ok(report) => {
                received.checkpoint().remove();
                Ok(report.told_by(self.info.headers.into()))
            }
            Err(error) => Err(self.fail(received, error)),
        }
    }

    /// Leaves a failed download as it can be continued.
    fn fail(&self, mut received: Received, error: Error) -> Error {
        if error.kind() == ErrorKind::Integrity {
            // What arrived is wrong twice over: the next run begins from nothing.
            received.checkpoint().remove();
            self.file.discard();
            return error;
        }
        if !received.checkpoint().is_kept() {
            return error;
        }
        // The error that ended the transfer is the one to be told. What could not be made durable
        // now is read again anyway.
        let _ = received.checkpoint().sync();
        let safe = received.safe();
        received.checkpoint().kept(error, safe)
    }

    /// Moves some parts.
    async fn round(
        &self,
        received: Received,
        parts: Parts,
        beginning: Option<Box<ObjectReader>>,
    ) -> (Received, Result<(), Error>) {
        let Job {
            client,
            request,
            monitor,
            ..
        } = self.job;
        monitor.begin(self.layout.object_size(), self.layout.count());
        let mut moving = parts.fetch.into_iter().map(|part| FetchJob::Fetch {
            part,
            beginning: None,
        });
        let first = match beginning {
            Some(beginning) => moving.next().map(|job| begin_with(job, beginning)),
            None => None,
        };
        let options = &request.options;
        let crew = Crew::decide(options, self.layout.count(), self.layout.part_size().get());
        let work = Work {
            crew,
            budget: crew.budget_of(options),
            grain_bytes: BODY_GRAIN_BYTES,
            first,
            moving: moving.collect(),
            checking: parts.check.into_iter().map(FetchJob::Check).collect(),
            coming: None,
        };
        // On the heap, as it holds a whole worker.
        Box::pin(engine::run(client, self.fetcher(), work, received, monitor)).await
    }

    fn fetcher(&self) -> Fetcher {
        let request = self.job.request;
        let version_id = request.version_id.as_ref();
        Fetcher {
            object: Pinned::new(&request.source, version_id, &self.info),
            base: self.base,
            file: Arc::clone(&self.file),
            durability: request.options.durability,
        }
    }

    /// Finds that the file holds the object's bytes, and gives it its name.
    ///
    /// If they are not the object's, nobody can tell which part is wrong: every part is read again,
    /// and those fetched anew that are not on the disk as they came; if all are, all are fetched
    /// once more.
    async fn verify_and_publish(&self, received: Received) -> (Received, Result<Report, Error>) {
        let mut received = received;
        let mut remedies = [Remedy::ReadAgain, Remedy::FetchAgain].into_iter();
        loop {
            let wrong = match self.verify(&received) {
                Ok(verified) => {
                    let published = self.publish(&mut received, verified);
                    return (received, published);
                }
                Err(error) => error,
            };
            let is_mismatch = wrong.kind() == ErrorKind::Integrity;
            let Some(remedy) = remedies.next().filter(|_| is_mismatch) else {
                return (received, Err(wrong));
            };
            tracing::warn!("{wrong}: {}", remedy.announcement());
            let parts = remedy.parts(&received, &self.layout);
            received = match Box::pin(self.round(received, parts, None)).await {
                (received, Ok(())) => received,
                (received, Err(error)) => return (received, Err(error)),
            };
        }
    }

    fn verify(&self, received: &Received) -> Result<Verified, Error> {
        let crc64 = received.crc64()?;
        let md5 = || md5_of(self.file.partial());
        self.check.verify(&self.job.request.source, crc64, md5)
    }

    fn publish(&self, received: &mut Received, verified: Verified) -> Result<Report, Error> {
        if self.job.monitor.token().is_cancelled() {
            return Err(Error::cancelled());
        }
        let crc64 = received.crc64()?;
        // A sync that fails tells so once: if it is this one, no other may say that all is well.
        received.settle()?;
        let published = self
            .file
            .publish(self.job.target, self.job.request, &self.info);
        if let Err(error) = published {
            if is_failed_sync(&error) {
                received.distrust_unsynced();
            }
            return Err(error.into());
        }
        let (len, count) = (self.layout.object_size(), self.layout.count());
        let (etag, version_id) = (self.info.etag.clone(), self.info.version_id.clone());
        let crc64 = Some(crc64);
        Ok(Report::new(len, count, crc64, verified, etag, version_id))
    }
}

/// What is done when the bytes are not the object's.
#[derive(Debug, Clone, Copy)]
enum Remedy {
    ReadAgain,
    FetchAgain,
}

impl Remedy {
    fn announcement(self) -> &'static str {
        match self {
            Self::ReadAgain => "reading again what is on the disk",
            Self::FetchAgain => "fetching all of it once more",
        }
    }

    fn parts(self, received: &Received, layout: &PartLayout) -> Parts {
        match self {
            Self::ReadAgain => Parts {
                fetch: Vec::new(),
                check: received.to_recheck(),
            },
            Self::FetchAgain => Parts {
                fetch: layout.parts().collect(),
                check: Vec::new(),
            },
        }
    }
}

fn begin_with(job: FetchJob, beginning: Box<ObjectReader>) -> FetchJob {
    match job {
        FetchJob::Fetch { part, .. } => FetchJob::Fetch {
            part,
            beginning: Some(beginning),
        },
        check @ FetchJob::Check(_) => check,
    }
}

fn is_failed_sync(error: &durable::Error) -> bool {
    matches!(
        error,
        durable::Error::Io {
            operation: Operation::Sync,
            ..
        }
    )
}
