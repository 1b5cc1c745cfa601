use std::collections::BTreeMap;

use ossum_types::UploadId;

use super::listing::Encoding;
use super::{Answer, Context, metadata, object_headers};
use crate::answer;
use crate::id;
use crate::store::Upload;
use crate::xml::Document;

/// `InitiateMultipartUpload`: opens an upload; all but the bytes is fixed here.
pub(super) fn run(context: &Context<'_>) -> Answer {
    let (bucket, key) = context.object()?;
    let encoding = Encoding::of(&context.request.query)?;
    let class = context.bucket_class()?;
    let metadata = metadata::of(context.request, &class)?;
    let upload = Upload {
        metadata: metadata.clone(),
        initiated: context.now,
        parts: BTreeMap::new(),
    };
    let id: UploadId = id::unique(context.now)
        .parse()
        .expect("hexadecimal digits are an upload ID");
    let overwrite = context.overwrite();
    context
        .store
        .open_upload(bucket, key, id.clone(), upload, overwrite)?;
    let document = Document::write("InitiateMultipartUploadResult", |result| {
        encoding.declare(result);
        result.text("Bucket", bucket.as_str());
        result.text("Key", &encoding.apply(key.as_str()));
        result.text("UploadId", id.as_str());
    });
    let mut response = answer::document(document);
    object_headers::tell_encryption(&mut response, &metadata);
    Ok(response)
}
