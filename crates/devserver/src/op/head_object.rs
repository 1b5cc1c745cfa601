use std::sync::Arc;

use http::StatusCode;

use super::delete_object::is_the_only_version;
use super::{Answer, Context, condition, object_headers};
use crate::answer;
use crate::refusal::Refusal;
use crate::store::Object;

/// `HeadObject`: all that is known of an object.
pub(super) fn run(context: &Context<'_>) -> Answer {
    let object = find(context)?;
    condition::check(context.request, &object)?;
    let mut response = answer::empty(StatusCode::OK);
    object_headers::describe(&mut response, &object);
    object_headers::measure(&mut response, object.size);
    Ok(response)
}

/// `GetObjectMeta`: what is cheap to know of an object.
pub(super) fn run_meta(context: &Context<'_>) -> Answer {
    let object = find(context)?;
    let mut response = answer::empty(StatusCode::OK);
    object_headers::identify(&mut response, &object);
    let modified = crate::clock::http_date(object.modified);
    answer::set(&mut response, http::header::LAST_MODIFIED, modified);
    object_headers::measure(&mut response, object.size);
    Ok(response)
}

/// The object and version that the request names.
pub(super) fn find(context: &Context<'_>) -> Result<Arc<Object>, Refusal> {
    let (bucket, key) = context.object()?;
    let object = context.store.object(bucket, key)?;
    let version = context.request.query.get("versionId");
    if is_the_only_version(version) {
        return Ok(object);
    }
    let message = "The specified version does not exist.";
    let refusal = Refusal::new(StatusCode::NOT_FOUND, "NoSuchVersion", message);
    Err(refusal.detail("VersionId", version.unwrap_or("")))
}
