use http::StatusCode;
use ossum_types::limits::{MAX_PARTS, MIN_UPLOAD_PART_BYTES};
use ossum_types::{Crc64, ETag, PartNumber};
use serde::Deserialize;

use super::callback::Callback;
use super::listing::Encoding;
use super::{Answer, Context, Incoming, etag, object_headers};
use crate::answer;
use crate::refusal::Refusal;
use crate::store::{Object, ObjectKind, Part, Upload};
use crate::xml::{self, Document};

/// 10,000 parts with long ETags and generous white space.
const MAX_DOCUMENT_BYTES: usize = 4 * 1024 * 1024;

#[derive(Debug, Deserialize)]
struct CompleteMultipartUpload {
    #[serde(rename = "Part", default)]
    parts: Vec<ListedPart>,
}

#[derive(Debug, Deserialize)]
struct ListedPart {
    #[serde(rename = "PartNumber")]
    number: u32,
    #[serde(rename = "ETag")]
    etag: String,
}

/// Which parts of an upload are to make the object.
enum Choice {
    /// Those that the client lists.
    Listed(Vec<ListedPart>),
    /// All there are: `x-oss-complete-all: yes`.
    All,
}

/// `CompleteMultipartUpload`: makes the object of the parts.
pub(super) async fn run(context: &Context<'_>, body: &mut Incoming) -> Answer {
    let (bucket, key) = context.object()?;
    let encoding = Encoding::of(&context.request.query)?;
    let callback = Callback::of(context.request)?;
    let choice = choice(context, body).await?;
    let stored = context.store.complete_upload(
        bucket,
        key,
        context.upload_id(),
        context.overwrite(),
        |upload| assemble(context, upload, &choice),
    )?;
    let document = Document::write("CompleteMultipartUploadResult", |result| {
        encoding.declare(result);
        let location = format!("http://{}{}", context.request.host, context.path());
        result.text("Location", &location);
        result.text("Bucket", bucket.as_str());
        result.text("Key", &encoding.apply(key.as_str()));
        result.text("ETag", &stored.object.etag.quoted());
    });
    let mut response = answer::document(document);
    object_headers::identify(&mut response, &stored.object);
    object_headers::name_version(&mut response, stored.version.as_ref());
    object_headers::tell_encryption(&mut response, &stored.object.metadata);
    match callback {
        Some(callback) => callback.call(context, &stored.object, response).await,
        None => Ok(response),
    }
}

async fn choice(context: &Context<'_>, body: &mut Incoming) -> Result<Choice, Refusal> {
    let all = context.request.header("x-oss-complete-all") == Some("yes");
    let document = body.whole(MAX_DOCUMENT_BYTES).await?;
    if all && !document.is_empty() {
        let message = "A request to complete all parts must not list any.";
        return Err(Refusal::argument("x-oss-complete-all", "yes", message));
    }
    if all {
        return Ok(Choice::All);
    }
    let list: CompleteMultipartUpload = xml::parse("CompleteMultipartUpload", &document)?;
    if list.parts.is_empty() || list.parts.len() > MAX_PARTS as usize {
        return Err(Refusal::malformed_xml());
    }
    Ok(Choice::Listed(list.parts))
}

fn assemble(context: &Context<'_>, upload: &Upload, choice: &Choice) -> Result<Object, Refusal> {
    let parts = match choice {
        Choice::Listed(listed) => chosen(upload, listed)?,
        Choice::All => upload.parts.iter().map(|(n, part)| (*n, part)).collect(),
    };
    check_sizes(&parts)?;
    let parts: Vec<&Part> = parts.into_iter().map(|(_, part)| part).collect();
    let etags = parts.iter().map(|part| &part.etag);
    let form = etag::form(context.settings.etags, etag::is_opaque(&upload.metadata));
    Ok(Object {
        metadata: upload.metadata.clone(),
        etag: etag::of_parts(form, etags, context.now),
        crc64: parts.iter().fold(Crc64::EMPTY, |crc64, part| {
            crc64.combine(part.crc64, part.size)
        }),
        size: parts.iter().map(|part| part.size).sum(),
        modified: context.now,
        kind: ObjectKind::Multipart,
        pieces: parts.iter().flat_map(|part| part.pieces.clone()).collect(),
        restored: None,
    })
}

/// The parts that `listed` names, which must ascend and be there with the same ETag.
fn chosen<'u>(
    upload: &'u Upload,
    listed: &[ListedPart],
) -> Result<Vec<(PartNumber, &'u Part)>, Refusal> {
    if !listed.is_sorted_by(|a, b| a.number < b.number) {
        let message = "The list of parts was not in ascending order.";
        let status = StatusCode::BAD_REQUEST;
        return Err(Refusal::new(status, "InvalidPartOrder", message));
    }
    listed.iter().map(|listed| find(upload, listed)).collect()
}

fn find<'u>(upload: &'u Upload, listed: &ListedPart) -> Result<(PartNumber, &'u Part), Refusal> {
    let number = PartNumber::new(listed.number).ok();
    let part = number.and_then(|number| Some((number, upload.parts.get(&number)?)));
    let etag = listed.etag.parse::<ETag>().ok();
    part.filter(|(_, part)| Some(&part.etag) == etag.as_ref())
        .ok_or_else(|| {
            let message = "One or more of the specified parts could not be found or the \
                           specified entity tag might not have matched the part's entity tag.";
            Refusal::new(StatusCode::BAD_REQUEST, "InvalidPart", message)
                .detail("PartNumber", listed.number.to_string())
                .detail("ETag", &*listed.etag)
        })
}

/// Every part but the last has the least size; an upload of no parts is nothing.
fn check_sizes(parts: &[(PartNumber, &Part)]) -> Result<(), Refusal> {
    let Some((_, but_last)) = parts.split_last() else {
        let message = "The upload has no parts.";
        return Err(Refusal::new(
            StatusCode::BAD_REQUEST,
            "InvalidPart",
            message,
        ));
    };
    let small = but_last
        .iter()
        .find(|(_, part)| part.size < MIN_UPLOAD_PART_BYTES);
    let Some((number, part)) = small else {
        return Ok(());
    };
    let message = "Your proposed upload smaller than the minimum allowed size.";
    let refusal = Refusal::new(StatusCode::BAD_REQUEST, "EntityTooSmall", message);
    Err(refusal
        .detail("ProposedSize", part.size.to_string())
        .detail("MinSizeAllowed", MIN_UPLOAD_PART_BYTES.to_string())
        .detail("PartNumber", number.to_string())
        .detail("ETag", part.etag.quoted()))
}
