use http::StatusCode;
use md5::{Digest, Md5};
use ossum_types::ObjectKey;
use ossum_types::limits::MAX_PAGE;
use serde::Deserialize;

use super::delete_object::is_the_only_version;
use super::listing::Encoding;
use super::receive::{check_md5, content_md5};
use super::{Answer, Context, Incoming};
use crate::answer;
use crate::refusal::Refusal;
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
    for key in &doomed(&delete)? {
        context.store.delete_object(bucket, key)?;
    }
    if delete.quiet {
        return Ok(answer::empty(StatusCode::OK));
    }
    let document = Document::write("DeleteResult", |result| {
        encoding.declare(result);
        for named in &delete.objects {
            result.nest("Deleted", |deleted| {
                encoding.write(deleted, "Key", &named.key);
            });
        }
    });
    Ok(answer::document(document))
}

/// The keys of what is to go: all are read before the first one does.
fn doomed(delete: &Delete) -> Result<Vec<ObjectKey>, Refusal> {
    let all = delete.objects.iter();
    all.filter(|named| is_the_only_version(named.version.as_deref()))
        .map(|named| named.key.parse().map_err(|_| Refusal::malformed_xml()))
        .collect()
}

async fn read(context: &Context<'_>, body: &mut Incoming) -> Result<Delete, Refusal> {
    let expected = content_md5(context.request)?.ok_or_else(|| {
        let message = "Missing Some Required Arguments.";
        Refusal::new(StatusCode::BAD_REQUEST, "MissingArgument", message)
            .detail("ArgumentName", "Content-MD5")
    })?;
    let document = body.whole(MAX_DOCUMENT_BYTES).await?;
    check_md5(Some(expected), Some(Md5::digest(&document).into()))?;
    let delete: Delete = xml::parse("Delete", &document)?;
    if delete.objects.is_empty() || delete.objects.len() > MAX_PAGE as usize {
        return Err(Refusal::malformed_xml());
    }
    Ok(delete)
}
