use ossum_client::ErrorKind as ClientErrorKind;
use ossum_client::op::AbortMultipartUpload;
use ossum_types::{ObjectUrl, UploadId};

use super::{GRACE, Making};
use crate::error::Error;

/// What became of an upload that was to be aborted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Aborted {
    /// It is no more, and no object has come of it.
    Yes,
    /// There is no such upload: it was aborted or completed before.
    WasGone,
    /// Nobody knows.
    Unknown,
}

impl Making<'_> {
    /// Aborts an upload that nothing will remember: its parts would be billed and never used.
    pub(crate) async fn abort(&self, upload_id: &UploadId) -> Aborted {
        match tokio::time::timeout(GRACE, self.ask_to_abort(upload_id)).await {
            Ok(Ok(())) => Aborted::Yes,
            Ok(Err(error)) if error.kind() == ClientErrorKind::NoSuchUpload => Aborted::WasGone,
            _ => Aborted::Unknown,
        }
    }

    /// Aborts an upload that is given up for another one.
    ///
    /// # Errors
    /// If it may still be there: then it has to be remembered.
    pub(crate) async fn give_up(&self, upload_id: &UploadId) -> Result<(), Error> {
        match self.ask_to_abort(upload_id).await {
            Err(error) if error.kind() == ClientErrorKind::NoSuchUpload => Ok(()),
            aborted => Ok(aborted?),
        }
    }

    /// `error`, after the upload it ended was aborted, as nothing remembers it.
    pub(crate) async fn abandon(&self, upload_id: UploadId, error: Error) -> Error {
        match self.abort(&upload_id).await {
            Aborted::Yes | Aborted::WasGone => error,
            Aborted::Unknown => error.leaving(upload_id),
        }
    }

    async fn ask_to_abort(&self, upload_id: &UploadId) -> Result<(), ossum_client::Error> {
        let ObjectUrl { bucket, key } = self.destination.clone();
        let abort = AbortMultipartUpload {
            bucket,
            key,
            upload_id: upload_id.clone(),
        };
        self.client.abort_multipart_upload(&abort).await
    }
}
