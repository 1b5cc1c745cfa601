use std::fmt::Write;

use super::store::{Object, Parts};
use super::wire::Request;

/// The most that one page of a listing holds.
pub(super) const PAGE: usize = 1000;

/// `ListObjectsV2`, as OSS and S3 both answer it.
pub(super) fn objects(
    bucket: &str,
    request: &Request,
    page: &[(String, Object)],
    limit: usize,
) -> String {
    let prefix = request.parameter("prefix").unwrap_or_default();
    let is_truncated = page.len() == limit;
    let mut xml = format!(
        "<ListBucketResult><Name>{bucket}</Name><Prefix>{prefix}</Prefix><MaxKeys>{limit}</MaxKeys>\
         <KeyCount>{}</KeyCount><IsTruncated>{is_truncated}</IsTruncated>",
        page.len()
    );
    for (key, object) in page {
        let size = object.size;
        let _ = write!(
            xml,
            "<Contents><Key>{key}</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified>\
             <ETag>&quot;{:032X}&quot;</ETag><Type>Normal</Type><Size>{size}</Size>\
             <StorageClass>Standard</StorageClass></Contents>",
            object.crc64.get()
        );
    }
    if let (true, Some((key, _))) = (is_truncated, page.last()) {
        let _ = write!(xml, "<NextContinuationToken>{key}</NextContinuationToken>");
    }
    xml + "</ListBucketResult>"
}

/// `ListParts`, on one page.
pub(super) fn parts(bucket: &str, key: &str, id: &str, parts: &Parts) -> String {
    let last = parts.keys().next_back().copied().unwrap_or(0);
    let mut xml = format!(
        "<ListPartsResult><Bucket>{bucket}</Bucket><Key>{key}</Key><UploadId>{id}</UploadId>\
         <PartNumberMarker>0</PartNumberMarker>\
         <NextPartNumberMarker>{last}</NextPartNumberMarker><MaxParts>10000</MaxParts>\
         <IsTruncated>false</IsTruncated>"
    );
    for (number, part) in parts {
        let (size, crc64) = (part.size, part.crc64.get());
        let _ = write!(
            xml,
            "<Part><PartNumber>{number}</PartNumber><LastModified>2026-01-01T00:00:00.000Z\
             </LastModified><ETag>&quot;{crc64:032X}&quot;</ETag><Size>{size}</Size>\
             <HashCrc64ecma>{crc64}</HashCrc64ecma></Part>"
        );
    }
    xml + "</ListPartsResult>"
}
