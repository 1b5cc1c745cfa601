use std::sync::Arc;

use ossum_client::op::{Conditions, GetObject, ObjectReader};
use ossum_client::{Client, ErrorKind as ClientErrorKind};
use ossum_plan::Part;
use ossum_types::{ByteRange, Crc64, Crc64Hasher, ObjectUrl};

use super::Download;
use super::claimed::Claimed;
use super::opening::{Opened, changed};
use crate::crew::Crew;
use crate::engine::{self, Account, Mover};
use crate::error::{Error, ErrorKind};
use crate::monitor::Monitor;

/// Fetches all `parts` into `file` and gives the CRC-64 of the whole.
pub(super) async fn fetch(
    client: &Client,
    request: &Download,
    opened: Opened,
    parts: &[Part],
    file: &Arc<Claimed>,
    monitor: &Monitor,
) -> Result<Crc64, Error> {
    let fetcher = Fetcher {
        source: request.source.clone(),
        object: GetObject {
            bucket: request.source.bucket.clone(),
            key: request.source.key.clone(),
            range: None,
            version_id: opened
                .info
                .version_id
                .clone()
                .or(request.version_id.clone()),
            conditions: Conditions::matching(opened.info.etag.clone()),
        },
        size: opened.info.size,
        base: opened.range.map_or(0, ByteRange::start),
        file: Arc::clone(file),
    };
    let crew = Crew::decide(
        &request.options,
        u32::try_from(parts.len()).unwrap_or(u32::MAX),
    );
    let fetched = Fetched(parts.iter().map(|part| (part.range.len(), None)).collect());
    let mut jobs = parts.iter().map(|&part| Job {
        part,
        beginning: None,
    });
    let first = jobs.next().map(|job| Job {
        beginning: opened.beginning,
        ..job
    });
    let rest = jobs.collect::<Vec<_>>().into_iter();
    let fetched = engine::run(client, crew, fetcher, first, rest, fetched, monitor).await?;
    fetched.crc64()
}

/// Fetches one part after the other into the file.
struct Fetcher {
    source: ObjectUrl,
    /// The object, pinned to what was found first.
    object: GetObject,
    size: u64,
    /// Where in the object the file begins.
    base: u64,
    file: Arc<Claimed>,
}

struct Job {
    part: Part,
    /// The beginning of the part's bytes, where it is on its way already.
    beginning: Option<ObjectReader>,
}

struct FetchedPart {
    part: Part,
    crc64: Crc64,
}

impl Mover for Fetcher {
    type Job = Job;
    type Done = FetchedPart;

    async fn move_part(&self, client: &Client, job: Job) -> Result<FetchedPart, Error> {
        let part = job.part;
        let mut crc64 = Crc64Hasher::new();
        let mut at = part.range.start();
        if let Some(beginning) = job.beginning {
            at = self.receive(beginning, at, &mut crc64).await?;
        }
        if let Some(rest) = ByteRange::new(at, part.range.end()) {
            let reader = self.open(client, rest).await?;
            self.receive(reader, at, &mut crc64).await?;
        }
        Ok(FetchedPart {
            part,
            crc64: crc64.finish(),
        })
    }
}

impl Fetcher {
    /// Asks for a range of the file.
    async fn open(&self, client: &Client, range: ByteRange) -> Result<ObjectReader, Error> {
        let object = GetObject {
            range: ByteRange::from_len(self.base + range.start(), range.len()),
            ..self.object.clone()
        };
        let reader = client.read_object(object).await;
        let reader = reader.map_err(|error| self.explain(error))?;
        if reader.info().size != self.size
            || reader.range().map(ByteRange::len) != Some(range.len())
        {
            return Err(changed(&self.source));
        }
        Ok(reader)
    }

    /// Every request is pinned to the object that was found first.
    fn explain(&self, error: ossum_client::Error) -> Error {
        if error.kind() == ClientErrorKind::PreconditionFailed {
            return changed(&self.source).with_cause(error);
        }
        error.into()
    }

    /// Writes what comes to the file from `at` on; gives the offset after it.
    async fn receive(
        &self,
        mut reader: ObjectReader,
        at: u64,
        crc64: &mut Crc64Hasher,
    ) -> Result<u64, Error> {
        let mut at = at;
        let explain = |error| self.explain(error);
        while let Some(chunk) = reader.chunk().await.map_err(explain)? {
            crc64.update(&chunk);
            self.file.partial().write_all_at(&chunk, at)?;
            at += chunk.len() as u64;
        }
        Ok(at)
    }
}

/// The length of every part, and the CRC-64 of those that are there.
struct Fetched(Vec<(u64, Option<Crc64>)>);

impl Account for Fetched {
    type Done = FetchedPart;

    fn note(&mut self, done: FetchedPart) -> Result<Part, Error> {
        self.0[done.part.number.get() as usize - 1].1 = Some(done.crc64);
        Ok(done.part)
    }
}

impl Fetched {
    /// The CRC-64 of all parts in order.
    fn crc64(&self) -> Result<Crc64, Error> {
        self.0.iter().try_fold(Crc64::EMPTY, |whole, (len, part)| {
            let missing = || {
                Error::new(
                    ErrorKind::Internal,
                    "a part is missing at the end of a download",
                )
            };
            Ok(whole.combine(part.ok_or_else(missing)?, *len))
        })
    }
}
