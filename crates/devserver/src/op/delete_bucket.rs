use http::StatusCode;

use super::{Answer, Context};
use crate::answer;

/// `DeleteBucket`: removes an empty bucket.
pub(super) fn run(context: &Context<'_>) -> Answer {
    context.store.delete_bucket(context.bucket()?)?;
    Ok(answer::empty(StatusCode::NO_CONTENT))
}
