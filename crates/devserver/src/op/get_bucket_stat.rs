use super::{Answer, Context};
use crate::answer;
use crate::store::{Bucket, Versions};
use crate::xml::Document;

/// `GetBucketStat`: how much a bucket holds. OSS counts it now and then; this server does at once.
pub(super) fn run(context: &Context<'_>) -> Answer {
    let document = context.store.with_bucket(context.bucket()?, |bucket| {
        let sizes = object_sizes(bucket);
        Document::write("BucketStat", |stat| {
            stat.value("Storage", &(sizes.iter().sum::<u64>() + part_bytes(bucket)));
            stat.value("ObjectCount", &sizes.len());
            stat.value("MultipartUploadCount", &bucket.uploads.len());
        })
    })?;
    Ok(answer::document(document))
}

/// Of every version that is kept.
fn object_sizes(bucket: &Bucket) -> Vec<u64> {
    let versions = bucket.keys.values().flat_map(Versions::newest_first);
    versions
        .filter_map(|version| Some(version.object()?.size))
        .collect()
}

fn part_bytes(bucket: &Bucket) -> u64 {
    let parts = bucket
        .uploads
        .values()
        .flat_map(|upload| upload.parts.values());
    parts.map(|part| part.size).sum()
}
