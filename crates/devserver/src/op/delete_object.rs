use http::StatusCode;

use super::{Answer, Context};
use crate::answer;

/// `DeleteObject`: 204 whether the object was there or not.
pub(super) fn run(context: &Context<'_>) -> Answer {
    let (bucket, key) = context.object()?;
    context.store.delete_object(bucket, key)?;
    Ok(answer::empty(StatusCode::NO_CONTENT))
}
