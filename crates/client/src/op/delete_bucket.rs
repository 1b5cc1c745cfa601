use http::Method;
use ossum_types::BucketName;

use crate::answer::Take;
use crate::call::Call;
use crate::client::Client;
use crate::error::Error;
use crate::operation::Operation;

/// Deletes an empty bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeleteBucket {
    /// The bucket.
    pub bucket: BucketName,
}

impl Client {
    /// Deletes a bucket that has neither objects nor unfinished uploads.
    ///
    /// # Errors
    /// [`ErrorKind::Conflict`](crate::ErrorKind::Conflict) if it is not empty;
    /// [`ErrorKind::NoSuchBucket`](crate::ErrorKind::NoSuchBucket) also if this very call deleted
    /// it and the answer was lost: see [`Error::may_have_been_done`].
    /// # Cancellation
    /// After dropping the future the bucket may or may not be there.
    pub async fn delete_bucket(&self, request: &DeleteBucket) -> Result<(), Error> {
        let call = Call::bucket(Operation::DeleteBucket, Method::DELETE, &request.bucket);
        self.execute(&call, Take::Document, |_| Ok(())).await
    }
}
