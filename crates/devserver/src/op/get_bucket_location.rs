use super::{Answer, Context};
use crate::answer;
use crate::xml::Document;

/// `GetBucketLocation`: the region of a bucket, as `oss-{region}`.
pub(super) fn run(context: &Context<'_>) -> Answer {
    let region = &context.settings.region;
    context.store.with_bucket(context.bucket()?, |_| ())?;
    // The one answer whose root holds text.
    let document = Document::of_text("LocationConstraint", &format!("oss-{region}"));
    Ok(answer::document(document))
}
