use std::time::SystemTime;

use http::Method;
use ossum_types::{BucketName, Region};
use serde::Deserialize;

use super::paging::date;
use crate::answer::{Answer, Take};
use crate::call::Call;
use crate::client::Client;
use crate::error::{Error, Fault};
use crate::operation::Operation;

/// Asks what a bucket is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GetBucketInfo {
    /// The bucket.
    pub bucket: BucketName,
}

/// What a bucket is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct BucketInfo {
    /// The region it is in; absent if OSS names it in a way that is none.
    pub region: Option<Region>,
    /// When it was created.
    pub created: SystemTime,
    /// The host to reach it by from anywhere.
    pub extranet_endpoint: Option<String>,
    /// The host to reach it by from inside Alibaba Cloud.
    pub intranet_endpoint: Option<String>,
    /// The storage class of objects that name none.
    pub storage_class: Option<String>,
    /// `LRS` or `ZRS`: in how many zones its data is.
    pub redundancy: Option<String>,
    /// `Enabled` or `Suspended`; absent if it never had versioning.
    pub versioning: Option<String>,
    /// The ACL, such as `private`.
    pub acl: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Document {
    bucket: BucketElement,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct BucketElement {
    location: String,
    creation_date: String,
    extranet_endpoint: Option<String>,
    intranet_endpoint: Option<String>,
    storage_class: Option<String>,
    data_redundancy_type: Option<String>,
    versioning: Option<String>,
    access_control_list: Option<AccessControlList>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct AccessControlList {
    grant: Option<String>,
}

impl Client {
    /// Looks a bucket up.
    ///
    /// # Errors
    /// [`ErrorKind::NoSuchBucket`](crate::ErrorKind::NoSuchBucket) if there is none. At the wrong
    /// endpoint OSS denies, and [`Error::hint`] tells the right one.
    pub async fn get_bucket_info(&self, request: &GetBucketInfo) -> Result<BucketInfo, Error> {
        let call = Call::bucket(Operation::GetBucketInfo, Method::GET, &request.bucket)
            .query("bucketInfo", "");
        self.execute(&call, Take::Document, |answer| read(&answer))
            .await
    }
}

fn read(answer: &Answer) -> Result<BucketInfo, Fault> {
    let bucket = answer.document::<Document>("BucketInfo")?.bucket;
    Ok(BucketInfo {
        region: bucket.location.parse().ok(),
        created: date(&bucket.creation_date)?,
        extranet_endpoint: bucket.extranet_endpoint,
        intranet_endpoint: bucket.intranet_endpoint,
        storage_class: bucket.storage_class,
        redundancy: bucket.data_redundancy_type,
        versioning: bucket.versioning.filter(|state| !state.is_empty()),
        acl: bucket.access_control_list.and_then(|list| list.grant),
    })
}
