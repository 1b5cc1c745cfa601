use http::Method;
use ossum_types::BucketName;
use serde::Deserialize;

use super::Versioning;
use crate::answer::{Answer, Take};
use crate::call::Call;
use crate::client::Client;
use crate::error::{Error, Fault};
use crate::operation::Operation;

/// Asks whether a bucket keeps the versions of its objects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GetBucketVersioning {
    /// The bucket.
    pub bucket: BucketName,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Document {
    status: Option<String>,
}

impl Client {
    /// Tells the versioning of a bucket; `None` if it never had any.
    ///
    /// # Errors
    /// [`ErrorKind::NoSuchBucket`](crate::ErrorKind::NoSuchBucket) if there is none.
    pub async fn get_bucket_versioning(
        &self,
        request: &GetBucketVersioning,
    ) -> Result<Option<Versioning>, Error> {
        let operation = Operation::GetBucketVersioning;
        let call = Call::bucket(operation, Method::GET, &request.bucket).query("versioning", "");
        self.execute(&call, Take::Document, |answer| read(&answer))
            .await
    }
}

fn read(answer: &Answer) -> Result<Option<Versioning>, Fault> {
    let document: Document = answer.document("VersioningConfiguration")?;
    let unknown = || Fault::Malformed("the bucket has an unknown state of versioning".to_owned());
    let status = document.status.filter(|status| !status.is_empty());
    status
        .map(|status| Versioning::of_name(&status).ok_or_else(unknown))
        .transpose()
}
