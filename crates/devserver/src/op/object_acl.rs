use http::StatusCode;

use super::{Answer, Context, metadata, object_headers};
use crate::answer;
use crate::refusal::Refusal;
use crate::store::Object;
use crate::xml::Document;

/// What an object has that was given no ACL: that of its bucket.
const INHERITED: &str = "default";

/// `GetObjectAcl`: who else may use an object.
pub(super) fn get(context: &Context<'_>) -> Answer {
    let (bucket, key) = context.object()?;
    let found = context.store.find(bucket, key, context.version())?;
    let grant = found.object.metadata.acl.as_deref().unwrap_or(INHERITED);
    let document = Document::write("AccessControlPolicy", |policy| {
        super::write_owner(policy);
        policy.nest("AccessControlList", |acl| acl.text("Grant", grant));
    });
    let mut response = answer::document(document);
    object_headers::name_version(&mut response, found.version.as_ref());
    Ok(response)
}

/// `PutObjectAcl`: changes who else may use an object.
pub(super) fn put(context: &Context<'_>) -> Answer {
    let (bucket, key) = context.object()?;
    let acl = metadata::acl(context.request)?;
    let acl = acl.ok_or_else(|| Refusal::missing_argument("x-oss-object-acl"))?;
    let change = |object: &Object| {
        let mut changed = object.clone();
        changed.metadata.acl = Some(acl.to_owned());
        Ok(changed)
    };
    let changed = context
        .store
        .change(bucket, key, context.version(), change)?;
    let mut response = answer::empty(StatusCode::OK);
    object_headers::name_version(&mut response, changed.version.as_ref());
    Ok(response)
}
