use http::StatusCode;

use super::{Answer, Context, metadata};
use crate::answer;
use crate::refusal::Refusal;
use crate::request::Request;
use crate::xml::Document;

const ACLS: [&str; 3] = ["private", "public-read", "public-read-write"];

/// `GetBucketAcl`: who else may use a bucket; the official SDKs ask it whether a bucket exists.
pub(super) fn get(context: &Context<'_>) -> Answer {
    let document = context.store.with_bucket(context.bucket()?, |bucket| {
        Document::write("AccessControlPolicy", |policy| {
            super::write_owner(policy);
            policy.nest("AccessControlList", |acl| acl.text("Grant", &bucket.acl));
        })
    })?;
    Ok(answer::document(document))
}

/// `PutBucketAcl`: changes who else may use a bucket.
pub(super) fn put(context: &Context<'_>) -> Answer {
    let acl = asked(context.request)?;
    let acl = acl.ok_or_else(|| Refusal::missing_argument("x-oss-acl"))?;
    context.store.set_acl(context.bucket()?, acl)?;
    Ok(answer::empty(StatusCode::OK))
}

/// The ACL that a request names.
pub(super) fn asked(request: &Request) -> Result<Option<&str>, Refusal> {
    metadata::one_of(request, "x-oss-acl", &ACLS)
}
