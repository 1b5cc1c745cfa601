use std::time::Duration;

use ossum_client::op::AbortMultipartUpload;
use ossum_client::{Client, ErrorKind as ClientErrorKind};
use ossum_types::{ObjectUrl, UploadId};

use super::Upload;
use crate::error::{Error, ErrorKind};

/// How long an answer is waited for once the transfer has failed or was cancelled.
pub(super) const GRACE: Duration = Duration::from_secs(5);

/// What became of an upload that was to be aborted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Aborted {
    /// It is no more, and no object has come of it.
    Yes,
    /// There is no such upload: it was aborted or completed before.
    WasGone,
    /// Nobody knows.
    Unknown,
}

pub(super) async fn abort(client: &Client, request: &Upload, upload_id: &UploadId) -> Aborted {
    let ObjectUrl { bucket, key } = request.destination.clone();
    let abort = AbortMultipartUpload {
        bucket,
        key,
        upload_id: upload_id.clone(),
    };
    match tokio::time::timeout(GRACE, client.abort_multipart_upload(&abort)).await {
        Ok(Ok(())) => Aborted::Yes,
        Ok(Err(error)) if error.kind() == ClientErrorKind::NoSuchUpload => Aborted::WasGone,
        _ => Aborted::Unknown,
    }
}

/// Aborts the upload, as nothing remembers it: its parts would be billed and never used.
pub(super) async fn abandon(
    client: &Client,
    request: &Upload,
    upload_id: UploadId,
    error: Error,
) -> Error {
    if error.kind() == ErrorKind::Integrity {
        return error; // it has become an object
    }
    match abort(client, request, &upload_id).await {
        Aborted::Yes | Aborted::WasGone => error,
        Aborted::Unknown => error.leaving(upload_id),
    }
}
