use jiff::Timestamp;
use md5::{Digest, Md5};
use ossum_types::ETag;

use crate::id;
use crate::settings::ETagForm;
use crate::store::Metadata;

/// The ETag of bytes that came in one request.
pub(super) fn of_simple(form: ETagForm, md5: Option<[u8; 16]>, now: Timestamp) -> ETag {
    match (form, md5) {
        (ETagForm::Md5, Some(md5)) => etag(&hex::encode_upper(md5)),
        _ => opaque(now),
    }
}

/// The ETag of bytes that no MD5 tells anything about.
pub(super) fn opaque(now: Timestamp) -> ETag {
    etag(&id::unique(now))
}

/// Whether objects like this one have ETags that are no MD5: those encrypted with a key of KMS or
/// with SM4 (official documentation of `PutObject`).
pub(super) fn is_opaque(metadata: &Metadata) -> bool {
    let algorithm = metadata.header("x-oss-server-side-encryption");
    let data = metadata.header("x-oss-server-side-data-encryption");
    matches!(algorithm, Some("KMS" | "SM4")) || data.is_some()
}

/// The form of an object's ETag where objects have `form` that are not encrypted.
pub(super) fn form(form: ETagForm, encrypted: bool) -> ETagForm {
    if encrypted { ETagForm::Opaque } else { form }
}

/// The MD5 of no bytes, for a body of none.
pub(super) fn md5_of_nothing(size: u64) -> Option<[u8; 16]> {
    (size == 0).then(|| Md5::digest([]).into())
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
