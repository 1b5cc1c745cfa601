use std::sync::Arc;

use http::header::LAST_MODIFIED;
use http::{HeaderName, StatusCode};
use ossum_types::{Crc64, ObjectKey};

use super::{Answer, Context, etag, metadata, object_headers};
use crate::answer;
use crate::clock::http_date;
use crate::refusal::Refusal;
use crate::request::{decode, encode_path};
use crate::store::{Found, Metadata, Object, ObjectKind};

const TARGET: &str = "x-oss-symlink-target";

/// `PutSymlink`: makes an object that leads to another one, which need not exist.
pub(super) fn put(context: &Context<'_>) -> Answer {
    let (bucket, key) = context.object()?;
    let metadata = Metadata {
        link_to: Some(target(context)?),
        ..metadata::of(context.request, &context.bucket_class()?)?
    };
    let link = Object {
        metadata,
        etag: etag::opaque(context.now),
        crc64: Crc64::EMPTY,
        size: 0,
        modified: context.now,
        kind: ObjectKind::Symlink,
        pieces: Vec::new(),
        restored: None,
    };
    let stored = context
        .store
        .publish(bucket, key, link, context.overwrite())?;
    let mut response = answer::empty(StatusCode::OK);
    answer::set(
        &mut response,
        http::header::ETAG,
        stored.object.etag.quoted(),
    );
    object_headers::name_version(&mut response, stored.version.as_ref());
    Ok(response)
}

/// The key that the request links to.
fn target(context: &Context<'_>) -> Result<String, Refusal> {
    let missing = || Refusal::missing_argument(TARGET);
    let text = context.request.header(TARGET).ok_or_else(missing)?;
    let key = decode(text).filter(|key| key.parse::<ObjectKey>().is_ok());
    key.ok_or_else(|| Refusal::argument(TARGET, text, "The target is not a valid object name."))
}

/// `GetSymlink`: where a link leads.
pub(super) fn get(context: &Context<'_>) -> Answer {
    let (bucket, key) = context.object()?;
    let Found { object, version } = context.store.find(bucket, key, context.version())?;
    let Some(target) = &object.metadata.link_to else {
        let message = "The object is not symlink object.";
        return Err(Refusal::new(StatusCode::BAD_REQUEST, "NotSymlink", message));
    };
    let mut response = answer::empty(StatusCode::OK);
    let name = HeaderName::from_static(TARGET);
    answer::set(&mut response, name, encode_path(target));
    answer::set(&mut response, http::header::ETAG, object.etag.quoted());
    answer::set(&mut response, LAST_MODIFIED, http_date(object.modified));
    object_headers::name_version(&mut response, version.as_ref());
    Ok(response)
}

/// An object as GET and HEAD show it.
#[derive(Debug)]
pub(super) struct Shown {
    /// Of a link: length, ETag and CRC-64 of its target, the later of the two dates, and all else
    /// its own (official documentation of `HeadObject`).
    pub(super) found: Found,
    /// The object that holds the bytes.
    pub(super) source: Arc<Object>,
}

/// Follows the link that `found` may be.
pub(super) fn follow(context: &Context<'_>, found: Found) -> Result<Shown, Refusal> {
    let Some(target) = &found.object.metadata.link_to else {
        let source = Arc::clone(&found.object);
        return Ok(Shown { found, source });
    };
    let source = find_target(context, target)?;
    let object = Object {
        metadata: found.object.metadata.clone(),
        kind: ObjectKind::Symlink,
        modified: source.modified.max(found.object.modified),
        ..Object::clone(&source)
    };
    let found = Found {
        object: Arc::new(object),
        version: found.version,
    };
    Ok(Shown { found, source })
}

fn find_target(context: &Context<'_>, target: &str) -> Result<Arc<Object>, Refusal> {
    let missing = || {
        let message = "The target object is not exist.";
        Refusal::new(StatusCode::NOT_FOUND, "SymlinkTargetNotExist", message)
    };
    let key: ObjectKey = target.parse().map_err(|_| missing())?;
    let found = context.store.find(context.bucket()?, &key, None);
    let target = found.map_err(|_| missing())?.object;
    if target.kind == ObjectKind::Symlink {
        let message = "The target object of a symlink must not be a symlink.";
        return Err(Refusal::new(
            StatusCode::BAD_REQUEST,
            "InvalidTargetType",
            message,
        ));
    }
    Ok(target)
}
