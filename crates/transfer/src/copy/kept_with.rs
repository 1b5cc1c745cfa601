use std::collections::BTreeMap;

use ossum_client::Client;
use ossum_client::op::{GetObjectTagging, ObjectHeaders, ObjectInfo};

use super::Copy;
use crate::error::Error;

/// What is kept with the copy: what was asked for, and for the rest what is kept with the source.
///
/// A copy in parts takes nothing from its source by itself, so all of it is given; and in the same
/// way to a copy in one request, which so cannot differ.
pub(super) async fn kept_with(
    client: &Client,
    request: &Copy,
    info: &ObjectInfo,
) -> Result<ObjectHeaders, Error> {
    let asked = request.headers.clone();
    let tags = if asked.tags.is_empty() && info.tag_count.unwrap_or(0) > 0 {
        tags(client, request, info).await?
    } else {
        asked.tags
    };
    let source = |field: &Option<String>| field.clone();
    Ok(ObjectHeaders {
        content_type: asked.content_type.or_else(|| source(&info.content_type)),
        cache_control: asked.cache_control.or_else(|| source(&info.cache_control)),
        content_disposition: asked
            .content_disposition
            .or_else(|| source(&info.content_disposition)),
        content_encoding: asked
            .content_encoding
            .or_else(|| source(&info.content_encoding)),
        expires: asked.expires.or_else(|| source(&info.expires)),
        metadata: merged(&info.metadata, asked.metadata),
        tags,
        ..asked
    })
}

/// Names are written in any case, and are the same whatever it is.
fn merged(source: &[(String, String)], asked: Vec<(String, String)>) -> Vec<(String, String)> {
    let all = source.iter().cloned().chain(asked);
    let all: BTreeMap<String, String> = all
        .map(|(name, value)| (name.to_ascii_lowercase(), value))
        .collect();
    all.into_iter().collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_takes_the_place_of_what_the_source_has() {
        let pairs = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
            let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
            pairs.iter().map(owned).collect()
        };
        let source = pairs(&[("a", "1"), ("b", "2")]);
        let asked = pairs(&[("B", "3"), ("c", "4")]);
        assert_eq!(
            merged(&source, asked),
            pairs(&[("a", "1"), ("b", "3"), ("c", "4")])
        );
    }
}
