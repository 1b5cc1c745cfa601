use http::StatusCode;
use md5::{Digest, Md5};
use ossum_types::limits::MAX_PAGE;
use ossum_types::{ObjectKey, VersionId};
use serde::Deserialize;

use super::listing::Encoding;
use super::receive::{check_md5, content_md5};
use super::{Answer, Context, Incoming};
use crate::answer;
use crate::refusal::Refusal;
use crate::store::Deleted;
use crate::xml::{self, Document};

/// A thousand keys of 1,023 bytes, most of them escaped.
const MAX_DOCUMENT_BYTES: usize = 8 * 1024 * 1024;

#[derive(Debug, Deserialize)]
struct Delete {
    #[serde(rename = "Quiet", default)]
    quiet: bool,
    #[serde(rename = "Object", default)]
    objects: Vec<Named>,
}

#[derive(Debug, Deserialize)]
struct Named {
    #[serde(rename = "Key")]
    key: String,
    #[serde(rename = "VersionId")]
    version: Option<String>,
}

/// `DeleteMultipleObjects`: up to 1,000 keys, there or not.
pub(super) async fn run(context: &Context<'_>, body: &mut Incoming) -> Answer {
    let bucket = context.bucket()?;
    let encoding = Encoding::of(&context.request.query)?;
    let delete = read(context, body).await?;
    context.store.with_bucket(bucket, |_| ())?;
    let mut all = Vec::with_capacity(delete.objects.len());
    for (key, version) in keys(&delete)?.iter().zip(delete.versions()) {
        all.push(match version {
            None => context.store.delete_object(bucket, key, context.now)?,
            Some(version) => context.store.delete_version(bucket, key, version)?,
        });
    }
    if delete.quiet {
        return Ok(answer::empty(StatusCode::OK));
    }
    let document = Document::write("DeleteResult", |result| {
        encoding.declare(result);
        for ((named, asked), deleted) in delete.objects.iter().zip(delete.versions()).zip(&all) {
            result.nest("Deleted", |element| {
                encoding.write(element, "Key", &named.key);
                write_deleted(element, asked, deleted);
            });
        }
    });
    Ok(answer::document(document))
}

/// Says which version went, or which delete marker came.
fn write_deleted(element: &mut Document, asked: Option<&str>, deleted: &Deleted) {
    if let Some(version) = asked {
        element.text("VersionId", version);
    }
    if deleted.marker {
        element.text("DeleteMarker", "true");
        let marker = deleted.version.as_ref().map_or("", VersionId::as_str);
        element.text("DeleteMarkerVersionId", marker);
    }
}

/// The keys of what is to go: all are read before the first one does.
fn keys(delete: &Delete) -> Result<Vec<ObjectKey>, Refusal> {
    let keys = delete.objects.iter().map(|named| named.key.parse());
    keys.map(|key| key.map_err(|_| Refusal::malformed_xml()))
        .collect()
}

impl Delete {
    /// The versions that are named, key by key.
    fn versions(&self) -> impl Iterator<Item = Option<&str>> {
        let versions = self.objects.iter().map(|named| named.version.as_deref());
        versions.map(|version| version.filter(|version| !version.is_empty()))
    }
}

async fn read(context: &Context<'_>, body: &mut Incoming) -> Result<Delete, Refusal> {
    let missing = || Refusal::missing_argument("Content-MD5");
    let expected = content_md5(context.request)?.ok_or_else(missing)?;
    let document = body.whole(MAX_DOCUMENT_BYTES).await?;
    check_md5(Some(expected), Some(Md5::digest(&document).into()))?;
    let delete: Delete = xml::parse("Delete", &document)?;
    if delete.objects.is_empty() || delete.objects.len() > MAX_PAGE as usize {
        return Err(Refusal::malformed_xml());
    }
    Ok(delete)
}
