use ossum_types::BucketName;

use super::{Answer, Context};
use crate::answer;
use crate::clock::xml_date;
use crate::store::Bucket;
use crate::xml::Document;

/// `GetBucketInfo`: what is known of a bucket.
pub(super) fn run(context: &Context<'_>) -> Answer {
    let name = context.bucket()?;
    let document = context.store.with_bucket(name, |bucket| {
        Document::write("BucketInfo", |info| {
            info.nest("Bucket", |element| {
                describe(element, context, name, bucket);
                element.text("DataRedundancyType", "LRS");
                if let Some(status) = bucket.versioning.as_str() {
                    element.text("Versioning", status);
                }
                element.nest("AccessControlList", |acl| acl.text("Grant", &bucket.acl));
                super::write_owner(element);
            });
        })
    })?;
    Ok(answer::document(document))
}

/// Writes what this operation and `ListBuckets` both tell of a bucket.
pub(super) fn describe(
    element: &mut Document,
    context: &Context<'_>,
    name: &BucketName,
    bucket: &Bucket,
) {
    let region = &context.settings.region;
    element.text("Name", name.as_str());
    element.value("Location", &format!("oss-{region}"));
    element.text("Region", region.as_str());
    element.text("CreationDate", &xml_date(bucket.created));
    // Both are this server: there is nothing inside and nothing outside.
    element.text("ExtranetEndpoint", &context.request.host);
    element.text("IntranetEndpoint", &context.request.host);
    element.text("StorageClass", &bucket.storage_class);
}
