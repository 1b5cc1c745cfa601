use super::{Answer, Context};
use crate::answer;
use crate::xml::Document;

/// `GetBucketAcl`: who else may use a bucket; the official SDKs ask it whether a bucket exists.
pub(super) fn run(context: &Context<'_>) -> Answer {
    let document = context.store.with_bucket(context.bucket()?, |bucket| {
        Document::write("AccessControlPolicy", |policy| {
            super::write_owner(policy);
            policy.nest("AccessControlList", |acl| acl.text("Grant", &bucket.acl));
        })
    })?;
    Ok(answer::document(document))
}
