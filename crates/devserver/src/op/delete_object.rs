use http::StatusCode;

use super::{Answer, Context};
use crate::answer;

/// `DeleteObject`: 204 whether the object, or the version of it, was there or not.
pub(super) fn run(context: &Context<'_>) -> Answer {
    let (bucket, key) = context.object()?;
    if is_the_only_version(context.request.query.get("versionId")) {
        context.store.delete_object(bucket, key)?;
    } else {
        context.store.with_bucket(bucket, |_| ())?;
    }
    Ok(answer::empty(StatusCode::NO_CONTENT))
}

/// Whether a request that names this version means the object there is.
///
/// Buckets here have no versioning: every object is the version `null`.
pub(super) fn is_the_only_version(version: Option<&str>) -> bool {
    matches!(version, None | Some("" | "null"))
}
