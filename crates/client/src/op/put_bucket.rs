use http::{HeaderName, Method};
use ossum_types::BucketName;
use serde::Serialize;

use crate::answer::Take;
use crate::call::Call;
use crate::client::Client;
use crate::error::Error;
use crate::operation::Operation;
use crate::xml;

/// Creates a bucket in the region of the endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PutBucket {
    /// The bucket.
    pub bucket: BucketName,
    /// The ACL: `private`, `public-read` or `public-read-write`; absent means `private`.
    pub acl: Option<String>,
    /// The storage class of its objects; absent means `Standard`.
    pub storage_class: Option<String>,
    /// `LRS` or `ZRS`: in how many zones its data is; absent leaves that to OSS.
    pub redundancy: Option<String>,
}

impl PutBucket {
    /// Creates a private bucket.
    pub fn new(bucket: BucketName) -> Self {
        Self {
            bucket,
            acl: None,
            storage_class: None,
            redundancy: None,
        }
    }

    pub(super) fn call(&self) -> Call {
        let mut call = Call::bucket(Operation::PutBucket, Method::PUT, &self.bucket);
        if let Some(acl) = &self.acl {
            call = call.header_text(HeaderName::from_static("x-oss-acl"), acl);
        }
        if self.storage_class.is_none() && self.redundancy.is_none() {
            return call;
        }
        let configuration = Configuration {
            storage_class: self.storage_class.as_deref(),
            data_redundancy_type: self.redundancy.as_deref(),
        };
        let document = xml::write("CreateBucketConfiguration", &configuration);
        call.document(document)
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Configuration<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    storage_class: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    data_redundancy_type: Option<&'a str>,
}

impl Client {
    /// Creates a bucket. To create one's own again is a success.
    ///
    /// # Errors
    /// [`ErrorKind::Conflict`](crate::ErrorKind::Conflict) if the name is somebody else's.
    /// # Cancellation
    /// After dropping the future the bucket may or may not be there.
    pub async fn put_bucket(&self, request: &PutBucket) -> Result<(), Error> {
        self.execute(&request.call(), Take::Document, |_| Ok(()))
            .await
    }
}
