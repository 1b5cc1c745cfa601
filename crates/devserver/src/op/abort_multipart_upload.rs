use http::StatusCode;

use super::{Answer, Context};
use crate::answer;

/// `AbortMultipartUpload`: ends an upload and drops its parts.
pub(super) fn run(context: &Context<'_>) -> Answer {
    let (bucket, key) = context.object()?;
    context
        .store
        .abort_upload(bucket, key, context.upload_id())?;
    Ok(answer::empty(StatusCode::NO_CONTENT))
}
