use http::Method;
use ossum_types::BucketName;
use serde::Serialize;

use crate::answer::Take;
use crate::call::Call;
use crate::client::Client;
use crate::error::Error;
use crate::operation::Operation;
use crate::xml;

/// Has a bucket keep the versions of its objects, or no new ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PutBucketVersioning {
    /// The bucket.
    pub bucket: BucketName,
    /// What it does from now on.
    pub versioning: Versioning,
}

/// What a bucket does with the versions of its objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Versioning {
    /// Keeps all.
    Enabled,
    /// Keeps those there are; what is written from now on is the version `null`, and replaces it.
    Suspended,
}

impl Versioning {
    /// As OSS writes it.
    fn name(self) -> &'static str {
        match self {
            Self::Enabled => "Enabled",
            Self::Suspended => "Suspended",
        }
    }

    pub(super) fn of_name(name: &str) -> Option<Self> {
        [Self::Enabled, Self::Suspended]
            .into_iter()
            .find(|versioning| versioning.name() == name)
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Configuration {
    status: &'static str,
}

impl Client {
    /// Sets the versioning of a bucket. Once enabled, it can only be suspended.
    ///
    /// # Errors
    /// [`ErrorKind::NoSuchBucket`](crate::ErrorKind::NoSuchBucket) if there is none.
    /// # Cancellation
    /// Dropping the future leaves it as it was, or as asked.
    pub async fn put_bucket_versioning(&self, request: &PutBucketVersioning) -> Result<(), Error> {
        let configuration = Configuration {
            status: request.versioning.name(),
        };
        let operation = Operation::PutBucketVersioning;
        let call = Call::bucket(operation, Method::PUT, &request.bucket)
            .query("versioning", "")
            .document(xml::write("VersioningConfiguration", &configuration));
        self.execute(&call, Take::Document, |_| Ok(())).await
    }
}
