use http::StatusCode;
use serde::Deserialize;

use super::{Answer, Context, Incoming, metadata, object_headers};
use crate::answer;
use crate::store::{Found, Object};
use crate::xml::{self, Document};

const MAX_DOCUMENT_BYTES: usize = 64 * 1024;

#[derive(Debug, Deserialize)]
struct Tagging {
    #[serde(rename = "TagSet")]
    set: TagSet,
}

#[derive(Debug, Deserialize)]
struct TagSet {
    #[serde(rename = "Tag", default)]
    tags: Vec<Tag>,
}

#[derive(Debug, Deserialize)]
struct Tag {
    #[serde(rename = "Key")]
    key: String,
    #[serde(rename = "Value", default)]
    value: String,
}

/// `GetObjectTagging`: the tags of an object.
pub(super) fn get(context: &Context<'_>) -> Answer {
    let (bucket, key) = context.object()?;
    let found = context.store.find(bucket, key, context.version())?;
    let document = Document::write("Tagging", |tagging| {
        tagging.nest("TagSet", |set| {
            for (key, value) in &found.object.metadata.tags {
                set.nest("Tag", |tag| {
                    tag.text("Key", key);
                    tag.text("Value", value);
                });
            }
        });
    });
    let mut response = answer::document(document);
    object_headers::name_version(&mut response, found.version.as_ref());
    Ok(response)
}

/// `PutObjectTagging`: replaces the tags of an object.
pub(super) async fn put(context: &Context<'_>, body: &mut Incoming) -> Answer {
    let document = body.whole(MAX_DOCUMENT_BYTES).await?;
    let tagging: Tagging = xml::parse("Tagging", &document)?;
    let tags = tagging.set.tags.into_iter();
    let tags = tags.map(|tag| (tag.key, tag.value)).collect();
    metadata::check_tags(&tags)?;
    replace(context, StatusCode::OK, tags)
}

/// `DeleteObjectTagging`: removes the tags of an object.
pub(super) fn delete(context: &Context<'_>) -> Answer {
    replace(context, StatusCode::NO_CONTENT, Vec::new())
}

fn replace(context: &Context<'_>, status: StatusCode, tags: metadata::Tags) -> Answer {
    let (bucket, key) = context.object()?;
    let change = |object: &Object| {
        let mut tagged = object.clone();
        tagged.metadata.tags = tags;
        Ok(tagged)
    };
    let Found { version, .. } = context
        .store
        .change(bucket, key, context.version(), change)?;
    let mut response = answer::empty(status);
    object_headers::name_version(&mut response, version.as_ref());
    Ok(response)
}
