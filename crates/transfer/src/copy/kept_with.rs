use ossum_client::Client;
use ossum_client::op::{GetObjectTagging, ObjectHeaders, ObjectInfo};

use super::{Copy, Inherit};
use crate::error::Error;
use crate::kept_with;

/// What is kept with the copy: what was asked for, and for the rest what is kept with the source, if
/// that is to be.
///
/// A copy in parts takes nothing from its source by itself, so all of it is given; and in the same
/// way to a copy in one request, which so cannot differ.
pub(super) async fn kept_with(
    client: &Client,
    request: &Copy,
    info: &ObjectInfo,
) -> Result<ObjectHeaders, Error> {
    let asked = &request.headers;
    if request.inherit == Inherit::Nothing {
        return Ok(asked.clone());
    }
    let mut source = info.kept_with();
    if asked.tags.is_empty() && info.tag_count().unwrap_or(0) > 0 {
        source.tags = tags(client, request, info).await?;
    }
    Ok(kept_with::or_of_source(asked, source))
}

async fn tags(
    client: &Client,
    request: &Copy,
    info: &ObjectInfo,
) -> Result<Vec<(String, String)>, Error> {
    let source = request.source.clone();
    let get = GetObjectTagging {
        version_id: info.version_id.clone(),
        ..GetObjectTagging::new(source.bucket, source.key)
    };
    Ok(client.get_object_tagging(&get).await?.tags)
}
