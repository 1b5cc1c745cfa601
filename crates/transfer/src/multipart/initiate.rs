use ossum_checkpoint::{Header, Transfer};
use ossum_client::op::InitiateMultipartUpload;
use ossum_types::{ObjectUrl, UploadId};

use super::Making;
use crate::checkpoint::Checkpoint;
use crate::error::Error;

impl Making<'_> {
    /// Begins an upload and its checkpoint. On return its ID is durable.
    pub(crate) async fn begin(
        &self,
        checkpoint: &mut Checkpoint,
        header: impl FnOnce(Transfer) -> Header,
    ) -> Result<UploadId, Error> {
        self.forbid_existing().await?;
        // The lock first, so that two processes do not begin the same upload.
        checkpoint.begin(None, header)?;
        let upload_id = match self.initiate().await {
            Ok(upload_id) => upload_id,
            Err(error) => {
                checkpoint.remove(); // there is nothing to remember
                return Err(error);
            }
        };
        match checkpoint.upload_id(&upload_id) {
            Ok(()) => Ok(upload_id),
            Err(error) => Err(self.abandon(upload_id, error).await),
        }
    }

    /// Gives up what an earlier run left of an object that is made in one request by now.
    pub(crate) async fn forget(
        &self,
        left: Option<UploadId>,
        checkpoint: &mut Checkpoint,
    ) -> Result<(), Error> {
        if let Some(upload_id) = left {
            self.give_up(&upload_id).await?;
        }
        checkpoint.remove();
        Ok(())
    }

    /// Asks for an upload. Once that has been asked for, it is waited for even if it is cancelled,
    /// for a little: an upload whose ID nobody knows cannot be aborted. It has no parts, and so
    /// costs nothing.
    pub(crate) async fn initiate(&self) -> Result<UploadId, Error> {
        if self.monitor.token().is_cancelled() {
            return Err(Error::cancelled());
        }
        tokio::select! {
            initiated = self.ask_for_upload() => initiated,
            () = self.given_up() => Err(Error::cancelled()),
        }
    }

    async fn ask_for_upload(&self) -> Result<UploadId, Error> {
        let ObjectUrl { bucket, key } = self.destination.clone();
        let initiate = InitiateMultipartUpload {
            bucket,
            key,
            headers: self.kept_with(),
            overwrite: self.overwrite,
        };
        Ok(self.client.initiate_multipart_upload(&initiate).await?)
    }
}
