use http::StatusCode;

use super::{Answer, Context};
use crate::answer;

/// `HeadBucket`: whether there is a bucket, as the official C SDK asks.
pub(super) fn run(context: &Context<'_>) -> Answer {
    context.store.with_bucket(context.bucket()?, |_| ())?;
    Ok(answer::empty(StatusCode::OK))
}
