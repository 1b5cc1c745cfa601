use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use http::StatusCode;
use ossum_types::limits::MAX_PUT_BYTES;

use super::receive::receive;
use super::{Answer, Context, Incoming, etag, metadata, object_headers};
use crate::answer;
use crate::refusal::Refusal;
use crate::store::{Object, ObjectKind, Overwrite, Piece};

/// `PutObject`: makes an object of the body.
pub(super) async fn run(context: &Context<'_>, body: &mut Incoming) -> Answer {
    let (bucket, key) = context.object()?;
    let (class, taken) = context.store.with_bucket(bucket, |bucket| {
        (
            bucket.storage_class.clone(),
            bucket.objects.contains_key(key),
        )
    })?;
    // Refuse early what will be refused at the end: the body may be long.
    if taken && context.overwrite() == Overwrite::Forbid {
        return Err(Refusal::already_exists());
    }
    let metadata = metadata::of(context.request, &class)?;
    let received = receive(context, body, MAX_PUT_BYTES).await?;
    let object = Object {
        metadata,
        etag: etag::of_simple(context.settings.etags, received.md5, context.now),
        crc64: received.crc64,
        size: received.len,
        modified: context.now,
        kind: ObjectKind::Normal,
        pieces: vec![Piece {
            len: received.len,
            blob: received.blob,
        }],
    };
    let mut response = answer::empty(StatusCode::OK);
    object_headers::identify(&mut response, &object);
    if let Some(md5) = received.md5 {
        answer::set(
            &mut response,
            http::HeaderName::from_static("content-md5"),
            BASE64.encode(md5),
        );
    }
    context
        .store
        .publish(bucket, key, object, context.overwrite())?;
    Ok(response)
}
