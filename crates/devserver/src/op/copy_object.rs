use ossum_types::limits::MAX_PUT_BYTES;

use super::copy_source::CopySource;
use super::{Answer, Context, etag, metadata, object_headers};
use crate::answer;
use crate::clock::xml_date;
use crate::refusal::Refusal;
use crate::store::{Metadata, Object, ObjectKind};
use crate::xml::Document;

const DIRECTIVES: [&str; 4] = ["COPY", "Copy", "REPLACE", "Replace"];

/// `CopyObject`: makes an object of another one's bytes, which the two share from then on.
pub(super) fn run(context: &Context<'_>) -> Answer {
    let (bucket, key) = context.object()?;
    context
        .store
        .check_overwrite(bucket, key, context.overwrite())?;
    let source = CopySource::find(context)?;
    let original = &source.found.object;
    if original.size > MAX_PUT_BYTES {
        return Err(Refusal::too_large(original.size, MAX_PUT_BYTES));
    }
    let copy = Object {
        metadata: copied_metadata(context, &source)?,
        kind: match original.kind {
            // Official documentation of `AppendObject`: a copy cannot be appended to.
            ObjectKind::Appendable => ObjectKind::Normal,
            kind => kind,
        },
        modified: context.now,
        restored: None,
        ..Object::clone(original)
    };
    let copy = if etag::is_opaque(&copy.metadata) {
        Object {
            etag: etag::opaque(context.now),
            ..copy
        }
    } else {
        copy
    };
    let stored = context
        .store
        .publish(bucket, key, copy, context.overwrite())?;
    let object = &stored.object;
    let mut response = answer::document(Document::write("CopyObjectResult", |result| {
        result.text("ETag", &object.etag.quoted());
        result.text("LastModified", &xml_date(object.modified));
    }));
    // The SDKs `oss2` and `ali-oss` look for the ETag in its header, not in the document.
    object_headers::identify(&mut response, object);
    object_headers::name_version(&mut response, stored.version.as_ref());
    object_headers::name_source(&mut response, &source.found);
    object_headers::tell_encryption(&mut response, &object.metadata);
    Ok(response)
}

/// What is said of the copy: by its source or by the request, as the directives wish.
fn copied_metadata(context: &Context<'_>, source: &CopySource) -> Result<Metadata, Refusal> {
    let request = context.request;
    let asked = metadata::of(request, &context.bucket_class()?)?;
    let replaces = |name| {
        let directive = metadata::one_of(request, name, &DIRECTIVES)?;
        Ok(directive.is_some_and(|directive| directive.eq_ignore_ascii_case("REPLACE")))
    };
    // A copy onto itself is how metadata is changed: it is replaced whatever the directive says
    // (official documentation of `CopyObject`).
    let (bucket, key) = context.object()?;
    let onto_itself = (bucket, key) == (&source.bucket, &source.key);
    let original = &source.found.object.metadata;
    let headers = if replaces("x-oss-metadata-directive")? || onto_itself {
        asked.headers
    } else {
        metadata::with_encryption_of(&original.headers, &asked)
    };
    let tags = if replaces("x-oss-tagging-directive")? {
        asked.tags
    } else {
        original.tags.clone()
    };
    Ok(Metadata {
        headers,
        tags,
        link_to: original.link_to.clone(),
        ..asked
    })
}
