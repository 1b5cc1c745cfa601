//! Pages as OSS writes them.

use std::fmt::Write as _;

use crate::script::Reply;

/// A page of objects; keys are written as they are given.
pub(super) fn objects(keys: &[&str], prefixes: &[&str], next: Option<&str>) -> Reply {
    let mut page = String::from("<ListBucketResult><EncodingType>url</EncodingType>");
    write!(page, "<IsTruncated>{}</IsTruncated>", next.is_some()).unwrap();
    if let Some(token) = next.filter(|token| !token.is_empty()) {
        write!(
            page,
            "<NextContinuationToken>{token}</NextContinuationToken>"
        )
        .unwrap();
    }
    for key in keys {
        write!(
            page,
            "<Contents><Key>{key}</Key><LastModified>2012-02-24T08:42:32.000Z</LastModified>\
             <ETag>\"5B3C1A2E053D763E1B002CC607C5A0FE\"</ETag><Type>Normal</Type><Size>344606</Size>\
             <StorageClass>Standard</StorageClass></Contents>"
        )
        .unwrap();
    }
    for prefix in prefixes {
        write!(
            page,
            "<CommonPrefixes><Prefix>{prefix}</Prefix></CommonPrefixes>"
        )
        .unwrap();
    }
    page.push_str("</ListBucketResult>");
    Reply::of_oss(200, page)
}

pub(super) fn parts(numbers: &[u32], next: Option<&str>) -> Reply {
    let mut page = String::from("<ListPartsResult>");
    write!(page, "<IsTruncated>{}</IsTruncated>", next.is_some()).unwrap();
    let marker = next.unwrap_or_default();
    write!(
        page,
        "<NextPartNumberMarker>{marker}</NextPartNumberMarker>"
    )
    .unwrap();
    for number in numbers {
        write!(
            page,
            "<Part><PartNumber>{number}</PartNumber><LastModified>2012-02-23T07:01:34.000Z</LastModified>\
             <ETag>\"3349DC700140D7F86A0784842780****\"</ETag><HashCrc64ecma>{number}7</HashCrc64ecma>\
             <Size>6291456</Size></Part>"
        )
        .unwrap();
    }
    page.push_str("</ListPartsResult>");
    Reply::of_oss(200, page)
}

pub(super) fn uploads(entries: &[(&str, &str)], next: Option<(&str, &str)>) -> Reply {
    let mut page = String::from("<ListMultipartUploadsResult><EncodingType>url</EncodingType>");
    write!(page, "<IsTruncated>{}</IsTruncated>", next.is_some()).unwrap();
    if let Some((key, id)) = next {
        write!(
            page,
            "<NextKeyMarker>{key}</NextKeyMarker><NextUploadIdMarker>{id}</NextUploadIdMarker>"
        )
        .unwrap();
    }
    for (key, id) in entries {
        write!(
            page,
            "<Upload><Key>{key}</Key><UploadId>{id}</UploadId>\
             <Initiated>2012-02-23T04:18:23.000Z</Initiated></Upload>"
        )
        .unwrap();
    }
    page.push_str("</ListMultipartUploadsResult>");
    Reply::of_oss(200, page)
}

pub(super) fn buckets(names: &[&str], next: Option<&str>) -> Reply {
    let mut page = String::from("<ListAllMyBucketsResult>");
    if let Some(next) = next {
        write!(
            page,
            "<IsTruncated>true</IsTruncated><NextMarker>{next}</NextMarker>"
        )
        .unwrap();
    }
    page.push_str("<Buckets>");
    for name in names {
        write!(
            page,
            "<Bucket><CreationDate>2014-02-17T18:12:43.000Z</CreationDate>\
             <Location>oss-cn-hangzhou</Location><Name>{name}</Name></Bucket>"
        )
        .unwrap();
    }
    page.push_str("</Buckets></ListAllMyBucketsResult>");
    Reply::of_oss(200, page)
}
