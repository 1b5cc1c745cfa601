use super::listing::page_size;
use super::{Answer, Context, get_bucket_info};
use crate::answer;
use crate::xml::Document;

const DEFAULT_PAGE: u32 = 100;

/// `ListBuckets`: the buckets of the service, by name.
pub(super) fn run(context: &Context<'_>) -> Answer {
    let query = &context.request.query;
    let limit = page_size(query, "max-keys", DEFAULT_PAGE)?;
    let prefix = query.get("prefix").unwrap_or("");
    let marker = query.get("marker").unwrap_or("");
    let document = context.store.with_buckets(|buckets| {
        let mut rest = buckets
            .iter()
            .filter(|(name, _)| name.as_str().starts_with(prefix) && name.as_str() > marker);
        let page: Vec<_> = rest.by_ref().take(limit).collect();
        let next = rest.next().and(page.last()).map(|(name, _)| name.as_str());
        Document::write("ListAllMyBucketsResult", |result| {
            result.text("Prefix", prefix);
            result.text("Marker", marker);
            result.value("MaxKeys", &limit);
            result.value("IsTruncated", &next.is_some());
            if let Some(next) = next {
                result.text("NextMarker", next);
            }
            super::write_owner(result);
            result.nest("Buckets", |list| {
                for (name, bucket) in page {
                    list.nest("Bucket", |element| {
                        get_bucket_info::describe(element, context, name, bucket);
                    });
                }
            });
        })
    });
    Ok(answer::document(document))
}
