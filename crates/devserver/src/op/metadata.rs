use std::collections::BTreeSet;

use http::StatusCode;

use super::object_headers::ENCRYPTION;
use crate::refusal::Refusal;
use crate::request::{Query, Request};
use crate::store::Metadata;

/// Headers that an object keeps and gives back (official documentation of `PutObject`).
const KEPT: [&str; 9] = [
    "cache-control",
    "content-disposition",
    "content-encoding",
    "content-language",
    "content-type",
    "expires",
    "x-oss-server-side-data-encryption",
    "x-oss-server-side-encryption",
    "x-oss-server-side-encryption-key-id",
];

/// Names and values of tags.
pub(super) type Tags = Vec<(String, String)>;

const META_PREFIX: &str = "x-oss-meta-";
/// All names and values of user metadata together.
const MAX_META_BYTES: usize = 8 * 1024;
const MAX_TAGS: usize = 10;

const STORAGE_CLASSES: [&str; 5] = [
    "Standard",
    "IA",
    "Archive",
    "ColdArchive",
    "DeepColdArchive",
];
const ENCRYPTIONS: [&str; 3] = ["AES256", "KMS", "SM4"];
const ACLS: [&str; 4] = ["default", "private", "public-read", "public-read-write"];

/// Reads what a request says about the object it makes.
pub(super) fn of(request: &Request, bucket_class: &str) -> Result<Metadata, Refusal> {
    check_encryption(request)?;
    Ok(Metadata {
        headers: kept_headers(request)?,
        storage_class: one_of(request, "x-oss-storage-class", &STORAGE_CLASSES)?
            .unwrap_or(bucket_class)
            .to_owned(),
        acl: acl(request)?.map(str::to_owned),
        tags: tags(request.header("x-oss-tagging").unwrap_or(""))?,
        link_to: None,
    })
}

/// Reads the ACL that a request gives to an object.
pub(super) fn acl(request: &Request) -> Result<Option<&str>, Refusal> {
    one_of(request, "x-oss-object-acl", &ACLS)
}

fn kept_headers(request: &Request) -> Result<Vec<(String, String)>, Refusal> {
    let mut headers = Vec::new();
    let mut meta_bytes = 0;
    for name in request.headers.keys().map(http::HeaderName::as_str) {
        let is_meta = name.starts_with(META_PREFIX);
        if !is_meta && !KEPT.contains(&name) {
            continue;
        }
        let value = request.joined(name);
        meta_bytes += if is_meta { name.len() + value.len() } else { 0 };
        headers.push((name.to_owned(), value));
    }
    if meta_bytes > MAX_META_BYTES {
        let message = "The total size of user metadata exceeds 8 KB.";
        return Err(Refusal::argument(META_PREFIX, "", message));
    }
    Ok(headers)
}

/// The `headers` of an object, but encrypted as `asked`: a copy is encrypted anew.
pub(super) fn with_encryption_of(
    headers: &[(String, String)],
    asked: &Metadata,
) -> Vec<(String, String)> {
    let encrypts = |(name, _): &&(String, String)| ENCRYPTION.contains(&name.as_str());
    let original = headers.iter().filter(|header| !encrypts(header));
    let new = asked.headers.iter().filter(encrypts);
    original.chain(new).cloned().collect()
}

/// The value of a header that only takes some values.
pub(super) fn one_of<'r>(
    request: &'r Request,
    name: &'static str,
    allowed: &[&str],
) -> Result<Option<&'r str>, Refusal> {
    match request.header(name) {
        Some(value) if !allowed.contains(&value) => {
            Err(Refusal::argument(name, value, "The value is not allowed."))
        }
        value => Ok(value),
    }
}

/// Storage classes that a bucket or object may have.
pub(super) fn is_storage_class(name: &str) -> bool {
    STORAGE_CLASSES.contains(&name)
}

/// Reads `k=v&k2=v2`, url-encoded.
fn tags(text: &str) -> Result<Tags, Refusal> {
    let query = Query::parse(text)?;
    let own = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
    let tags: Tags = query.pairs().map(own).collect();
    check_tags(&tags)?;
    Ok(tags)
}

/// Refuses tags that no object may have (official documentation of `PutObjectTagging`).
pub(super) fn check_tags(tags: &Tags) -> Result<(), Refusal> {
    let names: BTreeSet<_> = tags.iter().map(|(name, _)| name).collect();
    if tags.len() <= MAX_TAGS && names.len() == tags.len() && tags.iter().all(is_tag) {
        return Ok(());
    }
    let message = "An object has at most 10 tags with different keys, of at most 128 and 256 \
                   letters, digits, spaces and + - = . _ : /";
    Err(Refusal::new(StatusCode::BAD_REQUEST, "InvalidTag", message))
}

fn is_tag((name, value): &(String, String)) -> bool {
    let allowed = |c: char| c.is_alphanumeric() || " +-=._:/".contains(c);
    let fits = |text: &str, max| text.chars().count() <= max && text.chars().all(allowed);
    !name.is_empty() && fits(name, 128) && fits(value, 256)
}

/// Refuses an encryption that OSS does not have, with the code of the official documentation of
/// `PutObject`.
fn check_encryption(request: &Request) -> Result<(), Refusal> {
    let asked = [
        ("x-oss-server-side-encryption", &ENCRYPTIONS[..]),
        ("x-oss-server-side-data-encryption", &["SM4"][..]),
    ];
    for (name, allowed) in asked {
        if let Some(value) = request
            .header(name)
            .filter(|value| !allowed.contains(value))
        {
            let message = "The encryption algorithm specified is not valid.";
            let code = "InvalidEncryptionAlgorithmError";
            let refusal = Refusal::new(StatusCode::BAD_REQUEST, code, message);
            return Err(refusal
                .detail("ArgumentName", name)
                .detail("ArgumentValue", value));
        }
    }
    Ok(())
}
