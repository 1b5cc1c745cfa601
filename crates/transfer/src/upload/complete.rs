use std::time::Instant;

use ossum_client::Client;
use ossum_client::op::{
    CompleteMultipartUpload, CompleteMultipartUploadOutput, CompletedPart, ObjectInfo,
};
use ossum_plan::PartLayout;
use ossum_types::{Crc64, ETag, ObjectUrl, UploadId, VersionId};

use super::Upload;
use super::abandon::{Aborted, GRACE, abort};
use super::multipart::SentPart;
use super::proof::{self, Expected};
use crate::error::{Error, ErrorKind, shown_url};
use crate::monitor::Monitor;
use crate::report::{Report, Verified};

/// The parts of an upload, all of which OSS has.
pub(super) struct Parts<'a> {
    pub(super) layout: &'a PartLayout,
    /// In order.
    pub(super) sent: Vec<SentPart>,
    /// When the upload began.
    pub(super) since: Instant,
}

/// Completes the upload and proves that the object is what was sent.
///
/// Cancelling does not simply drop the request: OSS may carry it out all the same, and then the
/// object is there. So it is waited for a little longer, and after that the upload is aborted,
/// which tells how it ended.
pub(super) async fn complete(
    client: &Client,
    request: &Upload,
    upload_id: &UploadId,
    parts: &Parts<'_>,
    monitor: &Monitor,
) -> Result<Report, Error> {
    let call = parts.call(request, upload_id);
    let given_up = async {
        monitor.token().cancelled().await;
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        completed = client.complete_multipart_upload(&call) => match completed {
            Ok(object) => parts.compare(request, object),
            Err(error) => parts.look_behind(error, client, request, monitor).await,
        },
        () = given_up => parts.settle(client, request, upload_id).await,
    }
}

impl Parts<'_> {
    fn call(&self, request: &Upload, upload_id: &UploadId) -> CompleteMultipartUpload {
        let ObjectUrl { bucket, key } = request.destination.clone();
        let named = self.sent.iter().map(|sent| CompletedPart {
            number: sent.part.number,
            etag: sent.etag.clone(),
        });
        CompleteMultipartUpload {
            overwrite: request.overwrite,
            ..CompleteMultipartUpload::new(bucket, key, upload_id.clone(), named.collect())
        }
    }

    fn crc64(&self) -> Crc64 {
        self.sent.iter().fold(Crc64::EMPTY, |crc64, sent| {
            crc64.combine(sent.crc64, sent.part.range.len())
        })
    }

    fn expected(&self) -> Expected {
        Expected {
            size: self.layout.object_size(),
            crc64: self.crc64(),
            since: self.since,
        }
    }

    /// Holds the object that OSS has made against what was sent.
    fn compare(
        &self,
        request: &Upload,
        object: CompleteMultipartUploadOutput,
    ) -> Result<Report, Error> {
        if object.crc64.is_some_and(|stored| stored != self.crc64()) {
            return Err(wrong_object(request));
        }
        let confirmed = object.crc64.is_some() || self.sent.iter().all(|sent| sent.confirmed);
        let verified = if confirmed {
            Verified::Crc64
        } else {
            Verified::Length
        };
        Ok(self.report(verified, object.etag, object.version_id))
    }

    /// A failure to complete may hide a success.
    async fn look_behind(
        &self,
        error: ossum_client::Error,
        client: &Client,
        request: &Upload,
        monitor: &Monitor,
    ) -> Result<Report, Error> {
        let expected = self.expected();
        let info = proof::in_spite_of(error, client, request, &expected, monitor).await?;
        Ok(self.report_found(info))
    }

    /// Ends a completion that nobody waits for any more, one way or the other.
    async fn settle(
        &self,
        client: &Client,
        request: &Upload,
        upload_id: &UploadId,
    ) -> Result<Report, Error> {
        let expected = self.expected();
        let find = proof::find(client, request, &expected);
        if abort(client, request, upload_id).await == Aborted::WasGone
            && let Ok(Some(info)) = tokio::time::timeout(GRACE, find).await
        {
            return Ok(self.report_found(info));
        }
        Err(Error::cancelled())
    }

    fn report_found(&self, info: ObjectInfo) -> Report {
        self.report(Verified::Crc64, info.etag, info.version_id)
    }

    fn report(&self, verified: Verified, etag: ETag, version_id: Option<VersionId>) -> Report {
        Report::new(
            self.layout.object_size(),
            self.layout.count(),
            self.crc64(),
            verified,
            etag,
            version_id,
        )
    }
}

fn wrong_object(request: &Upload) -> Error {
    let url = shown_url(&request.destination);
    let message = format!(
        "{url} is public by now, but OSS says that its bytes are not those sent: do not use it"
    );
    Error::new(ErrorKind::Integrity, message)
}
