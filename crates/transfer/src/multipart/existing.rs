use ossum_client::op::{HeadObject, Overwrite};

use super::Making;
use crate::error::{Error, ErrorKind, shown_url};

impl Making<'_> {
    /// Finds that there is no object at the destination, if none may be replaced.
    ///
    /// OSS ignores the header that forbids it in a bucket whose versioning is or was enabled
    /// (official documentation of `x-oss-forbid-overwrite`), so it is looked for as well. An object
    /// that appears between this look and the next request is then replaced all the same.
    pub(crate) async fn forbid_existing(&self) -> Result<(), Error> {
        if self.overwrite == Overwrite::Allow {
            return Ok(());
        }
        let destination = self.destination.clone();
        let head = HeadObject::new(destination.bucket, destination.key);
        let looked = tokio::select! {
            looked = self.client.head_object(&head) => looked,
            () = self.given_up() => return Err(Error::cancelled()),
        };
        match looked {
            Ok(_) => {
                let message = format!("{} already exists", shown_url(self.destination));
                Err(Error::new(ErrorKind::AlreadyExists, message))
            }
            // Nothing is there, or nobody may look; the header holds where it counts.
            Err(_) => Ok(()),
        }
    }
}
