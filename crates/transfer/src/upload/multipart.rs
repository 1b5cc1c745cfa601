use std::sync::Arc;
use std::time::Duration;

use ossum_client::op::{
    AbortMultipartUpload, CompleteMultipartUpload, CompletedPart, InitiateMultipartUpload,
    UploadPart,
};
use ossum_client::{Client, ErrorKind as ClientErrorKind};
use ossum_durable::RealFs;
use ossum_plan::{Part, PartLayout};
use ossum_types::{ByteRange, Crc64, ETag, ObjectUrl, UploadId};

use super::{Upload, proof};
use crate::crew::Crew;
use crate::engine::{self, Account, Mover};
use crate::error::{Error, ErrorKind};
use crate::monitor::Monitor;
use crate::report::{Report, Verified};
use crate::source::Source;

/// Uploads a file in the parts of `layout`.
pub(super) async fn send(
    client: &Client,
    request: &Upload,
    source: Source,
    layout: &PartLayout,
    monitor: &Monitor,
) -> Result<Report, Error> {
    monitor.begin(layout.object_size(), layout.count());
    let upload_id = initiate(client, request).await?;
    let sent = send_parts(client, request, source, layout, &upload_id, monitor).await;
    let outcome = match sent {
        Ok(sent) => finish(client, request, layout, &upload_id, &sent).await,
        Err(error) => Err(error),
    };
    match outcome {
        Ok(report) => Ok(report),
        Err(error) => Err(abandon(client, request, upload_id, error).await),
    }
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

struct SentPart {
    part: Part,
    etag: ETag,
    crc64: Crc64,
    confirmed: bool,
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
    /// Every part in order, or nothing if one is missing: the engine says so before.
    fn all(&self) -> Result<Vec<&SentPart>, Error> {
        let all: Option<Vec<_>> = self.0.iter().map(Option::as_ref).collect();
        all.ok_or_else(|| {
            Error::new(
                ErrorKind::Internal,
                "a part is missing at the end of an upload",
            )
        })
    }
}

/// Completes the upload and proves that the object is what was sent.
async fn finish(
    client: &Client,
    request: &Upload,
    layout: &PartLayout,
    upload_id: &UploadId,
    sent: &Sent,
) -> Result<Report, Error> {
    let parts = sent.all()?;
    let crc64 = parts.iter().fold(Crc64::EMPTY, |crc64, sent| {
        crc64.combine(sent.crc64, sent.part.range.len())
    });
    let ObjectUrl { bucket, key } = request.destination.clone();
    let named = parts.iter().map(|sent| CompletedPart {
        number: sent.part.number,
        etag: sent.etag.clone(),
    });
    let complete = CompleteMultipartUpload {
        overwrite: request.overwrite,
        ..CompleteMultipartUpload::new(bucket, key, upload_id.clone(), named.collect())
    };
    let report = |verified, etag, version_id| {
        Report::new(
            layout.object_size(),
            layout.count(),
            crc64,
            verified,
            etag,
            version_id,
        )
    };
    match client.complete_multipart_upload(&complete).await {
        Ok(object) if object.crc64.is_some_and(|stored| stored != crc64) => {
            Err(wrong_object(request))
        }
        Ok(object) => {
            let confirmed = object.crc64.is_some() || parts.iter().all(|sent| sent.confirmed);
            let verified = if confirmed {
                Verified::Crc64
            } else {
                Verified::Length
            };
            Ok(report(verified, object.etag, object.version_id))
        }
        Err(error) if may_be_an_echo(&error) => {
            match proof::holds(client, request, layout.object_size(), crc64).await {
                Some(info) => Ok(report(Verified::Crc64, info.etag, info.version_id)),
                None => Err(error.into()),
            }
        }
        Err(error) => Err(error.into()),
    }
}

/// Whether a failure to complete can be the echo of a success whose answer was lost.
fn may_be_an_echo(error: &ossum_client::Error) -> bool {
    error.may_have_been_done()
        && matches!(
            error.kind(),
            ClientErrorKind::NoSuchUpload
                | ClientErrorKind::AlreadyExists
                | ClientErrorKind::Network
                | ClientErrorKind::Timeout
                | ClientErrorKind::Unavailable
                | ClientErrorKind::NotOss
                | ClientErrorKind::Malformed
        )
}

fn wrong_object(request: &Upload) -> Error {
    let url = &request.destination;
    let message = format!(
        "{url} is public by now, but OSS says that its bytes are not those sent: do not use it"
    );
    Error::new(ErrorKind::Integrity, message)
}

/// An abort is waited for so long.
const ABORT_TIME: Duration = Duration::from_secs(5);

/// Aborts the upload, as nothing remembers it: its parts would be billed and never used.
async fn abandon(client: &Client, request: &Upload, upload_id: UploadId, error: Error) -> Error {
    if error.kind() == ErrorKind::Integrity {
        return error; // it has become an object
    }
    let ObjectUrl { bucket, key } = request.destination.clone();
    let abort = AbortMultipartUpload {
        bucket,
        key,
        upload_id: upload_id.clone(),
    };
    match tokio::time::timeout(ABORT_TIME, client.abort_multipart_upload(&abort)).await {
        Ok(Ok(())) => error,
        Ok(Err(failed)) if failed.kind() == ClientErrorKind::NoSuchUpload => error,
        _ => error.leaving(upload_id),
    }
}
