use http::Method;
use ossum_types::{BucketName, Region};
use serde::Deserialize;

use crate::answer::{Answer, Take};
use crate::call::Call;
use crate::client::Client;
use crate::error::{Error, Fault};
use crate::operation::Operation;

/// Asks in which region a bucket is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GetBucketLocation {
    /// The bucket.
    pub bucket: BucketName,
}

/// Where a bucket is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct BucketLocation {
    /// The region; absent if OSS names it in a way that is none.
    pub region: Option<Region>,
    /// The region as OSS names it, such as `oss-cn-hangzhou`.
    pub name: String,
}

#[derive(Deserialize)]
struct Document {
    #[serde(rename = "$text")]
    name: String,
}

impl Client {
    /// Tells in which region a bucket is.
    ///
    /// # Errors
    /// [`ErrorKind::NoSuchBucket`](crate::ErrorKind::NoSuchBucket) if there is none.
    pub async fn get_bucket_location(
        &self,
        request: &GetBucketLocation,
    ) -> Result<BucketLocation, Error> {
        let operation = Operation::GetBucketLocation;
        let call = Call::bucket(operation, Method::GET, &request.bucket).query("location", "");
        self.execute(&call, Take::Document, |answer| read(&answer))
            .await
    }
}

fn read(answer: &Answer) -> Result<BucketLocation, Fault> {
    let Document { name } = answer.document("LocationConstraint")?;
    Ok(BucketLocation {
        region: name.parse().ok(),
        name,
    })
}
