use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use http::StatusCode;
use ossum_types::limits::MAX_PUT_BYTES;

use super::callback::Callback;
use super::receive::receive;
use super::{Answer, Context, Incoming, etag, metadata, object_headers};
use crate::answer;
use crate::store::{Object, ObjectKind, Piece};

/// `PutObject`: makes an object of the body.
pub(super) async fn run(context: &Context<'_>, body: &mut Incoming) -> Answer {
    let (bucket, key) = context.object()?;
    // Refuse early what will be refused at the end: the body may be long.
    context
        .store
        .check_overwrite(bucket, key, context.overwrite())?;
    let class = context.bucket_class()?;
    let metadata = metadata::of(context.request, &class)?;
    let callback = Callback::of(context.request)?;
    let received = receive(context, body, MAX_PUT_BYTES).await?;
    let form = etag::form(context.settings.etags, etag::is_opaque(&metadata));
    let object = Object {
        metadata,
        etag: etag::of_simple(form, received.md5, context.now),
        crc64: received.crc64,
        size: received.len,
        modified: context.now,
        kind: ObjectKind::Normal,
        pieces: vec![Piece::whole(received.blob)],
        restored: None,
    };
    let stored = context
        .store
        .publish(bucket, key, object, context.overwrite())?;
    let mut response = answer::empty(StatusCode::OK);
    object_headers::identify(&mut response, &stored.object);
    object_headers::name_version(&mut response, stored.version.as_ref());
    object_headers::tell_encryption(&mut response, &stored.object.metadata);
    if let Some(md5) = received.md5 {
        answer::set(
            &mut response,
            http::HeaderName::from_static("content-md5"),
            BASE64.encode(md5),
        );
    }
    match callback {
        Some(callback) => callback.call(context, &stored.object, response).await,
        None => Ok(response),
    }
}
