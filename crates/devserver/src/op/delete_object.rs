use http::StatusCode;

use super::{Answer, Context, object_headers};
use crate::answer;

/// `DeleteObject`: 204 whether the object, or the version of it, was there or not.
pub(super) fn run(context: &Context<'_>) -> Answer {
    let (bucket, key) = context.object()?;
    let deleted = match context.version() {
        None => context.store.delete_object(bucket, key, context.now)?,
        Some(version) => context.store.delete_version(bucket, key, version)?,
    };
    let mut response = answer::empty(StatusCode::NO_CONTENT);
    object_headers::name_version(&mut response, deleted.version.as_ref());
    if deleted.marker {
        answer::set_oss(&mut response, "x-oss-delete-marker", "true");
    }
    Ok(response)
}
