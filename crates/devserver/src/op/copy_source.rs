use std::sync::Arc;

use md5::{Digest, Md5};
use ossum_types::{BucketName, ByteRange, Crc64, Crc64Hasher, ObjectKey};

use super::{Context, condition, restoration};
use crate::refusal::Refusal;
use crate::request::{Query, decode};
use crate::store::{Found, Object, ObjectReader};

/// What a copy is made of: `x-oss-copy-source`.
#[derive(Debug)]
pub(super) struct CopySource {
    pub(super) bucket: BucketName,
    pub(super) key: ObjectKey,
    pub(super) found: Found,
}

impl CopySource {
    /// Finds the source that the request names, if it is as the request demands.
    pub(super) fn find(context: &Context<'_>) -> Result<Self, Refusal> {
        let text = context.request.header("x-oss-copy-source").unwrap_or("");
        let (bucket, key, version) = parse(text).ok_or_else(|| {
            let message = "The copy source must be /bucket/key, url-encoded.";
            Refusal::argument("x-oss-copy-source", text, message)
        })?;
        let found = context.store.find(&bucket, &key, version.as_deref())?;
        condition::check_source(context.request, &found.object)?;
        restoration::check_readable(&found.object, context.now)?;
        Ok(Self { bucket, key, found })
    }
}

/// Reads `/bucket/key?versionId=ID`, where the key is url-encoded and the first slash may be too.
fn parse(text: &str) -> Option<(BucketName, ObjectKey, Option<String>)> {
    let (path, query) = text.split_once('?').unwrap_or((text, ""));
    let path = decode(path)?;
    let path = path.strip_prefix('/').unwrap_or(&path);
    let (bucket, key) = path.split_once('/')?;
    let query = Query::parse(query).ok()?;
    let version = query.non_empty("versionId").map(str::to_owned);
    Some((bucket.parse().ok()?, key.parse().ok()?, version))
}

/// What a run of bytes hashes to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hashes {
    pub(super) crc64: Crc64,
    pub(super) md5: [u8; 16],
}

/// Reads `range` of an object and hashes it; other requests go on meanwhile.
pub(super) async fn hash(object: &Arc<Object>, range: ByteRange) -> Result<Hashes, Refusal> {
    let mut reader = ObjectReader::new(Arc::clone(object), Some(range));
    let (mut crc64, mut md5) = (Crc64Hasher::new(), Md5::new());
    while let Some(chunk) = reader.next_chunk() {
        let chunk = chunk.map_err(|cause| Refusal::storage("reading a copy's source", &cause))?;
        crc64.update(&chunk);
        md5.update(&chunk);
        tokio::task::yield_now().await;
    }
    Ok(Hashes {
        crc64: crc64.finish(),
        md5: md5.finalize().into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_a_bucket_a_key_and_perhaps_a_version() {
        let parsed = |text| {
            let (bucket, key, version) = parse(text)?;
            Some(format!("{bucket} {key} {}", version.unwrap_or_default()))
        };
        assert_eq!(parsed("/bkt/a/b").as_deref(), Some("bkt a/b "));
        assert_eq!(parsed("bkt/a%2Fb%3F%20").as_deref(), Some("bkt a/b?  "));
        assert_eq!(parsed("%2Fbkt%2Fk?versionId=v").as_deref(), Some("bkt k v"));
        for bad in ["", "/", "/bkt", "/bkt/", "/Bkt/k", "/bkt/%FF", "/bkt//k"] {
            assert_eq!(parsed(bad), None, "{bad}");
        }
    }
}
