use http::StatusCode;
use serde::Deserialize;

use super::{Answer, Context, Incoming};
use crate::answer;
use crate::refusal::Refusal;
use crate::store::Versioning;
use crate::xml;

const MAX_DOCUMENT_BYTES: usize = 64 * 1024;

#[derive(Debug, Deserialize)]
struct VersioningConfiguration {
    #[serde(rename = "Status")]
    status: String,
}

/// `PutBucketVersioning`: starts to keep versions, or ceases to make new ones.
pub(super) async fn run(context: &Context<'_>, body: &mut Incoming) -> Answer {
    let document = body.whole(MAX_DOCUMENT_BYTES).await?;
    let configuration: VersioningConfiguration = xml::parse("VersioningConfiguration", &document)?;
    let versioning = match configuration.status.as_str() {
        "Enabled" => Versioning::Enabled,
        "Suspended" => Versioning::Suspended,
        _ => return Err(Refusal::malformed_xml()),
    };
    context
        .store
        .set_versioning(context.bucket()?, versioning)?;
    Ok(answer::empty(StatusCode::OK))
}
