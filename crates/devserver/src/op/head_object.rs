use http::StatusCode;

use super::symlink::{self, Shown};
use super::{Answer, Context, condition, object_headers, restoration};
use crate::answer;
use crate::refusal::Refusal;
use crate::store::Found;

/// `HeadObject`: all that is known of an object.
pub(super) fn run(context: &Context<'_>) -> Answer {
    let Shown { found, source } = find(context)?;
    let Found { object, version } = found;
    condition::check(context.request, &object)?;
    let mut response = answer::empty(StatusCode::OK);
    object_headers::describe(&mut response, &object);
    restoration::tell(&mut response, &source, context.now);
    object_headers::name_version(&mut response, version.as_ref());
    object_headers::measure(&mut response, object.size);
    Ok(response)
}

/// `GetObjectMeta`: what is cheap to know of an object.
pub(super) fn run_meta(context: &Context<'_>) -> Answer {
    let Found { object, version } = find(context)?.found;
    let mut response = answer::empty(StatusCode::OK);
    object_headers::identify(&mut response, &object);
    object_headers::name_version(&mut response, version.as_ref());
    let modified = crate::clock::http_date(object.modified);
    answer::set(&mut response, http::header::LAST_MODIFIED, modified);
    object_headers::measure(&mut response, object.size);
    Ok(response)
}

/// The object and version that the request names, or what it links to.
pub(super) fn find(context: &Context<'_>) -> Result<Shown, Refusal> {
    let (bucket, key) = context.object()?;
    let found = context.store.find(bucket, key, context.version())?;
    symlink::follow(context, found)
}
