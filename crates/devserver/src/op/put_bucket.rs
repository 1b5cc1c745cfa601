use http::StatusCode;
use serde::Deserialize;

use super::{Answer, Context, Incoming, bucket_acl, metadata};
use crate::answer;
use crate::refusal::Refusal;
use crate::store::Bucket;
use crate::xml;

/// More than any bucket configuration needs.
const MAX_DOCUMENT_BYTES: usize = 64 * 1024;

#[derive(Debug, Default, Deserialize)]
struct CreateBucketConfiguration {
    #[serde(rename = "StorageClass")]
    storage_class: Option<String>,
}

/// `PutBucket`: makes a bucket; one that is there stays as it is.
pub(super) async fn run(context: &Context<'_>, body: &mut Incoming) -> Answer {
    let name = context.bucket()?;
    let acl = bucket_acl::asked(context.request)?.unwrap_or("private");
    let document = body.whole(MAX_DOCUMENT_BYTES).await?;
    let class = storage_class(&document)?;
    let bucket = Bucket::new(context.now, &class, acl);
    context.store.create_bucket(name, bucket)?;
    let mut response = answer::empty(StatusCode::OK);
    answer::set(&mut response, http::header::LOCATION, format!("/{name}"));
    Ok(response)
}

fn storage_class(document: &[u8]) -> Result<String, Refusal> {
    let configuration = if document.is_empty() {
        CreateBucketConfiguration::default()
    } else {
        xml::parse("CreateBucketConfiguration", document)?
    };
    let class = configuration.storage_class;
    let class = class.unwrap_or_else(|| "Standard".to_owned());
    if !metadata::is_storage_class(&class) {
        let message = "The storage class is not allowed.";
        return Err(Refusal::argument("StorageClass", &class, message));
    }
    Ok(class)
}
