use http::{HeaderName, Method};
use ossum_types::{BucketName, ObjectKey, VersionId};

use super::response_headers::{VERSION_ID, value};
use super::{ObjectHeaders, Overwrite};
use crate::answer::Take;
use crate::call::Call;
use crate::client::Client;
use crate::encode;
use crate::error::Error;
use crate::operation::Operation;

/// Makes an object that leads to another one in the same bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PutSymlink {
    /// The bucket.
    pub bucket: BucketName,
    /// The link.
    pub key: ObjectKey,
    /// Where it leads: to an object that is no link, and need not be there yet.
    pub target: ObjectKey,
    /// What is kept with the link itself.
    pub headers: ObjectHeaders,
    /// Whether an object of this key may be replaced.
    pub overwrite: Overwrite,
}

pub(super) const SYMLINK_TARGET: HeaderName = HeaderName::from_static("x-oss-symlink-target");

impl PutSymlink {
    /// Makes `key` lead to `target`, replacing what is there.
    pub fn new(bucket: BucketName, key: ObjectKey, target: ObjectKey) -> Self {
        Self {
            bucket,
            key,
            target,
            headers: ObjectHeaders::default(),
            overwrite: Overwrite::default(),
        }
    }

    fn call(&self) -> Call {
        let Self { bucket, key, .. } = self;
        let call = Call::object(Operation::PutSymlink, Method::PUT, bucket, key)
            .query("symlink", "")
            .header_text(SYMLINK_TARGET, &encode::path(self.target.as_str()));
        self.headers.apply(self.overwrite.apply(call))
    }
}

impl Client {
    /// Makes a link, and tells its version in a bucket with versioning.
    ///
    /// # Errors
    /// [`ErrorKind::AlreadyExists`](crate::ErrorKind::AlreadyExists) if overwriting is forbidden and
    /// there is an object: then, if [`Error::may_have_been_done`], it can be the link just made.
    /// # Cancellation
    /// Dropping the future leaves the old object, or the link.
    pub async fn put_symlink(&self, request: &PutSymlink) -> Result<Option<VersionId>, Error> {
        self.execute(&request.call(), Take::Document, |answer| {
            value(&answer.headers, &VERSION_ID)
        })
        .await
    }
}
