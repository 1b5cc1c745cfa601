use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use http::StatusCode;
use ossum_types::PartNumber;
use ossum_types::limits::MAX_PART_BYTES;

use super::receive::receive;
use super::{Answer, Context, Incoming, etag};
use crate::answer;
use crate::refusal::Refusal;
use crate::store::{Part, Piece};

/// `UploadPart`: adds the body to an upload under a number.
pub(super) async fn run(context: &Context<'_>, body: &mut Incoming) -> Answer {
    let (bucket, key) = context.object()?;
    let number = part_number(context)?;
    let (id, encrypted) =
        context
            .store
            .with_upload(bucket, key, context.upload_id(), |id, upload| {
                (id.clone(), etag::is_opaque(&upload.metadata))
            })?;
    let received = receive(context, body, MAX_PART_BYTES).await?;
    let form = etag::form(context.settings.etags, encrypted);
    let part = Part {
        etag: etag::of_simple(form, received.md5, context.now),
        crc64: received.crc64,
        size: received.len,
        modified: context.now,
        pieces: vec![Piece::whole(received.blob)],
    };
    let mut response = answer::empty(StatusCode::OK);
    answer::set(&mut response, http::header::ETAG, part.etag.quoted());
    let crc64 = part.crc64.to_string();
    answer::set_oss(&mut response, "x-oss-hash-crc64ecma", crc64);
    if let Some(md5) = received.md5 {
        answer::set_oss(&mut response, "content-md5", BASE64.encode(md5));
    }
    context.store.put_part(bucket, key, &id, number, part)?;
    Ok(response)
}

/// The part number that the request names.
pub(super) fn part_number(context: &Context<'_>) -> Result<PartNumber, Refusal> {
    let text = context.request.query.get("partNumber").unwrap_or("");
    text.parse().map_err(|_| {
        let message = "Part number must be an integer between 1 and 10000, inclusive.";
        Refusal::argument("partNumber", text, message)
    })
}
