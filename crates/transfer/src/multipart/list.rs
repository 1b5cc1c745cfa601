use futures_util::TryStreamExt;
use ossum_client::ErrorKind as ClientErrorKind;
use ossum_client::op::ListParts;
use ossum_plan::ListedPart;
use ossum_types::{ObjectUrl, UploadId};

use super::Making;
use crate::error::{Error, ErrorKind};

impl Making<'_> {
    /// All parts that the service has of an upload; `None` if it knows no such upload.
    ///
    /// # Errors
    /// Of any page: part of the truth would have parts sent again, or an upload given up.
    pub(crate) async fn list(
        &self,
        upload_id: &UploadId,
    ) -> Result<Option<Vec<ListedPart>>, Error> {
        match self.list_known(upload_id).await {
            Ok(parts) => Ok(Some(parts)),
            Err(error) if error.kind() == ErrorKind::Service(ClientErrorKind::NoSuchUpload) => {
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// The same where an upload that the service does not know is an error too.
    pub(crate) async fn list_known(&self, upload_id: &UploadId) -> Result<Vec<ListedPart>, Error> {
        let ObjectUrl { bucket, key } = self.destination.clone();
        let parts = self
            .client
            .list_parts(ListParts::new(bucket, key, upload_id.clone()))
            .map_ok(|part| ListedPart {
                number: part.number,
                size: part.size,
                etag: part.etag,
                crc64: part.crc64,
            });
        tokio::select! {
            biased;
            () = self.monitor.token().cancelled() => Err(Error::cancelled()),
            parts = parts.try_collect() => Ok(parts?),
        }
    }
}
