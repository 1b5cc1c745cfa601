use http::{HeaderName, HeaderValue, StatusCode};
use ossum_types::limits::MAX_PUT_BYTES;

use super::listing::number;
use super::receive::{Received, receive};
use super::{Answer, Context, Incoming, etag, metadata, object_headers};
use crate::answer;
use crate::refusal::Refusal;
use crate::store::{Metadata, Object, ObjectKind, Piece};

/// `AppendObject`: adds the body to the end of an object, which it makes if there is none.
pub(super) async fn run(context: &Context<'_>, body: &mut Incoming) -> Answer {
    let (bucket, key) = context.object()?;
    let position = position(context)?;
    // Refuse early what will be refused at the end: the body may be long.
    context
        .store
        .with_appended(bucket, key, |object| check(object, position))??;
    let metadata = metadata::of(context.request, &context.bucket_class()?)?;
    let received = receive(context, body, MAX_PUT_BYTES).await?;
    let stored = context.store.append(bucket, key, |object| {
        check(object, position)?;
        grown(context, object, metadata, &received)
    })?;
    let object = &stored.object;
    let mut response = answer::empty(StatusCode::OK);
    object_headers::identify(&mut response, object);
    object_headers::name_version(&mut response, stored.version.as_ref());
    object_headers::tell_encryption(&mut response, &object.metadata);
    let next = object.size.to_string();
    answer::set_oss(&mut response, "x-oss-next-append-position", next);
    Ok(response)
}

fn position(context: &Context<'_>) -> Result<u64, Refusal> {
    let query = &context.request.query;
    if query.non_empty("position").is_none() {
        return Err(Refusal::missing_argument("position"));
    }
    number(query, "position", 0)
}

/// Refuses an object that cannot grow, or not from `position` on.
fn check(object: Option<&Object>, position: u64) -> Result<(), Refusal> {
    if object.is_some_and(|object| object.kind != ObjectKind::Appendable) {
        return Err(Refusal::not_appendable());
    }
    let end = object.map_or(0, |object| object.size);
    if position == end {
        return Ok(());
    }
    let message = "Position is not equal to file length";
    let refusal = Refusal::new(StatusCode::CONFLICT, "PositionNotEqualToLength", message);
    let next = HeaderName::from_static("x-oss-next-append-position");
    Err(refusal.header(next, HeaderValue::from(end)))
}

/// The object with what was received at its end; `metadata` is that of a new one.
fn grown(
    context: &Context<'_>,
    object: Option<&Object>,
    metadata: Metadata,
    received: &Received,
) -> Result<Object, Refusal> {
    let piece = Piece::whole(received.blob.clone());
    let new = Object {
        metadata,
        etag: etag::opaque(context.now),
        crc64: received.crc64,
        size: received.len,
        modified: context.now,
        kind: ObjectKind::Appendable,
        pieces: vec![piece.clone()],
        restored: None,
    };
    let Some(old) = object else {
        return Ok(new);
    };
    let size = old.size.saturating_add(received.len);
    if size > MAX_PUT_BYTES {
        return Err(Refusal::too_large(size, MAX_PUT_BYTES));
    }
    let pieces = old.pieces.iter().cloned().chain([piece]);
    Ok(Object {
        metadata: old.metadata.clone(),
        crc64: old.crc64.combine(received.crc64, received.len),
        size,
        pieces: pieces.collect(),
        ..new
    })
}
