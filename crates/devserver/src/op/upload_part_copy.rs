use http::header::ETAG;
use ossum_types::limits::MAX_PART_BYTES;
use ossum_types::{ByteRange, Crc64};

use super::copy_source::{CopySource, hash};
use super::{Answer, Context, etag, object_headers, range, upload_part};
use crate::answer;
use crate::clock::xml_date;
use crate::refusal::Refusal;
use crate::settings::ETagForm;
use crate::store::{Found, Part};
use crate::xml::Document;

/// `UploadPartCopy`: adds a range of an object to an upload; the two share its bytes.
pub(super) async fn run(context: &Context<'_>) -> Answer {
    let (bucket, key) = context.object()?;
    let number = upload_part::part_number(context)?;
    let (id, encrypted) =
        context
            .store
            .with_upload(bucket, key, context.upload_id(), |id, upload| {
                (id.clone(), etag::is_opaque(&upload.metadata))
            })?;
    let source = CopySource::find(context)?;
    let part = part(context, &source.found, encrypted).await?;
    let mut response = answer::document(Document::write("CopyPartResult", |result| {
        result.text("LastModified", &xml_date(part.modified));
        result.text("ETag", &part.etag.quoted());
    }));
    // The SDKs `oss2` and `ali-oss` look for the ETag in its header, not in the document.
    answer::set(&mut response, ETAG, part.etag.quoted());
    object_headers::name_source(&mut response, &source.found);
    context.store.put_part(bucket, key, &id, number, part)?;
    Ok(response)
}

async fn part(context: &Context<'_>, source: &Found, encrypted: bool) -> Result<Part, Refusal> {
    let object = &source.object;
    let range = range::of_copy(context.request, object.size);
    let size = range.map_or(0, ByteRange::len);
    if size > MAX_PART_BYTES {
        return Err(Refusal::too_large(size, MAX_PART_BYTES));
    }
    let opaque = encrypted || context.settings.etags == ETagForm::Opaque;
    // What is known already is not read again.
    let (crc64, md5) = match range {
        None => (Crc64::EMPTY, None),
        Some(_) if size == object.size && opaque => (object.crc64, None),
        Some(range) => {
            let hashes = hash(object, range).await?;
            (hashes.crc64, Some(hashes.md5))
        }
    };
    let form = etag::form(context.settings.etags, encrypted);
    Ok(Part {
        etag: etag::of_simple(form, md5.or(etag::md5_of_nothing(size)), context.now),
        crc64,
        size,
        modified: context.now,
        pieces: range.map_or_else(Vec::new, |range| object.pieces_in(range)),
    })
}
