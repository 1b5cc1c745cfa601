use ossum_client::op::{CopySource, UploadPartCopy};
use ossum_client::{Client, ErrorKind as ClientErrorKind};
use ossum_plan::{KeptPart, Part};
use ossum_types::{ObjectUrl, PartNumber, UploadId};

use super::Copy;
use crate::engine::Mover;
use crate::error::{Error, ErrorKind, shown_url};
use crate::monitor::Monitor;
use crate::multipart::Gained;

/// Has the service copy one part after the other.
pub(crate) struct Copier {
    pub(crate) request: Copy,
    /// The source, pinned to what was found first.
    pub(crate) source: CopySource,
    pub(crate) destination: ObjectUrl,
    pub(crate) upload_id: UploadId,
    pub(crate) monitor: Monitor,
}

impl Mover for Copier {
    type Job = Part;
    type Done = Gained;

    fn number(part: &Part) -> Option<PartNumber> {
        Some(part.number)
    }

    async fn move_part(&self, client: &Client, part: Part) -> Result<Gained, Error> {
        let request = UploadPartCopy {
            source: self.source.clone(),
            range: Some(part.range),
            bucket: self.destination.bucket.clone(),
            key: self.destination.key.clone(),
            upload_id: self.upload_id.clone(),
            part_number: part.number,
        };
        let copied = client.upload_part_copy(&request).await;
        let copied = copied.map_err(|error| explain(&self.request, error))?;
        self.monitor.copied(part.range.len());
        Ok(Gained {
            kept: KeptPart {
                part,
                etag: copied.etag,
                crc64: None,
            },
            confirmed: false,
            reused: false,
        })
    }
}

/// Every request is pinned to the object that was found first.
pub(super) fn explain(request: &Copy, error: ossum_client::Error) -> Error {
    if error.kind() == ClientErrorKind::PreconditionFailed {
        let message = format!("{} changed while it was copied", shown_url(&request.source));
        return Error::new(ErrorKind::ObjectChanged, message).with_cause(error);
    }
    error.into()
}
