use std::io;
use std::sync::Arc;

use md5::{Digest, Md5};
use ossum_client::op::UploadPart;
use ossum_client::{Client, Payload};
use ossum_plan::{Candidate, Evidence, KeptPart, Part, Reconciled};
use ossum_types::{ByteRange, Crc64Hasher, ObjectUrl, PartNumber, UploadId};

use crate::engine::Mover;
use crate::error::Error;
use crate::multipart::{Gained, Jobs};
use crate::source::Source;

/// Where the bytes of parts come from, as often as they are asked for.
pub(crate) trait PartSource: Send + Sync + 'static {
    /// A range of them, as it is sent.
    fn payload(&self, range: ByteRange) -> Payload;

    /// Hands a range of them to `take`, chunk by chunk.
    fn read(
        &self,
        range: ByteRange,
        take: impl FnMut(&[u8]) + Send,
    ) -> impl Future<Output = Result<(), Error>> + Send;

    /// What a failure to read what was to be sent means.
    fn unreadable(&self, error: io::Error) -> Error;
}

impl PartSource for Arc<Source> {
    fn payload(&self, range: ByteRange) -> Payload {
        Payload::Source(Arc::new(self.part(range)))
    }

    async fn read(&self, range: ByteRange, take: impl FnMut(&[u8]) + Send) -> Result<(), Error> {
        Source::read(self, range, take).await
    }

    /// A failure of the disk, or a source that changed.
    fn unreadable(&self, error: io::Error) -> Error {
        Source::unreadable(self, error)
    }
}

/// Sends one part after the other, after a look at those that may be there.
pub(crate) struct Sender<S> {
    pub(crate) source: S,
    pub(crate) destination: ObjectUrl,
    pub(crate) upload_id: UploadId,
}

/// A part to be sent.
pub(crate) enum SendJob {
    /// In any case.
    Send(Part),
    /// Unless the service has it.
    Check(Candidate),
}

impl SendJob {
    /// What is to be done of a plan.
    pub(crate) fn of(plan: Reconciled) -> Jobs<Self> {
        Jobs {
            moving: plan.send.into_iter().map(Self::Send).collect(),
            checking: plan.check.into_iter().map(Self::Check).collect(),
        }
    }
}

impl<S: PartSource> Mover for Sender<S> {
    type Job = SendJob;
    type Done = Gained;

    fn number(job: &SendJob) -> Option<PartNumber> {
        Some(match job {
            SendJob::Send(part) => part.number,
            SendJob::Check(candidate) => candidate.part.number,
        })
    }

    async fn move_part(&self, client: &Client, job: SendJob) -> Result<Gained, Error> {
        let part = match job {
            SendJob::Send(part) => part,
            SendJob::Check(candidate) => match self.check(&candidate).await? {
                Some(there) => return Ok(there),
                None => candidate.part,
            },
        };
        self.send(client, part).await
    }
}

impl<S: PartSource> Sender<S> {
    /// The part, if the source's bytes are those that the service has.
    async fn check(&self, candidate: &Candidate) -> Result<Option<Gained>, Error> {
        let mut crc64 = Crc64Hasher::new();
        let mut md5 = match candidate.evidence {
            Evidence::Md5(_) => Some(Md5::new()),
            Evidence::Crc64(_) => None,
        };
        let take = |chunk: &[u8]| {
            crc64.update(chunk);
            if let Some(md5) = &mut md5 {
                md5.update(chunk);
            }
        };
        self.source.read(candidate.part.range, take).await?;
        let crc64 = crc64.finish();
        let same = match (candidate.evidence, md5) {
            (Evidence::Crc64(expected), _) => crc64 == expected,
            (Evidence::Md5(expected), Some(md5)) => <[u8; 16]>::from(md5.finalize()) == expected,
            (Evidence::Md5(_), None) => false,
        };
        Ok(same.then(|| Gained {
            kept: KeptPart {
                part: candidate.part,
                etag: candidate.etag.clone(),
                crc64: Some(crc64),
            },
            confirmed: true,
            reused: true,
        }))
    }

    async fn send(&self, client: &Client, part: Part) -> Result<Gained, Error> {
        let payload = self.source.payload(part.range);
        let sent = send_part(client, &self.destination, &self.upload_id, part, payload).await;
        sent.map_err(|error| self.explain(error))
    }

    /// A part that could not be read is no failure of the service.
    fn explain(&self, error: ossum_client::Error) -> Error {
        match error.into_source() {
            Ok(local) => self.source.unreadable(local),
            Err(error) => error.into(),
        }
    }
}

/// Sends one part.
pub(crate) async fn send_part(
    client: &Client,
    destination: &ObjectUrl,
    upload_id: &UploadId,
    part: Part,
    payload: Payload,
) -> Result<Gained, ossum_client::Error> {
    let request = UploadPart {
        bucket: destination.bucket.clone(),
        key: destination.key.clone(),
        upload_id: upload_id.clone(),
        part_number: part.number,
        payload,
    };
    let stored = client.upload_part(&request).await?;
    Ok(Gained {
        kept: KeptPart {
            part,
            etag: stored.etag,
            crc64: Some(stored.sent_crc64),
        },
        confirmed: stored.received_crc64.is_some(),
        reused: false,
    })
}
