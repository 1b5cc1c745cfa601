use http::StatusCode;

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
    one_of(request, "x-oss-server-side-encryption", &ENCRYPTIONS)?;
    Ok(Metadata {
        headers: kept_headers(request)?,
        storage_class: one_of(request, "x-oss-storage-class", &STORAGE_CLASSES)?
            .unwrap_or(bucket_class)
            .to_owned(),
        acl: one_of(request, "x-oss-object-acl", &ACLS)?.map(str::to_owned),
        tags: tags(request.header("x-oss-tagging").unwrap_or(""))?,
        link_to: None,
    })
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
fn tags(text: &str) -> Result<Vec<(String, String)>, Refusal> {
    let query = Query::parse(text)?;
    let tags: Vec<_> = query
        .pairs()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let too_long = |(name, value): &(String, String)| name.len() > 128 || value.len() > 256;
    if tags.len() > MAX_TAGS || tags.iter().any(too_long) {
        let message = "An object has at most 10 tags, of at most 128 and 256 bytes.";
        return Err(Refusal::new(StatusCode::BAD_REQUEST, "InvalidTag", message));
    }
    Ok(tags)
}
