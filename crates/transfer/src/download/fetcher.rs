use std::sync::Arc;

use ossum_client::Client;
use ossum_client::op::ObjectReader;
use ossum_durable::Durability;
use ossum_plan::{Part, ReceivedPart};
use ossum_types::{ByteRange, Crc64, Crc64Hasher, PartNumber};

use super::claimed::Claimed;
use super::pinned::Pinned;
use super::received::FetchedPart;
use crate::engine::Mover;
use crate::error::{Error, shown};
use crate::reading::read_range;

/// Fetches one part after the other into the file, after a look at those that may be there.
pub(super) struct Fetcher {
    pub(super) object: Pinned,
    /// Where in the object the file begins.
    pub(super) base: u64,
    pub(super) file: Arc<Claimed>,
    pub(super) durability: Durability,
}

/// A part to be fetched.
pub(super) enum FetchJob {
    /// In any case.
    Fetch {
        part: Part,
        /// The beginning of the part's bytes, where it is on its way already.
        beginning: Option<Box<ObjectReader>>,
    },
    /// Unless it is on the disk.
    Check(ReceivedPart),
}

impl Mover for Fetcher {
    type Job = FetchJob;
    type Done = FetchedPart;

    fn number(job: &FetchJob) -> Option<PartNumber> {
        Some(match job {
            FetchJob::Fetch { part, .. } => part.number,
            FetchJob::Check(received) => received.part.number,
        })
    }

    async fn move_part(&self, client: &Client, job: FetchJob) -> Result<FetchedPart, Error> {
        match job {
            FetchJob::Fetch { part, beginning } => self.fetch(client, part, beginning).await,
            FetchJob::Check(ReceivedPart { part, crc64 }) => {
                if self.crc64_on_disk(part.range).await == Some(crc64) {
                    let reused = true;
                    return Ok(FetchedPart {
                        part,
                        crc64,
                        reused,
                    });
                }
                self.fetch(client, part, None).await
            }
        }
    }
}

/// Of so much the disk begins to write what has come, so that the sync at the end has little left to
/// wait for. After less the end is near.
const EARLY_WRITEBACK_BYTES: u64 = 64 << 10;

impl Fetcher {
    async fn fetch(
        &self,
        client: &Client,
        part: Part,
        beginning: Option<Box<ObjectReader>>,
    ) -> Result<FetchedPart, Error> {
        let mut crc64 = Crc64Hasher::new();
        let mut at = part.range.start();
        if let Some(beginning) = beginning {
            let beginning = beginning.read_by(client);
            at = self.receive(beginning, at, &mut crc64).await?;
        }
        if let Some(rest) = ByteRange::new(at, part.range.end()) {
            let reader = self.open(client, rest).await?;
            self.receive(reader, at, &mut crc64).await?;
        }
        if self.durability == Durability::Full && part.range.len() >= EARLY_WRITEBACK_BYTES {
            let file = self.file.partial().file();
            let _ = file.start_writeback(part.range.start(), part.range.len());
        }
        Ok(FetchedPart {
            part,
            crc64: crc64.finish(),
            reused: false,
        })
    }

    /// The CRC-64 of what is on the disk; `None` if that cannot be read, and so is not there.
    async fn crc64_on_disk(&self, range: ByteRange) -> Option<Crc64> {
        let mut crc64 = Crc64Hasher::new();
        let partial = self.file.partial();
        match read_range(partial.file(), range, |chunk| crc64.update(chunk)).await {
            Ok(()) => Some(crc64.finish()),
            Err(error) => {
                // To write there may mend what cannot be read; if not, that fails too.
                let path = shown(partial.path());
                tracing::warn!("{path} cannot be read at {range}: {error}; fetching it again");
                None
            }
        }
    }

    /// Asks for a range of the file.
    async fn open(&self, client: &Client, range: ByteRange) -> Result<ObjectReader, Error> {
        let range = ByteRange::from_len(self.base + range.start(), range.len());
        let range = range.expect("a range of the object that the file is made of");
        self.object.open(client, range).await
    }

    /// Writes what comes to the file from `at` on; gives the offset after it.
    async fn receive(
        &self,
        mut reader: ObjectReader,
        at: u64,
        crc64: &mut Crc64Hasher,
    ) -> Result<u64, Error> {
        let mut at = at;
        let explain = |error| self.object.explain(error);
        while let Some(chunk) = reader.chunk().await.map_err(explain)? {
            crc64.update(&chunk);
            self.file.partial().write_all_at(&chunk, at)?;
            at += chunk.len() as u64;
        }
        Ok(at)
    }
}
