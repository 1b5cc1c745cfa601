use std::sync::Arc;
use std::time::Instant;

use ossum_client::Client;
use ossum_client::op::{InitiateMultipartUpload, UploadPart};
use ossum_durable::RealFs;
use ossum_plan::{Part, PartLayout};
use ossum_types::{ByteRange, Crc64, ETag, ObjectUrl, UploadId};

use super::Upload;
use super::abandon::{GRACE, abandon};
use super::complete::{Parts, complete};
use crate::crew::Crew;
use crate::engine::{self, Account, Mover};
use crate::error::{Error, ErrorKind};
use crate::monitor::Monitor;
use crate::report::Report;
use crate::source::Source;

/// Uploads a file in the parts of `layout`.
pub(super) async fn send(
    client: &Client,
    request: &Upload,
    source: Source,
    layout: &PartLayout,
    monitor: &Monitor,
) -> Result<Report, Error> {
    let since = Instant::now();
    monitor.begin(layout.object_size(), layout.count());
    let upload_id = initiate_unless_cancelled(client, request, monitor).await?;
    let sent = send_parts(client, request, source, layout, &upload_id, monitor).await;
    let outcome = match sent.and_then(Sent::all) {
        Ok(sent) => {
            let parts = Parts {
                layout,
                sent,
                since,
            };
            complete(client, request, &upload_id, &parts, monitor).await
        }
        Err(error) => Err(error),
    };
    match outcome {
        Ok(report) => Ok(report),
        Err(error) => Err(abandon(client, request, upload_id, error).await),
    }
}

/// Begins the upload. Once that has been asked for, it is waited for even if it is cancelled, for
/// a little: an upload whose ID nobody knows cannot be aborted.
async fn initiate_unless_cancelled(
    client: &Client,
    request: &Upload,
    monitor: &Monitor,
) -> Result<UploadId, Error> {
    let cancelled = monitor.token();
    if cancelled.is_cancelled() {
        return Err(Error::cancelled());
    }
    let mut initiated = std::pin::pin!(initiate(client, request));
    tokio::select! {
        initiated = &mut initiated => return initiated,
        () = cancelled.cancelled() => {}
    }
    let late = tokio::time::timeout(GRACE, initiated).await;
    late.unwrap_or_else(|_| Err(Error::cancelled()))
}

async fn initiate(client: &Client, request: &Upload) -> Result<UploadId, Error> {
    let ObjectUrl { bucket, key } = request.destination.clone();
    let initiate = InitiateMultipartUpload {
        bucket,
        key,
        headers: request.headers.clone(),
        overwrite: request.overwrite,
    };
    Ok(client.initiate_multipart_upload(&initiate).await?)
}

async fn send_parts(
    client: &Client,
    request: &Upload,
    source: Source,
    layout: &PartLayout,
    upload_id: &UploadId,
    monitor: &Monitor,
) -> Result<Sent, Error> {
    let source = Arc::new(source);
    let sender = Sender {
        source: Arc::clone(&source),
        destination: request.destination.clone(),
        upload_id: upload_id.clone(),
    };
    let crew = Crew::decide(&request.options, layout.count());
    let sent = Sent(layout.parts().map(|_| None).collect());
    let sent = engine::run(client, crew, sender, None, layout.parts(), sent, monitor).await?;
    // The last look before anything is completed: parts read before and after a change would make
    // an object that never was.
    source.check_unchanged(&RealFs)?;
    Ok(sent)
}

/// Sends one part after the other.
struct Sender {
    source: Arc<Source>,
    destination: ObjectUrl,
    upload_id: UploadId,
}

pub(super) struct SentPart {
    pub(super) part: Part,
    pub(super) etag: ETag,
    pub(super) crc64: Crc64,
    /// Whether OSS said that this is the CRC-64 of what it received.
    pub(super) confirmed: bool,
}

impl Mover for Sender {
    type Job = Part;
    type Done = SentPart;

    async fn move_part(&self, client: &Client, part: Part) -> Result<SentPart, Error> {
        let request = UploadPart {
            bucket: self.destination.bucket.clone(),
            key: self.destination.key.clone(),
            upload_id: self.upload_id.clone(),
            part_number: part.number,
            payload: self.payload(part.range),
        };
        let stored = client
            .upload_part(&request)
            .await
            .map_err(|error| self.explain(error))?;
        Ok(SentPart {
            part,
            etag: stored.etag,
            crc64: stored.sent_crc64,
            confirmed: stored.received_crc64.is_some(),
        })
    }
}

impl Sender {
    fn payload(&self, range: ByteRange) -> ossum_client::Payload {
        ossum_client::Payload::Source(Arc::new(self.source.part(range)))
    }

    /// A part that could not be read is a failure of the disk, or a source that changed.
    fn explain(&self, error: ossum_client::Error) -> Error {
        match error.into_source() {
            Ok(local) => self.source.unreadable(local),
            Err(error) => error.into(),
        }
    }
}

/// The parts that OSS has, in order.
struct Sent(Vec<Option<SentPart>>);

impl Account for Sent {
    type Done = SentPart;

    fn note(&mut self, done: SentPart) -> Result<Part, Error> {
        let part = done.part;
        self.0[part.number.get() as usize - 1] = Some(done);
        Ok(part)
    }
}

impl Sent {
    /// Every part in order, or an error if one is missing: the engine says so before.
    fn all(self) -> Result<Vec<SentPart>, Error> {
        let all: Option<Vec<_>> = self.0.into_iter().collect();
        all.ok_or_else(|| {
            Error::new(
                ErrorKind::Internal,
                "a part is missing at the end of an upload",
            )
        })
    }
}
