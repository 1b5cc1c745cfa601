use super::{Answer, Context};
use crate::answer;
use crate::xml::Document;

/// `GetBucketVersioning`: an empty document for a bucket that never kept versions.
pub(super) fn run(context: &Context<'_>) -> Answer {
    let document = context.store.with_bucket(context.bucket()?, |bucket| {
        Document::write("VersioningConfiguration", |configuration| {
            if let Some(status) = bucket.versioning.as_str() {
                configuration.text("Status", status);
            }
        })
    })?;
    Ok(answer::document(document))
}
