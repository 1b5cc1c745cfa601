use jiff::Timestamp;
use md5::{Digest, Md5};
use ossum_types::ETag;

use crate::id;
use crate::settings::ETagForm;

/// The ETag of bytes that came in one request.
pub(super) fn of_simple(form: ETagForm, md5: Option<[u8; 16]>, now: Timestamp) -> ETag {
    match (form, md5) {
        (ETagForm::Md5, Some(md5)) => etag(&hex::encode_upper(md5)),
        _ => etag(&id::unique(now)),
    }
}

/// The ETag of an object made of parts: `HEX-N`, not an MD5 of its bytes.
pub(super) fn of_parts<'p>(
    form: ETagForm,
    parts: impl ExactSizeIterator<Item = &'p ETag>,
    now: Timestamp,
) -> ETag {
    let count = parts.len();
    let digits = match form {
        ETagForm::Md5 => {
            let hasher = parts.fold(Md5::new(), |hasher, part| {
                hasher.chain_update(part.as_md5().unwrap_or_default())
            });
            hex::encode_upper(hasher.finalize())
        }
        ETagForm::Opaque => id::unique(now),
    };
    etag(&format!("{digits}-{count}"))
}

fn etag(text: &str) -> ETag {
    text.parse()
        .expect("hexadecimal digits and a count are an ETag")
}
