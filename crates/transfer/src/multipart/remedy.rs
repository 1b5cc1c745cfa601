use ossum_client::ErrorKind as ClientErrorKind;
use ossum_types::UploadId;

use super::Making;
use crate::checkpoint::Checkpoint;
use crate::error::{Error, ErrorKind};

/// What is tried, once each, when an upload fails in a way that the service explains.
#[derive(Debug, Default)]
pub(crate) struct Remedies(Vec<Remedy>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Remedy {
    /// The upload is gone, and no object has come of it.
    NewUpload,
    /// A part is not as it was listed.
    ListAgain,
}

impl Remedies {
    pub(crate) fn of(&mut self, error: &Error) -> Option<Remedy> {
        let service = error.client().and_then(ossum_client::Error::service);
        let code = service.and_then(|service| service.code.as_deref());
        let remedy = match (error.kind(), code) {
            (ErrorKind::Service(ClientErrorKind::NoSuchUpload), _) => Remedy::NewUpload,
            (_, Some("InvalidPart" | "InvalidPartOrder")) => Remedy::ListAgain,
            _ => return None,
        };
        if self.0.contains(&remedy) {
            return None;
        }
        self.0.push(remedy);
        Some(remedy)
    }
}

impl Making<'_> {
    /// Leaves a failed upload as it can be continued, or aborted where nothing would remember it.
    pub(crate) async fn leave(
        &self,
        upload_id: UploadId,
        checkpoint: &mut Checkpoint,
        error: Error,
    ) -> Error {
        let is_public = matches!(
            error.kind(),
            ErrorKind::Integrity
                | ErrorKind::Ambiguous
                | ErrorKind::Service(ClientErrorKind::CallbackFailed)
        );
        if is_public {
            checkpoint.remove(); // the upload is no more
            return error;
        }
        if checkpoint.is_kept() {
            // The error that ended the transfer is the one to be told. What could not be made
            // durable now is only a hint.
            let _ = checkpoint.sync();
            return error;
        }
        self.abandon(upload_id, error).await
    }
}
